# SPDX-License-Identifier: Apache-2.0
"""Uses sdk-python as a program would, on behalf of the conformance runner (PROTOCOL.md)."""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import platform
import sys
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from typing import Any

import openai
import ringside
import speech
from ringside import AsyncRingside, Model, Ringside, meta, webhooks

CAPABILITIES = [
    "sync", "async", "cancel", "cancel_stream", "gzip", "header_removal", "raw", "timeout_retry", "token_function",
    "env", "multipart",
]  # fmt: skip
clients: dict[str, Any] = {}
running: dict[int, asyncio.Task[None]] = {}


def method_of(client: Any, operation: str, raw: bool) -> Any:
    """The SDK's method for an operation id."""
    if operation == "post":
        return lambda path, body, **options: client.post(path, body=body, cast_to=object, options=options)
    *path, name = operation.split(".")
    for part in path:
        client = getattr(client, part)
    return getattr(client.with_raw_response if raw else client, name)


def arguments_of(operation: str, args: dict[str, Any]) -> dict[str, Any]:
    """Arguments as the SDK takes them."""
    if operation == "files.create":
        return {"file": (args["filename"], base64.b64decode(args["content"])), "purpose": args["purpose"]}
    if operation == "chat.completions.create" and isinstance(args.get("model"), list):
        return {**args, "model": args["model"][0], "extra_body": {"model": args["model"]}}
    return args


async def call(number: int, asked: dict[str, Any]) -> None:
    """One call in one of the protocol's modes."""
    client, given = clients[asked["client"]], asked.get("request", {})
    if "max_retries" in given:
        client = client.with_options(max_retries=given["max_retries"])
    mode, take = asked.get("mode", "value"), asked.get("take")
    method = method_of(client, asked["operation"], raw=mode == "raw" or bool(asked.get("head")))
    arguments = arguments_of(asked["operation"], asked.get("args", {})) | speech.request_of(given)
    if mode == "stream":
        arguments["stream"] = True
    if isinstance(client, AsyncRingside):
        await call_async(number, partial(method, *asked["path"]), arguments, mode, take)
    else:
        loop = asyncio.get_running_loop()
        bound = partial(method, *asked["path"])
        await loop.run_in_executor(threads, call_sync, number, bound, arguments, mode, take)


def call_sync(number: int, method: Any, arguments: dict[str, Any], mode: str, take: int | None) -> None:
    """Through the sync client."""
    items: list[Any] = []
    try:
        result = method(**arguments)
        if mode == "stream":
            with opened(number, result) as stream:
                cancellable[number] = stream
                for position, event in enumerate(stream, 1):
                    speech.say(number, "event", value=event)
                    if position == take:
                        break
            cancellable.pop(number, None)
            speech.say(number, "done")
        elif mode == "all":
            for item in result:
                items.append(item)
                if len(items) == take:
                    break
            speech.say(number, "value", value=items)
        else:
            speech.say(number, "value", value=shown(result, mode))
    except Exception as error:
        if number in cancelled:
            speech.say(number, "cancelled")
        else:
            speech.say(number, "error", error=speech.told(error) | ({"items": len(items)} if mode == "all" else {}))


async def call_async(number: int, method: Any, arguments: dict[str, Any], mode: str, take: int | None) -> None:
    """Through the async client."""
    items: list[Any] = []
    try:
        result = method(**arguments)
        result = await result if inspect.isawaitable(result) and mode != "all" else result
        if mode == "stream":
            async with opened(number, result) as stream:
                position = 0
                async for event in stream:
                    speech.say(number, "event", value=event)
                    position += 1
                    if position == take:
                        break
            speech.say(number, "done")
        elif mode == "all":
            async for item in pages(result):
                items.append(item)
                if len(items) == take:
                    break
            speech.say(number, "value", value=items)
        else:
            speech.say(number, "value", value=shown(result, mode))
    except asyncio.CancelledError:
        speech.say(number, "cancelled")
    except Exception as error:
        speech.say(number, "error", error=speech.told(error) | ({"items": len(items)} if mode == "all" else {}))


async def pages(result: Any) -> AsyncIterator[Any]:
    """Every item of every page."""
    async for item in result:
        yield item


def opened(number: int, result: Any) -> Any:
    """A stream; one asked for with its head tells that first."""
    if not hasattr(result, "parse"):
        return result
    speech.say(number, "event", value=head_of(result))
    return result.parse()


def head_of(raw: Any) -> dict[str, Any]:
    """Status, headers and what the SDK makes of them."""
    facts = meta(raw)
    shown_facts = {name: getattr(facts, name) for name in facts.__dataclass_fields__ if name != "headers"}
    return {"status": raw.status_code, "headers": {k.lower(): v for k, v in raw.headers.items()}, "meta": shown_facts}


def shown(result: Any, mode: str) -> Any:
    """A result as its mode asks."""
    if mode == "raw":
        return {**head_of(result), "request_id": result.headers.get("x-request-id"), "value": result.parse()}
    if mode == "page":
        return {"data": list(result.data), "has_more": result.has_more, "next_cursor": result.next_cursor}
    return result


threads = ThreadPoolExecutor(128)
cancellable: dict[int, Any] = {}
cancelled: set[int] = set()


def cancel(number: int) -> None:
    """Cancels a call: a task is cancelled, a sync stream is closed; a sync call before its headers goes on."""
    cancelled.add(number)
    if number in cancellable:
        cancellable[number].close()
    elif number in running:
        running[number].cancel()


def pure(asked: dict[str, Any]) -> Any:
    """What needs no client."""
    match asked["op"]:
        case "hello":
            return {
                "sdk": "ringside", "language": "python", "version": ringside.__version__,
                "host_version": f"openai {openai.__version__}", "runtime": f"Python {platform.python_version()}",
                "capabilities": CAPABILITIES,
            }  # fmt: skip
        case "webhook.verify":
            payload, headers = base64.b64decode(asked["payload"]), [tuple(pair) for pair in asked["headers"]]
            tolerance = "none" if asked["tolerance"] is None else asked["tolerance"]
            return webhooks.verify(payload, headers, secret=asked["secrets"], tolerance=tolerance, now=asked["now"])
        case "webhook.sign":
            headers = webhooks.sign(base64.b64decode(asked["payload"]), secret=asked["secret"], timestamp=asked["time"])
            return headers if isinstance(headers, str) else headers[webhooks.SIGNATURE_HEADER]
        case "model.build":
            return built(asked["steps"])
        case "model.parse":
            return str(Model.parse(asked["text"]))
        case "stats":
            return {"threads": threading.active_count(), "tasks": len(asyncio.all_tasks())}
    raise KeyError(asked["op"])


def built(steps: list[list[Any]]) -> str:
    """A ref from the builder's steps."""
    (start, *values), *rest = steps
    builder = getattr(Model, start)(*values)
    for name, *arguments in rest:
        builder = getattr(builder, name)(*arguments)
    return builder if isinstance(builder, str) else builder.build()


async def serve(number: int, asked: dict[str, Any]) -> None:
    """One request of the runner."""
    try:
        match asked["op"]:
            case "call":
                await call(number, asked)
            case "client.new":
                cls = AsyncRingside if asked.get("async") else Ringside
                clients[asked["client"]] = cls(**speech.options_of(asked.get("options", {})))
                speech.say(number, "ok")
            case "client.derive":
                clients[asked["client"]] = clients[asked["from"]].copy(**speech.options_of(asked["options"]))
                speech.say(number, "ok")
            case "client.close":
                closing = clients.pop(asked["client"]).close()
                if inspect.isawaitable(closing):
                    await closing
                speech.say(number, "ok")
            case "inspect":
                speech.say(number, "value", value=f"{clients[asked['client']]!r} {clients[asked['client']]}")
            case _:
                speech.say(number, "value", value=pure(asked))
    except asyncio.CancelledError:
        speech.say(number, "cancelled")
    except KeyError as error:
        speech.say(number, "harness_error", message=f"KeyError: {error}")
    except Exception as error:
        speech.say(number, "error", error=speech.told(error))
    finally:
        running.pop(number, None)


async def main() -> None:
    """Reads requests until the end of input."""
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=16 * 1024 * 1024)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        asked = json.loads(line, parse_float=Decimal)
        number = asked.pop("id")
        if asked["op"] == "bye":
            speech.say(number, "ok")
            break
        if asked["op"] == "cancel":
            cancel(asked["call"])
            continue
        running[number] = asyncio.create_task(serve(number, asked))
    await asyncio.gather(*running.values(), return_exceptions=True)


if __name__ == "__main__":
    asyncio.run(main())

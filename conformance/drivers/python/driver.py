# SPDX-License-Identifier: Apache-2.0
"""Uses a Python SDK as a program would, on behalf of the conformance runner (PROTOCOL.md): sdk-python unless told."""

from __future__ import annotations

import asyncio
import base64
import inspect
import json
import os
import platform
import sys
import threading
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import openai
import speech


class Unsupported(Exception):
    """What this SDK has no way to do."""


#: The SDK in use: `ringside_sdk` or the plain one.
sdk: Any = None
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
    if operation == "chat.completions.create":
        given = json.loads(speech.exact(args))  # OpenAI's users write floats; exact amounts are ours
        cascade = given.get("model")
        return given | {"model": cascade[0], "extra_body": {"model": cascade}} if isinstance(cascade, list) else given
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
    bound = partial(method, *asked["path"])
    tell = (lambda event: None) if asked.get("count") else partial(speech.tell, number)
    if isinstance(client, sdk.ASYNC):
        await call_async(number, bound, arguments, mode, take, tell)
    else:
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(threads, call_sync, number, bound, arguments, mode, take, tell)


def call_sync(number: int, method: Any, arguments: dict[str, Any], mode: str, take: int | None, tell: Any) -> None:
    """Through the sync client."""
    items: list[Any] = []
    try:
        result = method(**arguments)
        if mode == "stream":
            with opened(number, result) as stream:
                position = 0
                for position, event in enumerate(stream, 1):
                    tell(event)
                    if position == take:
                        break
            speech.say(number, "done", events=position)
        elif mode == "all":
            for item in result:
                items.append(item)
                if len(items) == take:
                    break
            speech.say(number, "value", value=items)
        else:
            speech.say(number, "value", value=shown(result, mode))
    except Exception as error:
        speech.say(number, "error", error=speech.told(error) | ({"items": len(items)} if mode == "all" else {}))


async def call_async(
    number: int, method: Any, arguments: dict[str, Any], mode: str, take: int | None, tell: Any
) -> None:
    """Through the async client."""
    items: list[Any] = []
    try:
        result = method(**arguments)
        result = await result if inspect.isawaitable(result) and mode != "all" else result
        if mode == "stream":
            async with opened(number, result) as stream:
                position = 0
                async for event in stream:
                    tell(event)
                    position += 1
                    if position == take:
                        break
            speech.say(number, "done", events=position)
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
    headers = {name.lower(): value for name, value in raw.headers.items()}
    return {"status": raw.status_code, "headers": headers, "meta": sdk.meta_of(raw)}


def shown(result: Any, mode: str) -> Any:
    """A result as its mode asks."""
    if mode == "raw":
        return {**head_of(result), "request_id": result.headers.get("x-request-id"), "value": result.parse()}
    if mode == "page":
        return {"data": list(result.data), "has_more": result.has_more, "next_cursor": result.next_cursor}
    return result


threads = ThreadPoolExecutor(128)


def cancel(number: int) -> None:
    """Cancels a call of the async client; one of the sync client blocks its thread, which nobody can cancel."""
    if number in running:
        running[number].cancel()


def stats() -> dict[str, int]:
    """What a leak would make grow."""
    folder = Path("/proc/self/fd")
    targets = [os.readlink(found) for found in folder.iterdir() if found.is_symlink()]
    return {
        "threads": threading.active_count(),
        "tasks": len(asyncio.all_tasks()),
        "sockets": sum(target.startswith("socket:") for target in targets),
        "memory_bytes": int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE"),
    }


def hello() -> dict[str, Any]:
    """Who this is."""
    return {
        "sdk": sdk.NAME, "language": "python", "version": sdk.VERSION,
        "host_version": f"openai {openai.__version__}", "runtime": f"Python {platform.python_version()}",
        "capabilities": sdk.CAPABILITIES,
    }  # fmt: skip


async def serve(number: int, asked: dict[str, Any]) -> None:
    """One request of the runner."""
    try:
        match asked["op"]:
            case "call":
                await call(number, asked)
            case "client.new":
                cls = sdk.ASYNC if asked.get("async") else sdk.SYNC
                clients[asked["client"]] = cls(**sdk.options_of(asked.get("options", {})))
                speech.say(number, "ok")
            case "client.derive":
                clients[asked["client"]] = sdk.derived(clients[asked["from"]], asked["options"])
                speech.say(number, "ok")
            case "client.close":
                closing = clients.pop(asked["client"]).close()
                if inspect.isawaitable(closing):
                    await closing
                speech.say(number, "ok")
            case "inspect":
                speech.say(number, "value", value=f"{clients[asked['client']]!r} {clients[asked['client']]}")
            case "hello":
                speech.say(number, "value", value=hello())
            case "stats":
                speech.say(number, "value", value=stats())
            case _:
                speech.say(number, "value", value=sdk.pure(asked, clients.get(asked.get("client", ""))))
    except asyncio.CancelledError:
        speech.say(number, "cancelled")
    except Unsupported as reason:
        speech.say(number, "unsupported", reason=str(reason))
    except KeyError as error:
        speech.say(number, "harness_error", message=f"KeyError: {error}")
    except Exception as error:
        speech.say(number, "error", error=speech.told(error))
    finally:
        running.pop(number, None)


async def main(used: Any) -> None:
    """Reads requests until the end of input, and serves them with the SDK of this adapter."""
    global sdk
    sdk = used
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader(limit=16 * 1024 * 1024)
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in reader:
        asked = json.loads(line, parse_float=sdk.NUMBER)
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
    # As a module of its own name, so that an adapter which imports it finds the same one.
    sys.modules["driver"] = sys.modules[__name__]
    import ringside_sdk

    asyncio.run(main(ringside_sdk))

# SPDX-License-Identifier: Apache-2.0
"""Ties a responder to its operation in the spec: who may call it, what it takes, and what a retry gets.

The order for every request: credential, scope, headers, query, body, a client token's requests where it is no call,
idempotency key, the responder, the answer.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Callable
from typing import Any
from urllib.parse import unquote

import falcon

from ringside_gateway.domain._generated.headers import IDEMPOTENCY_REPLAYED as REPLAYED
from ringside_gateway.domain.accounts import Caller, Credential
from ringside_gateway.domain.calls import Reservation, StoredAnswer
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.limits import LimitState, tightest
from ringside_gateway.http import bodies, headers, validation
from ringside_gateway.http._generated.operations import OPERATIONS, OperationSpec
from ringside_gateway.http.context import Edge, Reply, Request, Responder
from ringside_gateway.http.jsons import check_text, dump, parse_object

#: Longest id in a path: a model ref; every other id is shorter.
_LONGEST_ID = 512
#: The request, and the stored answer as it was kept.
Replay = Callable[[Any, Request, dict[str, Any]], dict[str, Any]]
#: Checks that may take a while, such as asking a name server: made before any transaction is open.
First = Callable[[Any, Request], None]


class Resource:
    """A Falcon resource with the edge at hand; what can be got can be asked for by HEAD, too."""

    def __init_subclass__(cls) -> None:
        if hasattr(cls, "on_get"):
            cls.on_head = cls.on_get  # type: ignore[attr-defined]

    def __init__(self, edge: Edge) -> None:
        self.edge = edge
        self.services = edge.services


def operation(
    operation_id: str, replay: Replay | None = None, first: First | None = None
) -> Callable[[Responder], Callable[..., None]]:
    """Makes a Falcon responder of a function from Request to Reply.

    `replay` completes a stored answer with what is not kept, before it goes out once more; `first` runs before all.
    """
    spec = OPERATIONS[operation_id]

    def decorate(respond: Responder) -> Callable[..., None]:
        @functools.wraps(respond)
        def responder(resource: Resource, req: falcon.Request, resp: falcon.Response, **params: str) -> None:
            request, raw = _request(resource.edge, spec, req, params)
            visit = None if spec.billable else resource.services.visits.count(request.caller)
            if first is not None:
                first(resource, request)
            takes_key = spec.idempotent or req.method == "POST"  # updates come as PATCH or as POST
            key = headers.idempotency_key(req) if takes_key else None
            if key is None:
                reply = respond(resource, request)
            else:
                fingerprint = _fingerprint(req, raw)
                once = _billed_once if spec.billable else _written_once
                reply = once(resource, respond, request, (key, fingerprint))
                if replay is not None and REPLAYED in reply.headers:
                    reply = Reply(
                        replay(resource, request, parse_object(reply.data or b"", exact=True)), headers=reply.headers
                    )
            _send(resp, reply, req.context.edge_limit, visit)

        responder.operation = spec  # type: ignore[attr-defined]
        return responder

    return decorate


def _request(edge: Edge, spec: OperationSpec, req: falcon.Request, params: dict[str, str]) -> tuple[Request, bytes]:
    presented = Credential(req.get_header("Authorization"), req.get_header("Origin"), req.context.address)
    caller = edge.services.authentication.authenticate(presented)
    req.context.caller = caller
    _authorise(spec, caller)
    customer_ref, tags = headers.customer(req), headers.tags(req)
    query = validation.parse_query(spec.id, req.params)
    raw, body = b"", {}
    if validation.body_expected(spec.id):
        raw = bodies.read(req, edge.max_body_bytes, edge.body_deadline_s)
        if raw or validation.body_required(spec.id):
            body = parse_object(raw, exact=not spec.billable)
        validation.check_body(spec.id, body)
    path = {name: _decoded(name, value) for name, value in params.items()}
    accept = req.get_header("Accept") or ""
    return Request(req.context.request_id, caller, body, query, path, accept, req.env, customer_ref, tags), raw


def _authorise(spec: OperationSpec, caller: Caller) -> None:
    if caller.kind == "api_key":
        if spec.scope is not None:
            caller.require_scope(spec.scope)
    elif spec.client_token_scope is None or spec.client_token_scope not in caller.scopes:
        raise GatewayError("endpoint_not_allowed")


def _decoded(name: str, value: str) -> str:
    try:
        text = unquote(value, errors="strict")
    except UnicodeDecodeError as error:
        raise GatewayError("invalid_request", f"`{name}` is not UTF-8 when percent-decoded.", param=name) from error
    if not text or len(text) > _LONGEST_ID:
        message = f"`{name}` in the path must have 1 to {_LONGEST_ID} characters."
        raise GatewayError("invalid_request", message, param=name)
    check_text(text, name)
    return text


def _fingerprint(req: falcon.Request, raw: bytes) -> str:
    digest = hashlib.sha256(f"{req.method} {req.relative_uri}\0{req.get_header('FC-Customer')}\0".encode())
    digest.update(raw)
    return digest.hexdigest()


def _written_once(resource: Resource, respond: Responder, request: Request, key: tuple[str, str]) -> Reply:
    """For routes that only change the database: effect and stored answer commit together."""
    replies: list[Reply] = []

    def produce() -> StoredAnswer:
        reply = respond(resource, request)
        replies.append(reply)
        return StoredAnswer(reply.status, dump(reply.value if reply.kept is None else reply.kept))

    answer, replayed = resource.services.idempotency.once(request.caller, *key, produce)
    return _replayed(answer) if replayed else replies[0]


def _billed_once(resource: Resource, respond: Responder, request: Request, key: tuple[str, str]) -> Reply:
    """For calls: the settlement stores the answer; a refusal frees the key, so that a retry runs."""
    idempotency = resource.services.idempotency
    taken = idempotency.reserve(request.caller, *key, request.id)
    if not isinstance(taken, Reservation):
        return _replayed(taken)
    request.reservation = taken
    try:
        return respond(resource, request)
    except BaseException:
        idempotency.release(taken)
        raise


def _replayed(answer: StoredAnswer) -> Reply:
    if answer.content_type.startswith("error/"):
        raise GatewayError(answer.content_type.removeprefix("error/"), param="Idempotency-Key")
    replayed = answer.headers | {REPLAYED: "true"}
    return Reply(data=answer.body, content_type=answer.content_type, headers=replayed, status=answer.status)


def _send(resp: falcon.Response, reply: Reply, *limits: LimitState | None) -> None:
    resp.status = reply.status
    resp.content_type = reply.content_type
    if reply.stream is not None:
        resp.stream = reply.stream
    else:
        resp.data = dump(reply.value) if reply.data is None else reply.data
    for name, value in reply.headers.items():
        resp.set_header(name, value)
    limit = tightest([state for state in (*limits, reply.limit) if state is not None])
    if limit is not None:
        for name, value in headers.of_limit(limit).items():
            resp.set_header(name, value)

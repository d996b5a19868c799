# SPDX-License-Identifier: Apache-2.0
"""/v1/chat/completions"""

from __future__ import annotations

from collections.abc import Sequence

import falcon

from ringside_gateway.domain.calls import Call, CallFacts, StoredAnswer
from ringside_gateway.http import headers, streaming
from ringside_gateway.http.context import Reply, Request
from ringside_gateway.http.jsons import check_text
from ringside_gateway.http.operation import Resource, operation


class ChatCompletions(Resource):
    """Chat with any model."""

    @operation("chat.completions.create")
    def on_post(self, request: Request) -> Reply:
        """Create: JSON, or server-sent events."""
        call = Call(
            "chat.completions.create",
            request.id,
            request.caller,
            request.body,
            customer_ref=request.customer_ref or _user(request),
            customer_param="FC-Customer" if request.customer_ref else "user",
            tags=request.tags,
            reservation=request.reservation,
            cancellation=request.cancellation,
        )
        if request.reservation is not None:
            call.record = _recorded_stream if call.stream else _recorded_json
        stop = self.edge.connections.watch(request.environ, call.cancellation.cancel)
        try:
            served = self.services.calls.serve(call)
        except BaseException:
            stop()
            raise
        facts = headers.of_call(served.facts)
        if served.stream is None:
            stop()
            return Reply(data=served.body, headers=facts, limit=served.facts.limit)
        events = streaming.EventStream(served.stream, request.id, stop)
        return Reply(
            stream=events,
            content_type=streaming.CONTENT_TYPE,
            headers=facts | streaming.HEADERS,
            limit=served.facts.limit,
        )


def _user(request: Request) -> str | None:
    """The body's `user`, which may become a customer's external id; a client token's customer is settled."""
    user: str | None = request.body.get("user") if request.caller.kind == "api_key" else None
    if not user:  # some clients send an empty one when they have none
        return None
    check_text(user, "user")
    return user


def _recorded_json(facts: CallFacts, payloads: Sequence[bytes]) -> StoredAnswer:
    return StoredAnswer(200, payloads[0], headers.of_call(facts), falcon.MEDIA_JSON)


def _recorded_stream(facts: CallFacts, payloads: Sequence[bytes]) -> StoredAnswer:
    kept = headers.of_call(facts) | streaming.HEADERS
    return StoredAnswer(200, streaming.recorded(payloads), kept, streaming.CONTENT_TYPE)

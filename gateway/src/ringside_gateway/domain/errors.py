# SPDX-License-Identifier: Apache-2.0
"""The one exception the gateway raises on purpose; what each code means is in `spec/errors.yaml`."""

from __future__ import annotations

from typing import Any

from ringside_gateway.domain._generated.errors import ERRORS, ErrorSpec


class _Missing(dict[str, Any]):
    """Leaves a placeholder readable when a raiser forgot a fact: a poor message beats a second fault."""

    def __missing__(self, key: str) -> str:
        return key.replace("_", " ")


class GatewayError(Exception):
    """A refusal or failure with a documented code.

    `facts` fill the code's message pattern and may be rendered into the body where the spec names them
    (`scope`, `resets_at`). `headers` are added to the answer as they are.
    """

    def __init__(
        self,
        code: str,
        message: str | None = None,
        *,
        param: str | None = None,
        retry_after_seconds: float | None = None,
        headers: dict[str, str] | None = None,
        **facts: Any,
    ) -> None:
        self.spec: ErrorSpec = ERRORS[code]
        self.code = code
        self.param = param
        self.retry_after_seconds = retry_after_seconds
        self.headers = headers or {}
        self.facts = facts
        self.message = message or self.spec.message.format_map(_Missing(facts, param=param or "value"))
        super().__init__(f"{self.spec.status} {code}: {self.message}")

# SPDX-License-Identifier: Apache-2.0
"""What generated methods need to make a call: the fields that were given, and the host's options object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Union

from openai import NotGiven, Omit, Timeout, not_given, omit

from ._compat import Body, Headers, Query, make_request_options
from ._idempotency import with_key

__all__ = ["Body", "Headers", "NotGiven", "Omit", "Query", "TimeoutOption", "given", "not_given", "omit", "options"]

TimeoutOption = Union[float, Timeout, NotGiven, None]


def given(fields: Mapping[str, object]) -> dict[str, object]:
    """The fields that were given. Absent is not null: None stays and clears."""
    return {name: value for name, value in fields.items() if not isinstance(value, (Omit, NotGiven))}


def options(
    headers: Mapping[str, str | Omit] | None,
    query: Query | None,
    body: Body | None,
    timeout: TimeoutOption,
    fields: Mapping[str, object] | None = None,
) -> Any:
    """The options of one call; `fields` are the method's own query, the caller's come after them and win."""
    own = given(fields) if fields else None
    return make_request_options(extra_headers=headers, extra_query=query, extra_body=body, timeout=timeout, query=own)


def post_options(
    key: str | None, headers: Headers | None, query: Query | None, body: Body | None, timeout: TimeoutOption
) -> Any:
    """As `options`, with one idempotency key for this call and all its retries."""
    return options(with_key(headers, key), query, body, timeout)

# SPDX-License-Identifier: Apache-2.0
"""Refusals of a request that name the place in it."""

from __future__ import annotations

from ringside_gateway.domain.errors import GatewayError

_SHOWN_PATH = 200


def invalid(where: str, complaint: str) -> GatewayError:
    """400 `invalid_request`: the value at `where` (`messages[2].content[1].image_url.url`) is wrong as it is."""
    return GatewayError("invalid_request", f"`{where}` {complaint}.", param=where[:_SHOWN_PATH])


def unsupported(where: str, ref: str, complaint: str = "") -> GatewayError:
    """400 `unsupported_parameter`: the model cannot honour what is at `where`; `complaint` says why."""
    message = f"`{where}` {complaint}." if complaint else None
    return GatewayError("unsupported_parameter", message, param=where[:_SHOWN_PATH], model=ref)

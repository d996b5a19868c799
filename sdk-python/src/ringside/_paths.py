# SPDX-License-Identifier: Apache-2.0
"""Paths whose values are percent-encoded, so that an external id may hold `/`, `?`, `#` or `%`."""

from __future__ import annotations

from urllib.parse import quote

from ._status_errors import RingsideArgumentError

#: What RFC 3986 allows in a segment besides letters, digits and `-._~`.
_ALLOWED = "!$&'()*+,;=:@"


def path(template: str, *values: str) -> str:
    """The template with each `{}` replaced. Raises RingsideArgumentError for a value no segment can carry."""
    return template.format(*map(_segment, values))


def _segment(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise RingsideArgumentError("A path value must be a non-empty string: an empty one would call another route.")
    # URL parsers resolve these two even when their dots are percent-encoded.
    if value in (".", ".."):
        raise RingsideArgumentError(f'"{value}" cannot be a path value; address the object as "ext:{value}".')
    try:
        return quote(value, safe=_ALLOWED)
    except UnicodeEncodeError:
        raise RingsideArgumentError("A path value holds a lone surrogate, which UTF-8 cannot carry.") from None

# SPDX-License-Identifier: Apache-2.0
"""Small pieces of HTML and Markdown that templates need as filters."""

from __future__ import annotations

import json
import re
from typing import Any

from markupsafe import Markup, escape

_CODE = re.compile(r"`([^`]+)`")
_PATH_PARAMETER = re.compile(r"\{(\w+)\}")
_JSON_TOKEN = re.compile(
    r'(?P<key>"(?:[^"\\]|\\.)*")(?=\s*:)|(?P<str>"(?:[^"\\]|\\.)*")|(?P<lit>\b(?:true|false|null)\b)'
    r"|(?P<num>-?\b\d+(?:\.\d+)?\b)"
)


def prose(text: str) -> Markup:
    """Text for HTML, with what stands in backticks as code."""
    pieces = _CODE.split(text)
    return Markup("").join(
        Markup("<code>{}</code>").format(piece) if number % 2 else escape(piece) for number, piece in enumerate(pieces)
    )


def path_html(path: str) -> Markup:
    """A path for HTML with its parameters set apart and places where it may break."""
    breakable = str(escape(path)).replace("/", "/<wbr>")
    return Markup(_PATH_PARAMETER.sub(r"<i>{\1}</i>", breakable))


def json_html(text: str) -> Markup:
    """JSON for HTML with its tokens classed for colour."""
    made, last = [], 0
    for token in _JSON_TOKEN.finditer(text):
        made += [str(escape(text[last : token.start()])), f'<b class="{token.lastgroup}">{escape(token.group())}</b>']
        last = token.end()
    return Markup("".join([*made, str(escape(text[last:]))]))


def markdown(text: str) -> str:
    """Text for Markdown, where what looks like a tag would vanish unless it is code."""
    pieces = _CODE.split(text)
    return "".join(f"`{piece}`" if number % 2 else piece.replace("<", "&lt;") for number, piece in enumerate(pieces))


def cell(text: Any) -> str:
    """Text for a cell of a Markdown table."""
    return markdown(" ".join(str(text).split())).replace("|", "\\|")


def literal(value: Any) -> str:
    """A default or constant as JSON."""
    return json.dumps(value, ensure_ascii=False)


def anchor(heading: str) -> str:
    """The anchor that Markdown renderers give a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-")


def sentence(text: str) -> str:
    """The text with a capital at its beginning."""
    return text[:1].upper() + text[1:]

# SPDX-License-Identifier: Apache-2.0
"""An operation as a curl command that can be pasted."""

from __future__ import annotations

import json
import shlex
from typing import Any
from urllib.parse import quote, urlencode

from ringside_codegen.ir import Operation

BASE = "https://api.fightclub.pro"


def curl(operation: Operation, request: dict[str, Any]) -> str:
    """The command for a request of an example: `path_params`, `query`, `headers`, `body`."""
    path = operation.full_path
    for name, value in request.get("path_params", {}).items():
        # A model ref's slash is part of the path; a colon needs no escape there.
        path = path.replace("{" + name + "}", quote(str(value), safe=":/" if name == "model" else ":"))
    query = urlencode(request.get("query", {}), doseq=True, safe=":")
    verb = [] if operation.http_method == "GET" else [f"-X {operation.http_method}"]
    lines = [" ".join(["curl", *verb, _quoted(f"{BASE}{path}" + (f"?{query}" if query else ""))])]
    if operation.scope is not None:
        lines.append('-H "Authorization: Bearer $FC_API_KEY"')
    lines += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in request.get("headers", {}).items()]
    if "body" in request:
        text = json.dumps(request["body"], indent=2, ensure_ascii=False)
        lines.append(f"-d {shlex.quote(text)}")
    return " \\\n  ".join(lines)


def _quoted(url: str) -> str:
    return shlex.quote(url) if set(url) & set("?&=$ '{}>") else url

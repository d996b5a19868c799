# SPDX-License-Identifier: Apache-2.0
"""An operation as a curl command that can be pasted."""

from __future__ import annotations

import json
import shlex
from typing import Any
from urllib.parse import quote, urlencode

from ringside_codegen.ir import Operation

#: A gateway's address with /v1, as dev.env sets it: no sample names a host that a reader's key could go to by mistake.
BASE = "$FC_BASE_URL"
#: The same without /v1, for paths outside of it.
ROOT = "${FC_BASE_URL%/v1}"
_VERSION = "/v1/"


def curl(operation: Operation, request: dict[str, Any]) -> str:
    """The command for a request of an example: `path_params`, `query`, `headers`, `body`."""
    path = operation.full_path
    for name, value in request.get("path_params", {}).items():
        # A model ref's slash is part of the path; a colon needs no escape there.
        path = path.replace("{" + name + "}", quote(str(value), safe=":/" if name == "model" else ":"))
    query = urlencode(request.get("query", {}), doseq=True, safe=":")
    verb = [] if operation.http_method == "GET" else [f"-X {operation.http_method}"]
    lines = [" ".join(["curl", *verb, _quoted(_address(path) + (f"?{query}" if query else ""))])]
    if operation.scope is not None:
        lines.append('-H "Authorization: Bearer $FC_API_KEY"')
    lines += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in request.get("headers", {}).items()]
    if "body" in request:
        text = json.dumps(request["body"], indent=2, ensure_ascii=False)
        lines.append(f"-d {shlex.quote(text)}")
    return " \\\n  ".join(lines)


def _address(path: str) -> str:
    return f"{BASE}/{path.removeprefix(_VERSION)}" if path.startswith(_VERSION) else f"{ROOT}{path}"


def _quoted(url: str) -> str:
    """The URL as the shell takes it for one word; the variable in it is still filled in."""
    return f'"{url}"' if set(url) & set("?&= '>") or "{" in url.removeprefix(ROOT) else url

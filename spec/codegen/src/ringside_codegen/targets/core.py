# SPDX-License-Identifier: Apache-2.0
"""The bundle that everybody reads, and the intermediate form for reviewers."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from typing import Any

from ringside_codegen.ir import Document
from ringside_codegen.targets import OutputFile, Target


def files(document: Document) -> Iterable[OutputFile]:
    """`spec/dist/openapi.json` and `spec/codegen/ir.json`."""
    bundle = json.dumps(document.published, indent=1, ensure_ascii=False)
    yield OutputFile("spec/dist/openapi.json", bundle + "\n", comment=None)
    plain = _plain(dataclasses.replace(document, bundle={}, published={}))
    yield OutputFile("spec/codegen/ir.json", json.dumps(plain, indent=1, ensure_ascii=False) + "\n", comment=None)


def _plain(value: Any) -> Any:
    """Dataclasses as dicts without what is as it would be anyway."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if not dataclasses.is_dataclass(value):
        return value
    listed = ((field.name, getattr(value, field.name)) for field in dataclasses.fields(value))
    # A body's fields are those of its object.
    kept = ((name, found) for name, found in listed if name != "body_fields")
    return {name: _plain(found) for name, found in kept if found not in (None, False, "", (), {})}


TARGET = Target("core", files)

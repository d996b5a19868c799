# SPDX-License-Identifier: Apache-2.0
"""The bundle that everybody reads, and the intermediate form for reviewers."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable

from ringside_codegen.ir import Document
from ringside_codegen.targets import OutputFile, Target


def files(document: Document) -> Iterable[OutputFile]:
    """`spec/dist/openapi.json` and `spec/codegen/ir.json`."""
    bundle = json.dumps(document.bundle, indent=1, ensure_ascii=False)
    yield OutputFile("spec/dist/openapi.json", bundle + "\n", comment=None)
    plain = dataclasses.asdict(dataclasses.replace(document, bundle={}))
    del plain["bundle"]
    yield OutputFile("spec/codegen/ir.json", json.dumps(plain, indent=1, ensure_ascii=False) + "\n", comment=None)


TARGET = Target("core", files)

# SPDX-License-Identifier: Apache-2.0
"""The package as such: public names, laziness, who imports whom, one version."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import ringside

SOURCE = Path(ringside.__file__).parent
ROOT = Path(__file__).parents[2]
#: Modules that must not lead to the client or the host SDK, by what they may import of the package at their top.
PURE: dict[str, set[str]] = {
    "model": {"_pure_errors", "_refs"},
    "_refs": {"_pure_errors"},
    "_meta": set(),
    "token_source": set(),
    "_json": set(),
    "webhooks": {"_json", "_pure_errors"},
}
#: Every written module in layers; each may import those above it in this list.
LAYERS = [
    {"_version", "_json", "_pure_errors"},
    {"_refs"},
    {"model", "_meta", "token_source", "webhooks", "_idempotency"},
    {"_status_errors"},
    {"_money", "_paths", "_config"},
    {"_models", "_derive"},
    {"_compat", "_events"},
    {"_pagination", "_requests"},
    {"_generated"},
    {"errors", "types", "events"},
    {"resources"},
    {"_client", "_async_client"},
    {"__init__"},
]


def imported(path: Path) -> set[str]:
    """Top-level names of this package that a module imports, wherever in the file it does so."""
    depth = len(path.relative_to(SOURCE).parts)
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            found |= {(node.module or alias.name).split(".")[0] for alias in node.names}
    return found


def test_everything_public_can_be_imported() -> None:
    for name in ringside.__all__:
        assert getattr(ringside, name) is not None
    assert set(ringside.__all__) <= set(dir(ringside))
    with pytest.raises(AttributeError):
        _ = ringside.nothing_of_the_kind


def test_every_public_module_is_an_attribute_before_it_was_imported() -> None:
    code = "import ringside; ringside.events.WalletLowEvent, ringside.errors, ringside.types, ringside.webhooks"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_model_refs_and_signatures_do_not_import_openai() -> None:
    code = (
        "import sys, ringside; from ringside import Model, meta, TokenSource, webhooks;"
        "Model.match('anthropic', 'sonnet').build(); webhooks.sign(b'', secret='s'); TokenSource('a.b.c').token();"
        "sys.exit('openai' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_no_http_library_is_imported_by_name() -> None:
    for path in SOURCE.rglob("*.py"):
        assert not re.search(r"^\s*(import|from) (httpx2?|aiohttp|requests)\b", path.read_text(), re.MULTILINE), path


def test_only_compat_reaches_into_the_host() -> None:
    for path in SOURCE.rglob("*.py"):
        inside = re.search(r"from openai\._\w+ import", path.read_text(encoding="utf-8"))
        assert not inside or path.name == "_compat.py", path


def test_imports_point_downwards_only() -> None:
    rank = {module: number for number, layer in enumerate(LAYERS) for module in layer}
    for path in SOURCE.rglob("*.py"):
        module = path.relative_to(SOURCE).parts[0].removesuffix(".py")
        if module == "webhooks":
            continue  # its one lazy import is checked below
        for other in imported(path) - {module}:
            assert rank[other] < rank[module] or other == "webhooks", f"{path.name} imports {other}"


def test_pure_modules_import_nothing_of_the_client_at_their_top() -> None:
    for module, allowed in PURE.items():
        tree = ast.parse((SOURCE / f"{module}.py").read_text(encoding="utf-8"))
        top = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
        own = {node.module for node in top if isinstance(node, ast.ImportFrom) and node.level}
        assert own <= allowed, module
        assert "openai" not in ast.dump(ast.Module(body=list(top), type_ignores=[])), module


def test_the_version_is_the_same_everywhere() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{ringside.__version__}"' in text
    shared = ROOT.parent / "VERSION"
    if shared.exists():  # absent in an unpacked source distribution
        assert shared.read_text(encoding="utf-8").strip() == ringside.__version__


def test_both_clients_have_the_same_written_methods() -> None:
    def names(kind: type) -> set[str]:
        return {name for name in vars(kind) if not name.startswith("__") or name in ("__init__", "__repr__")}

    assert names(ringside.Ringside) == names(ringside.AsyncRingside)


def test_generated_twins_have_the_same_methods() -> None:
    for path in (SOURCE / "_generated/resources").glob("*.py"):
        twin = SOURCE / "_generated/async_resources" / path.name
        sync, other = (re.findall(r"def (\w+)\(", one.read_text(encoding="utf-8")) for one in (path, twin))
        assert sync == other

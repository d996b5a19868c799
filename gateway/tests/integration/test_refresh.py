# SPDX-License-Identifier: Apache-2.0
"""`models refresh`: a diff first, then files in the data folder in which old prices keep their days."""

from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import tomllib
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.providers.catalogue_changes import written
from ringside_gateway.providers.catalogue_files import files_in
from ringside_gateway.providers.registry import load_catalogue
from ringside_gateway.services.catalogue_updates import CatalogueUpdates

USD = 10**9
NEWER = """
name = "openai"
[[models]]
name = "gpt-4o-mini"
price = {input = 0.2, output = 0.8}
[[models]]
name = "gpt-7"
like = "openai/gpt-6-sol"
version = "7"
released = "2026-11-24"
price = {input = 3, output = 12}
[[models]]
name = "gpt-4.1"
status = "deprecated"
"""
ONE = 'name = "openai"\n[[models]]\nname = "{}"\nprice = {{input = 9, output = 9}}\n'


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "newer.toml"
    path.write_text(NEWER, encoding="utf-8")
    return path


def refreshed(data: Path, *arguments: str) -> str:
    command = [sys.executable, "-m", "ringside_gateway", "models", "refresh", "--data-dir", str(data), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"COLUMNS": "200"})
    return done.stdout + done.stderr


def test_it_shows_the_difference_and_keeps_it_only_when_told(tmp_path: Path, source: Path) -> None:
    shown = refreshed(tmp_path, str(source))
    lines = {line.split()[0]: line for line in shown.splitlines() if line.startswith("fc:")}
    assert "input $0.15, output $0.6, cached_input $0.075" in lines["fc:openai/gpt-4o-mini"]
    assert "input $0.2, output $0.8" in lines["fc:openai/gpt-4o-mini"]
    assert " added " in lines["fc:openai/gpt-7"] and "stable" in lines["fc:openai/gpt-4.1"]
    assert "nothing is kept without --apply" in shown
    assert not (tmp_path / "catalogue").exists()
    assert "SIGHUP" in refreshed(tmp_path, str(source), "--apply")
    assert CatalogueUpdates([tmp_path / "catalogue"]).plan(str(tmp_path / "catalogue")).changes == []


def test_old_usage_stays_explainable(tmp_path: Path, source: Path) -> None:
    updates = CatalogueUpdates([tmp_path / "kept"])
    updates.keep(updates.plan(str(source), day="2026-11-24"))
    (tmp_path / "newer.toml").write_text(NEWER.replace("input = 0.2", "input = 0.3"), encoding="utf-8")
    updates.keep(updates.plan(str(source), day="2026-12-24"))
    days = ["2026-11-23"]
    catalogue = load_catalogue(*files_in([tmp_path / "kept"]), today=lambda: days[0])
    seen = []
    for day in ("2026-11-23", "2026-11-24", "2026-12-23", "2026-12-24"):
        days[0] = day
        found = catalogue.find("openai", "gpt-4o-mini")
        assert found is not None and found.price is not None
        seen.append(found.price.input * 100 // USD)
    assert seen == [15, 20, 20, 30]


def test_a_later_refresh_leaves_what_it_does_not_name(tmp_path: Path, source: Path) -> None:
    updates = CatalogueUpdates([tmp_path / "kept"])
    updates.keep(updates.plan(str(source), day="2026-11-24"))
    source.write_text(ONE.format("gpt-4o"), encoding="utf-8")
    later = updates.plan(str(source), day="2026-11-25")
    assert [change.ref for change in later.changes] == ["fc:azure/gpt-4o", "fc:openai/gpt-4o"]
    updates.keep(later)
    found = load_catalogue(*files_in([tmp_path / "kept"])).find("openai", "gpt-7")
    assert found is not None


def test_the_operators_own_files_stay_on_top(tmp_path: Path, source: Path) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "mine.toml").write_text(ONE.format("gpt-4o-mini"), encoding="utf-8")
    update = CatalogueUpdates([tmp_path / "kept", own]).plan(str(source))
    assert "gpt-4o-mini" not in {change.ref.rpartition("/")[2] for change in update.changes}


def test_it_can_come_from_an_address(tmp_path: Path, source: Path) -> None:
    class Files(http.server.SimpleHTTPRequestHandler):
        def __init__(self, *given: object) -> None:
            super().__init__(*given, directory=str(source.parent))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None:
            """Silent."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Files) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        update = CatalogueUpdates([tmp_path / "kept"]).plan(f"http://127.0.0.1:{server.server_port}/newer.toml")
        server.shutdown()
    followers = ("fc:azure/gpt-4o-mini", "fc:azure/gpt-4.1")
    assert {change.ref for change in update.changes} > {"fc:openai/gpt-7", *followers}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('name = "openai"\n[[models]]\nname = "x"\n', "openai|newer.toml: x: .* is missing"),
        ('name = "openai"\nmodels = "all"\n', "models is of the wrong type"),
        ("<html>", "newer.toml: "),
        ('title = "x"\n', "is missing"),
    ],
)
def test_what_is_no_catalogue_file_is_refused_with_its_reason(tmp_path: Path, text: str, reason: str) -> None:
    path = tmp_path / "newer.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(GatewayError, match=reason):
        CatalogueUpdates([tmp_path / "kept"]).plan(str(path))


def test_a_file_is_written_as_it_can_be_read_again() -> None:
    models = [{"name": "m/1", "n": [1, {"a.b": 2}]}]
    table = {"name": "a", "key_optional": True, "auth": {"header": 'x"\\\n'}, "models": models}
    assert tomllib.loads(written(table)) == table

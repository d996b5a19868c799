# SPDX-License-Identifier: Apache-2.0
"""The checks find what they are there to find."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import check_links
import check_nouns
import check_sizes


def test_a_long_function_is_found_and_its_docstring_is_not_counted() -> None:
    body = "\n".join("    x = 1" for _ in range(41))
    text = f'def long():\n    """Docs.\n{"more" * 3}\n    """\n{body}\n'
    assert "long has 41 lines" in check_sizes.long_functions(Path("a.py"), text)[0]
    assert check_sizes.long_functions(Path("a.py"), text.replace("    x = 1\n", "", 1)) == []


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("gateway/src/a.py", 300),
        ("gateway/tests/unit/test_a.py", 400),
        ("spec/resources/wallet/topup.yaml", 120),
        ("docs/index.md", 300),
        ("docs/reference/errors.md", None),
        ("LICENSE", None),
    ],
)
def test_each_kind_of_file_has_its_budget(path: str, most: int | None) -> None:
    assert check_sizes.budget(Path(path)) == most


def test_a_link_to_nowhere_and_to_no_heading_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_links, "ROOT", tmp_path)
    (tmp_path / "a.md").write_text("# One\n[x](b.md) [y](a.md#one) [z](a.md#two) [w](https://example.com)\n")
    assert check_links.broken(Path("a.md")) == ["a.md: b.md: no such file", "a.md: a.md#two: no such heading"]


def test_links_in_code_are_not_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check_links, "ROOT", tmp_path)
    (tmp_path / "a.md").write_text("```\n[x](nowhere.md)\n```\n")
    assert check_links.broken(Path("a.md")) == []


def test_a_noun_without_a_file_in_a_layer_is_found() -> None:
    everything = check_sizes.tracked()
    assert check_nouns.missing(everything) == []
    without = [path for path in everything if path.name != "wallet.py"]
    assert any(problem.startswith("wallet: no file in gateway/") for problem in check_nouns.missing(without))

# SPDX-License-Identifier: Apache-2.0
"""The page at /docs and the pages in docs/: complete, well-formed, and every link leads somewhere."""

from __future__ import annotations

import posixpath
import re
from html.parser import HTMLParser

import pytest

from ringside_codegen.ir import Document
from ringside_codegen.reference.markup import anchor, json_html, markdown, path_html, prose
from ringside_codegen.reference.wording import limits_text, type_text
from ringside_codegen.targets import docs, gateway

VOID = {"meta", "input", "path", "wbr", "br", "hr", "link", "img"}


class Page(HTMLParser):
    """Checks nesting while it reads, and gathers ids, links and tags."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.loads: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.add(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if tag == "a" else []
        self.loads += [value or "" for name, value in attrs if name in ("src", "srcset") or (tag == "link")]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag, f"</{tag}> at {self.getpos()}"


@pytest.fixture(scope="module", params=["torture", "real"])
def document(request: pytest.FixtureRequest) -> Document:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Document)
    return found


@pytest.fixture(scope="module")
def page(document: Document) -> Page:
    return Page(gateway.reference(document))


def test_the_page_names_every_operation_error_event_and_header(document: Document, page: Page) -> None:
    text = gateway.reference(document)
    assert {operation.id for operation in document.operations} <= set(page.ids)
    assert {f"error-{error.code}" for error in document.errors} <= set(page.ids)
    for name in (*(event.type for event in document.events), *(header.name for header in document.headers)):
        assert f"<code>{name}</code>" in text


def test_no_two_things_on_the_page_share_an_id(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))


def test_every_link_within_the_page_leads_somewhere(page: Page) -> None:
    within = {link[1:] for link in page.links if link.startswith("#")}
    assert within <= set(page.ids)
    assert {link for link in page.links if not link.startswith("#")} == {"/openapi.json"}


def test_the_page_loads_nothing_from_anywhere(document: Document, page: Page) -> None:
    assert page.loads == []
    assert not re.search(r"@import|url\(", gateway.reference(document))


def test_what_the_spec_says_cannot_become_markup(torture: Document) -> None:
    text = gateway.reference(torture)
    assert "Things | with a bar and &lt;angles&gt;." in text
    assert "&lt;b&gt;tags&lt;/b&gt; &amp; ampersands" in text
    assert "<b>tags" not in text


def test_pieces_of_markup_are_escaped_and_then_marked() -> None:
    assert prose("a `<b>` & c") == "a <code>&lt;b&gt;</code> &amp; c"
    assert path_html("/v1/a/{b}") == "/<wbr>v1/<wbr>a/<wbr><i>{b}</i>"
    assert json_html('{"a": "<i>"}') == '{<b class="key">&#34;a&#34;</b>: <b class="str">&#34;&lt;i&gt;&#34;</b>}'
    assert json_html("[-1.5, true]") == '[<b class="num">-1.5</b>, <b class="lit">true</b>]'
    assert markdown("<a> `<b>`") == "&lt;a> `<b>`"


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "string", "minLength": 1, "maxLength": 255}, "1 to 255 characters"),
        ({"type": "string", "maxLength": 500}, "at most 500 characters"),
        ({"type": "integer", "minimum": 0, "maximum": 1000000}, "0 to 1,000,000"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 5}, "more than 0, at most 5"),
        ({"type": "array", "minItems": 1}, "at least 1 items"),
        ({"type": "object", "maxProperties": 16}, "at most 16 keys"),
        ({"const": "a"}, "always `a`"),
        ({"type": "string"}, ""),
    ],
)
def test_limits_are_a_phrase(schema: dict[str, object], text: str) -> None:
    assert limits_text(schema) == text


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": ["string", "null"]}, "string or null"),
        ({"type": ["number", "null"], "x-ringside-money": True}, "decimal or null"),
        ({"type": "array", "items": {"$ref": "#/components/schemas/Thing"}}, "array of Thing"),
        ({"type": "object", "additionalProperties": {"type": "integer"}}, "map of integer"),
        ({"anyOf": [{"$ref": "#/components/schemas/A"}, {"type": "null"}]}, "A or null"),
        ({"type": "integer", "format": "unix-time"}, "unix seconds"),
    ],
)
def test_types_are_words(schema: dict[str, object], text: str) -> None:
    assert type_text(schema) == text


def test_every_link_in_the_markdown_leads_to_a_page_and_a_heading(document: Document) -> None:
    pages = {output.path: output.content for output in docs.files(document)}
    headings = {
        path: {anchor(heading) for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)}
        for path, text in pages.items()
    }
    for path, text in pages.items():
        for link in re.findall(r"\]\(([^)]+)\)", text):
            target, _, fragment = link.partition("#")
            home = posixpath.normpath(posixpath.join(posixpath.dirname(path), target)) if target else path
            assert home in pages, f"{path}: {link}"
            assert not fragment or fragment in headings[home], f"{path}: {link}"


def test_no_markdown_table_is_broken_by_a_bar(document: Document) -> None:
    for output in docs.files(document):
        rows = [line for line in output.content.split("\n") if line.startswith("|")]
        widths: list[int] = []
        for row in rows:
            cells = len(re.findall(r"(?<!\\)\|", row))
            widths = (
                widths
                if widths and not row.startswith(("| name", "| status", "| type", "| header", "| noun"))
                else [cells]
            )
            assert cells == widths[0], f"{output.path}: {row}"

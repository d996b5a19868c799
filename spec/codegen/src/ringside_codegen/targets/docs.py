# SPDX-License-Identifier: Apache-2.0
"""The reference in docs/: a Markdown page a noun, and the tables of errors, events and headers."""

from __future__ import annotations

from collections.abc import Iterable

from ringside_codegen.ir import Document
from ringside_codegen.reference.pages import RETRIES, Page, page_of, pages
from ringside_codegen.reference.wording import Part
from ringside_codegen.render import render
from ringside_codegen.targets import OutputFile, Target

REFERENCE = "docs/reference"


def files(document: Document) -> Iterable[OutputFile]:
    """`docs/reference/api/<noun>.md`, `errors.md`, `events.md`, `headers.md`."""
    homes = page_of(document)
    everything = pages(document)
    for page in everything:
        text = render("docs/noun.md.jinja", page=page, types=_Types(homes, page.noun))
        yield _page(f"api/{page.noun}.md", text)
    yield _page("api/README.md", render("docs/index.md.jinja", pages=everything))
    errors = sorted(document.errors, key=lambda error: (error.status, error.code))
    raisers = {error.code: _raisers(everything, error.code) for error in errors}
    yield _page("errors.md", render("docs/errors.md.jinja", errors=errors, raisers=raisers, retries=RETRIES))
    yield _page("events.md", render("docs/events.md.jinja", events=document.events, homes=homes))
    by_direction = [
        (direction, [header for header in document.headers if header.direction == direction])
        for direction in ("request", "response", "webhook")
    ]
    yield _page("headers.md", render("docs/headers.md.jinja", groups=by_direction))


def _page(path: str, text: str) -> OutputFile:
    # Blocks that rendered to nothing leave runs of empty lines.
    lines = text.rstrip("\n").split("\n")
    kept = [line for number, line in enumerate(lines) if line or number == 0 or lines[number - 1]]
    return OutputFile(f"{REFERENCE}/{path}", "\n".join(kept) + "\n", comment="<!--")


def _raisers(everything: tuple[Page, ...], code: str) -> list[tuple[str, str]]:
    """The operations that name a code, as noun and operation id."""
    return [
        (page.noun, view.operation.id)
        for page in everything
        for view in page.operations
        if any(error.code == code for error in view.own_errors)
    ]


class _Types:
    """Writes a type's parts in Markdown, with links that lead from the noun's page."""

    def __init__(self, homes: dict[str, str], noun: str) -> None:
        self._homes, self._noun = homes, noun

    def __call__(self, parts: tuple[Part, ...]) -> str:
        return "".join(self.link(part.link) if part.link else part.text for part in parts)

    def link(self, name: str) -> str:
        """A link to the object's heading, or its bare name."""
        if name not in self._homes:
            return name
        home = self._homes[name]
        return f"[{name}]({'' if home == self._noun else f'{home}.md'}#{name.lower()}-object)"


TARGET = Target("docs", files)

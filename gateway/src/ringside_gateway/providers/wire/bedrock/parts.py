# SPDX-License-Identifier: Apache-2.0
"""Parts of a message as Converse's content blocks: text, images, documents, sound, and where a prompt is cached."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ringside_gateway.domain.catalogue import ModelFacts
from ringside_gateway.domain.chat import AUDIO, FILE, IMAGE, REFUSAL, TEXT, Part
from ringside_gateway.providers.wire.pivot.refusals import invalid, unsupported

Block = dict[str, Any]
_IMAGES = {"image/png": "png", "image/jpeg": "jpeg", "image/gif": "gif", "image/webp": "webp"}
_SOUNDS = {"audio/wav": "wav", "audio/mpeg": "mp3", "audio/flac": "flac", "audio/ogg": "ogg", "audio/mp4": "m4a"}
_DOCUMENTS = {
    "application/pdf": "pdf",
    "text/csv": "csv",
    "application/msword": "doc",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.ms-excel": "xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/html": "html",
    "text/plain": "txt",
    "text/markdown": "md",
}
#: What the name of a document may not hold: it takes letters, digits, single spaces, hyphens and brackets.
_UNNAMEABLE = re.compile(r"[^0-9A-Za-z\-()\[\]]+")
_MOST_NAME = 200


@dataclass(slots=True)
class PartWriter:
    """Writes parts for one request of one model; no two documents get the same name."""

    facts: ModelFacts
    ref: str
    _names: set[str] = field(default_factory=set)

    def blocks(self, parts: Sequence[Part]) -> list[Block]:
        """Every part; a mark of Anthropic's that ends what is cached becomes a cache point behind its part."""
        found: list[Block] = []
        for part in parts:
            found += self._block(part)
            found += self.cache_point(part.marks)
        return found

    def cache_point(self, marks: dict[str, Any]) -> list[Block]:
        """The cache point for `cache_control`, where the model keeps prompts; a hint, so nothing elsewhere."""
        control = marks.get("cache_control")
        if not isinstance(control, dict) or "caching" not in self.facts.capabilities:
            return []
        ttl = {"ttl": control["ttl"]} if "ttl" in control else {}
        return [{"cachePoint": {"type": "default", **ttl}}]

    def _block(self, part: Part) -> list[Block]:
        if part.kind in (TEXT, REFUSAL):
            # Blank text is refused.
            return [{"text": part.text}] if part.text.strip() else []
        if part.kind == AUDIO:
            return [self._sound(part)]
        if part.kind == IMAGE or part.media_type in _IMAGES:
            return [self._image(part)]
        return [self._document(part)]

    def _image(self, part: Part) -> Block:
        if part.media_type not in _IMAGES:
            raise invalid(part.where, f"must be a PNG, JPEG, GIF or WebP image, not {part.media_type}")
        return {"image": {"format": _IMAGES[part.media_type], "source": {"bytes": part.data}}}

    def _sound(self, part: Part) -> Block:
        if AUDIO not in self.facts.input_modalities:
            raise unsupported(part.where, self.ref, "is sound, which this model does not hear")
        return {"audio": {"format": _SOUNDS[part.media_type], "source": {"bytes": part.data}}}

    def _document(self, part: Part) -> Block:
        stored = part.kind == FILE and part.file_id.startswith("s3://")
        if part.file_id and not stored:
            raise unsupported(part.where, self.ref, "is the id of a file, which Bedrock does not know; send the bytes")
        kind = _DOCUMENTS.get(part.media_type)
        if kind is None and not stored:
            told = part.media_type or "of an unknown type"
            raise unsupported(part.where, self.ref, f"is {told}; send a PDF, text, Word or Excel document")
        source = {"s3Location": {"uri": part.file_id}} if stored else {"bytes": part.data}
        form = {"format": kind} if kind else {}
        return {"document": {**form, "name": self._name(part), "source": source}}

    def _name(self, part: Part) -> str:
        stem = _UNNAMEABLE.sub(" ", part.name.rpartition(".")[0] or part.name).strip()[:_MOST_NAME] or "document"
        name, number = stem, 1
        while name in self._names:
            number += 1
            name = f"{stem} {number}"
        self._names.add(name)
        return name

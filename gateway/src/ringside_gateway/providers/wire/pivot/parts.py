# SPDX-License-Identifier: Apache-2.0
"""Parts of a message as OpenAI writes them: text, image, sound, file, refusal."""

from __future__ import annotations

import base64
import binascii
import mimetypes
import re
from collections.abc import Callable
from typing import Any

from ringside_gateway.domain.chat import AUDIO, FILE, IMAGE, REFUSAL, TEXT, Part
from ringside_gateway.providers.wire.pivot.refusals import invalid

_DATA_URL = re.compile(r"data:([\w.+-]+/[\w.+-]+)?((?:;[^,;]*)*?)(;base64)?,", re.IGNORECASE)
_REMOTE = ("http://", "https://")
#: First bytes of a format -> its media type. Callers often name the wrong one, and providers refuse that.
_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_AUDIO_TYPES = {"wav": "audio/wav", "mp3": "audio/mpeg", "flac": "audio/flac", "ogg": "audio/ogg", "m4a": "audio/mp4"}


def read_content(content: Any, where: str) -> tuple[Part, ...]:
    """The parts of a message's content; 400 names the one that is wrong. None is no parts."""
    if content is None:
        return ()
    if isinstance(content, str):
        return (Part(TEXT, where, content),)
    if not isinstance(content, list):
        raise invalid(where, "must be a string or an array of parts")
    return tuple(read_part(part, f"{where}[{number}]") for number, part in enumerate(content))


def read_part(part: Any, where: str) -> Part:
    """One part."""
    kind = part.get("type") if isinstance(part, dict) else None
    read = _KINDS.get(kind) if isinstance(kind, str) else None
    if read is None:
        raise invalid(f"{where}.type", f"must be one of {', '.join(_KINDS)}")
    return read(part, where)


def _text(part: dict[str, Any], where: str) -> Part:
    return Part(TEXT, where, _string(part, "text", where), marks=_marks(part, "text"))


def _refusal(part: dict[str, Any], where: str) -> Part:
    return Part(REFUSAL, where, _string(part, "refusal", where))


def _image(part: dict[str, Any], where: str) -> Part:
    inner = _object(part, "image_url", where)
    place = f"{where}.image_url.url"
    url = _string(inner, "url", f"{where}.image_url")
    detail, marks = str(inner.get("detail") or ""), _marks(part, "image_url")
    if url.startswith(_REMOTE):
        return Part(IMAGE, place, url=url, detail=detail, marks=marks)
    media_type, data = data_url(url, place)
    if not media_type.startswith("image/"):
        raise invalid(place, f"is not an image but {media_type or 'something without a media type'}")
    return Part(IMAGE, place, media_type=media_type, data=data, detail=detail, marks=marks)


def _audio(part: dict[str, Any], where: str) -> Part:
    inner = _object(part, "input_audio", where)
    place = f"{where}.input_audio"
    kind = _string(inner, "format", place)
    if kind not in _AUDIO_TYPES:
        raise invalid(f"{place}.format", f"must be one of {', '.join(_AUDIO_TYPES)}")
    data = _string(inner, "data", place)
    return Part(AUDIO, place, media_type=_AUDIO_TYPES[kind], data=data, marks=_marks(part, "input_audio"))


def _file(part: dict[str, Any], where: str) -> Part:
    inner = _object(part, "file", where)
    name, marks = str(inner.get("filename") or ""), _marks(part, "file")
    if isinstance(inner.get("file_id"), str):
        return Part(FILE, f"{where}.file.file_id", file_id=inner["file_id"], name=name, marks=marks)
    place = f"{where}.file.file_data"
    text = _string(inner, "file_data", f"{where}.file")
    if text.startswith(_REMOTE):
        return Part(FILE, place, url=text, name=name, media_type=guessed_type(name or text), marks=marks)
    if not text.startswith("data:"):
        return Part(FILE, place, data=text, name=name, media_type=sniffed(text) or guessed_type(name), marks=marks)
    media_type, data = data_url(text, place)
    return Part(FILE, place, data=data, name=name, media_type=media_type or guessed_type(name), marks=marks)


_KINDS: dict[str, Callable[[dict[str, Any], str], Part]] = {
    "text": _text,
    "image_url": _image,
    "input_audio": _audio,
    "file": _file,
    "refusal": _refusal,
}


def data_url(url: str, where: str) -> tuple[str, str]:
    """Media type (by its first bytes where they tell) and base64 of a data URL; 400 for anything else."""
    head = _DATA_URL.match(url, 0, 300)
    if head is None or head[3] is None:
        raise invalid(where, "must be an http(s) URL or a data URL in base64")
    data = url[head.end() :]
    if not data:
        raise invalid(where, "holds no bytes")
    return sniffed(data) or (head[1] or "").lower(), data


def sniffed(data: str) -> str:
    """The media type that the first bytes of base64 text give away, empty when they do not."""
    try:
        start = base64.b64decode(data[:32])
    except (binascii.Error, ValueError):
        return ""
    if start[:4] == b"RIFF" and start[8:12] == b"WEBP":
        return "image/webp"
    return next((kind for mark, kind in _SIGNATURES if start.startswith(mark)), "")


def guessed_type(name: str) -> str:
    """The media type that a file name or URL suggests, empty for an unknown one."""
    return mimetypes.guess_type(name.partition("?")[0])[0] or ""


def _marks(part: dict[str, Any], *known: str) -> dict[str, Any]:
    return {name: value for name, value in part.items() if name not in ("type", *known)} if len(part) > 2 else {}


def _string(holder: dict[str, Any], name: str, where: str) -> str:
    value = holder.get(name)
    if not isinstance(value, str):
        raise invalid(f"{where}.{name}", "must be a string" if name in holder else "is required")
    return value


def _object(holder: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    value = holder.get(name)
    if not isinstance(value, dict):
        raise invalid(f"{where}.{name}", "must be an object" if name in holder else "is required")
    return value

# SPDX-License-Identifier: Apache-2.0
"""Reads the YAML tree into one OpenAPI document: files under `schemas/` become components, all else is inlined."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ringside_codegen import answers
from ringside_codegen.answers import COMMON_ERRORS, POST_ERRORS
from ringside_codegen.naming import pascal
from ringside_codegen.yaml_reader import SpecError, need, read_yaml

__all__ = ["COMMON_ERRORS", "POST_ERRORS", "VERBS", "Spec", "SpecError", "load_spec"]

VERBS = ("get", "post", "put", "patch", "delete")
_OPERATION_KEYS = (
    "operationId",
    "summary",
    "description",
    "responses",
    "x-ringside-resource",
    "x-ringside-method",
    "x-ringside-sdk",
    "x-ringside-since",
)


@dataclass(frozen=True)
class Spec:
    """The bundle, the tables beside it, each operation's file, every file as read, and a digest of their bytes."""

    bundle: dict[str, Any]
    errors: dict[str, Any]
    events: dict[str, Any]
    headers: dict[str, Any]
    sources: dict[str, Path]
    digest: str
    documents: dict[Path, Any] = field(default_factory=dict)


class _Reader:
    """Reads files once and remembers which schemas they brought along."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.files: dict[Path, Any] = {}
        self.components: dict[str, Any] = {}
        self.names: dict[Path, str] = {}

    def read(self, path: Path) -> Any:
        path = path.resolve()
        if not path.is_relative_to(self.root):
            raise SpecError(f"{path}: outside the spec")
        if path not in self.files:
            self.files[path] = read_yaml(path)
        return self.files[path]

    def resolve(self, node: Any, folder: Path) -> Any:
        """The node with file references followed; words beside a `$ref` are kept, as 3.1 has it."""
        if isinstance(node, list):
            return [self.resolve(item, folder) for item in node]
        if not isinstance(node, dict):
            return node
        plain = {key: self.resolve(value, folder) for key, value in node.items() if key != "$ref"}
        ref = node.get("$ref")
        if not isinstance(ref, str):
            return plain if ref is None else plain | {"$ref": self.resolve(ref, folder)}
        return ({"$ref": ref} if ref.startswith("#") else self._follow(ref, folder)) | plain

    def _follow(self, ref: str, folder: Path) -> Any:
        name, _, fragment = ref.partition("#/")
        path = (folder / name).resolve()
        if path.parent.name == "schemas" and not fragment:
            return {"$ref": f"#/components/schemas/{self.component(path)}"}
        value = self.read(path)
        for part in filter(None, fragment.split("/")):
            value = need(value, part, f"{path} (for {ref} in {folder})")
        return self.resolve(value, path.parent)

    def component(self, path: Path) -> str:
        """The name under which this schema file is a component."""
        path = path.resolve()
        if path not in self.names:
            name = pascal(path.stem)
            if name in self.components:
                raise SpecError(f"{path}: another file is already called {name}")
            self.names[path] = name
            self.components[name] = None
            self.components[name] = self.resolve(self.read(path), path.parent)
        return self.names[path]

    def digest(self) -> str:
        """Of every byte read, and of the version."""
        digest = hashlib.sha256((self.root.parent / "VERSION").read_bytes())
        for path in sorted(self.files):
            digest.update(str(path.relative_to(self.root)).encode() + b"\0" + path.read_bytes())
        return digest.hexdigest()[:12]


def load_spec(root: Path) -> Spec:
    """The whole spec under `root`; raises SpecError."""
    reader = _Reader(root)
    root = reader.root
    document = dict(reader.read(root / "openapi.yaml"))
    version = (root.parent / "VERSION").read_text(encoding="utf-8").strip()
    document["info"] = need(document, "info", root / "openapi.yaml") | {"version": version}
    errors, events, headers = (reader.read(root / f"{name}.yaml") or {} for name in ("errors", "events", "headers"))
    events = {name: row | {"example": _event_example(reader, name)} for name, row in events.items()}
    for code, row in errors.items():
        need(row, "status", f"errors.yaml: {code}")
    sources: dict[str, Path] = {}
    paths = _paths(reader, need(document, "paths", root / "openapi.yaml"), errors, sources)
    envelope = {"$ref": f"#/components/schemas/{reader.component(root / 'shared/schemas/error.yaml')}"}
    for item in paths.values():
        for operation in item.values():
            answers.add_error_answers(operation, errors, envelope)
    document["webhooks"] = {
        name: answers.webhook(row, _event_schema(reader, name, row)) for name, row in events.items()
    }
    components = dict(document.get("components", {})) | {"schemas": dict(sorted(reader.components.items()))}
    bundle = document | {"paths": paths, "components": components}
    return Spec(bundle, errors, events, headers, sources, reader.digest(), reader.files)


def _paths(reader: _Reader, listed: Any, errors: dict[str, Any], sources: dict[str, Path]) -> dict[str, Any]:
    paths: dict[str, Any] = {}
    for path, item in listed.items():
        paths[path] = {}
        for verb, reference in item.items():
            where = f"{reader.root / 'openapi.yaml'}: {path}.{verb}"
            if verb not in VERBS:
                raise SpecError(f"{where}: the verb must be one of {', '.join(VERBS)}")
            source = (reader.root / need(reference, "$ref", where)).resolve()
            operation = _operation(reader, reader.resolve(reference, reader.root), source, errors, verb)
            if operation["operationId"] in sources:
                raise SpecError(f"{where}: another operation is already called {operation['operationId']}")
            sources[operation["operationId"]] = source
            paths[path][verb] = operation
    return paths


def _operation(reader: _Reader, operation: Any, source: Path, errors: dict[str, Any], verb: str) -> dict[str, Any]:
    for key in _OPERATION_KEYS:
        need(operation, key, source)
    examples = source.parent / "examples" / source.name
    listed = reader.read(examples) if examples.exists() else None
    return answers.completed(operation, source, errors, verb, listed or [])


def _event_example(reader: _Reader, event: str) -> Any:
    """What `data.object` of such an event was once, if the spec has an example of it."""
    path = reader.root / "event_examples" / f"{event}.yaml"
    return reader.read(path) if path.exists() else {}


def _event_schema(reader: _Reader, event: str, row: Any) -> str | None:
    """The component an event is about, if the spec has a schema file of that name."""
    stem = need(row, "object", f"events.yaml: {event}")
    found = sorted(reader.root.glob(f"resources/*/schemas/{stem}.yaml")) + sorted(
        reader.root.glob(f"shared/schemas/{stem}.yaml")
    )
    return reader.component(found[0]) if found else None

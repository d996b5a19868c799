# SPDX-License-Identifier: Apache-2.0
"""YAML as the spec uses it: a repeated key is an error, a date stays text, only true and false are booleans."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import yaml


class SpecError(Exception):
    """A fault in the spec; the message names file and place."""


class _Strict(yaml.SafeLoader):
    """A loader of its own, so that its rules bind nobody else."""


def _mapping(loader: _Strict, node: yaml.MappingNode) -> dict[Any, Any]:
    keys = [loader.construct_object(key) for key, _ in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.MarkedYAMLError(problem=f"`{key}` is there twice", problem_mark=node.start_mark)
    return loader.construct_mapping(node, deep=True)


_Strict.add_constructor("tag:yaml.org,2002:map", _mapping)
# YAML 1.1 reads `2026-01-01` as a date and `no` as false; in a spec both are words.
_Strict.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if not tag.endswith((":timestamp", ":bool"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Strict.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(true|false)$"), list("tf"))


def read_yaml(path: Path) -> Any:
    """The file's content; raises SpecError with file and line."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_Strict)
    except FileNotFoundError as error:
        raise SpecError(f"{path}: no such file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SpecError(f"{path}: {error}") from error


def need(mapping: Any, key: str, where: object) -> Any:
    """`mapping[key]`; raises SpecError that names where it should have been."""
    if not isinstance(mapping, dict) or key not in mapping:
        raise SpecError(f"{where}: `{key}` is missing")
    return mapping[key]

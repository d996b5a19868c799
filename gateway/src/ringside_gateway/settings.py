# SPDX-License-Identifier: Apache-2.0
"""Settings: defaults, then the config file, then the environment; each value remembers where it came from."""

from __future__ import annotations

import contextlib
import difflib
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal

import tomllib
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from ringside_gateway.domain.client_tokens import normal_origin
from ringside_gateway.domain.errors import GatewayError
from ringside_gateway.domain.keyring import MIN_SECRET_LENGTH

PREFIX = "RINGSIDE_"
#: RINGSIDE_PROVIDER_<NAME>_<ending>, and the setting each fills.
PROVIDER_ENDINGS = {"_API_KEY": "provider_keys", "_BASE_URL": "provider_base_urls"}
#: RINGSIDE_PROVIDER_<NAME>_<OPTION>: what some providers need besides a key.
PROVIDER_OPTIONS = ("API_VERSION", "LOCATION", "PROFILE", "PROJECT", "REGION", "RESOURCE")
#: Ours, but no settings: where the file is, and what tests and build scripts pass among themselves.
_NOT_SETTINGS = ("RINGSIDE_CONFIG", "RINGSIDE_TEST_")
_OF_A_SERVICE = re.compile(rf"{PREFIX}(SERVICE_(HOST|PORT\w*)|PORT_\d+_(TCP|UDP)\w*)")
#: Never shown, neither in errors nor by the doctor.
SECRETS = ("provider_keys", "database_url", "redis_url", "secret_keys")
_DATABASES = ("sqlite://", "postgresql://", "postgres://")
#: In the environment these are separated by commas.
_LISTS = ("trusted_proxies", "metrics_networks", "cors_origins", "secret_keys", "catalogue_dirs")
#: Names without our prefix that platforms and newcomers set.
ALIASES = {"PORT": "port", "DATA_DIR": "data_dir"}


class SettingsError(Exception):
    """A setting that cannot be used; the message names source, key and what is allowed."""


class Settings(BaseModel):
    """Frozen for the life of the process. Units are in the names."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int = Field(8080, ge=0, le=65535)
    data_dir: Path = Path("data")
    database_url: str | None = None
    redis_url: str | None = None
    workers: int = Field(1, ge=1, le=256)
    worker: Literal["gevent", "gthread", "meinheld"] = "gevent"
    behind_normalising_proxy: bool = False
    threads: int = Field(64, ge=1, le=4096)
    max_body_bytes: int = Field(25 * 1024 * 1024, ge=1024)
    head_deadline_s: float = Field(30.0, gt=0)
    body_deadline_s: float = Field(30.0, gt=0)
    max_requests: int = Field(0, ge=0)
    edge_rate_limit_rpm: int = Field(600_000, ge=0)
    trusted_proxies: tuple[str, ...] = ()
    metrics_networks: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    cors_origins: tuple[str, ...] = ()
    secret_keys: tuple[str, ...] = Field((), repr=False)
    upstream_deadline_s: float = Field(600.0, gt=0)
    connect_timeout_s: float = Field(10.0, gt=0)
    read_timeout_s: float = Field(300.0, gt=0)
    max_retries: int = Field(1, ge=0, le=10)
    max_output_tokens: int | None = Field(None, ge=16)
    webhook_timeout_s: float = Field(10.0, gt=0, le=20)
    webhook_loopback: bool | None = None
    allow_unpriced: bool = False
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    catalogue_dirs: tuple[Path, ...] = ()
    provider_keys: dict[str, str | tuple[str, ...]] = Field(default_factory=dict, repr=False)
    provider_base_urls: dict[str, str] = Field(default_factory=dict)
    provider_options: dict[str, dict[str, str]] = Field(default_factory=dict)
    provider_models: dict[str, dict[str, str]] = Field(default_factory=dict)

    @field_validator("trusted_proxies", "metrics_networks")
    @classmethod
    def _networks(cls, networks: tuple[str, ...]) -> tuple[str, ...]:
        for network in networks:
            ip_network(network)
        return networks

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, origins: tuple[str, ...]) -> tuple[str, ...]:
        """As browsers send them; nothing else would ever match."""
        try:
            return tuple("*" if origin == "*" else normal_origin(origin, False, origin) for origin in origins)
        except GatewayError as error:
            raise ValueError(error.message) from error

    @field_validator("database_url")
    @classmethod
    def _of_a_known_kind(cls, url: str | None) -> str | None:
        if url is not None and not url.startswith(_DATABASES):
            raise ValueError(f"must begin with {' or '.join(_DATABASES)}")
        return url

    @field_validator("secret_keys")
    @classmethod
    def _long_enough(cls, secrets: tuple[str, ...]) -> tuple[str, ...]:
        if any(len(secret) < MIN_SECRET_LENGTH for secret in secrets):
            raise ValueError(f"each needs at least {MIN_SECRET_LENGTH} characters; try: openssl rand -hex 32")
        return secrets

    @property
    def allows_loopback_webhooks(self) -> bool:
        """Whether test mode may aim webhooks at this machine: unless said, where it serves this machine alone."""
        local = self.host == "localhost" or self.host.startswith("127.") or self.host == "::1"
        return local if self.webhook_loopback is None else self.webhook_loopback

    @property
    def catalogue_folders(self) -> tuple[Path, ...]:
        """Where catalogue files are looked for besides the package: refreshed ones first, the operator's own last."""
        return (self.data_dir / "catalogue", *self.catalogue_dirs)

    @property
    def database(self) -> str:
        """The database's URL; SQLite in the data folder unless one is set."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'ringside.sqlite3').resolve()}"


class Loaded(BaseModel):
    """Settings with the source of each value that is not a default."""

    settings: Settings
    sources: dict[str, str]


def load(environ: Mapping[str, str] | None = None, overrides: Mapping[str, Any] | None = None) -> Loaded:
    """Settings from all sources; `overrides` are the command line's. Raises SettingsError."""
    environ = os.environ if environ is None else environ
    given = {name: value for name, value in (overrides or {}).items() if value is not None}
    values: dict[str, Any] = {}
    sources: dict[str, str] = {}
    data_dir = Path(given.get("data_dir") or environ.get("RINGSIDE_DATA_DIR") or environ.get("DATA_DIR") or "data")
    for source, found in (
        _from_file(environ, data_dir),
        *_from_environment(environ),
        ("the command line", given),
    ):
        for name, value in found.items():
            values[name] = _joined(values.get(name), value)
            sources[name] = source
    try:
        return Loaded(settings=Settings.model_validate(values), sources=sources)
    except ValidationError as error:
        raise SettingsError(_explained(error, sources)) from error


def _joined(before: Any, value: Any) -> Any:
    """The value over an earlier source's: tables are joined, anything else is replaced."""
    if not isinstance(value, dict) or not isinstance(before, dict):
        return value
    return before | {name: _joined(before.get(name), inner) for name, inner in value.items()}


def _from_file(environ: Mapping[str, str], data_dir: Path) -> tuple[str, dict[str, Any]]:
    named = environ.get("RINGSIDE_CONFIG")
    path = Path(named) if named else data_dir / "ringside.toml"
    if not path.exists():
        if named:
            raise SettingsError(f"RINGSIDE_CONFIG names {path}, which does not exist")
        return (str(path), {})
    try:
        return (str(path), tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}") from error


def _from_environment(environ: Mapping[str, str]) -> Iterator[tuple[str, dict[str, Any]]]:
    given = {
        variable: value for variable, value in sorted(environ.items()) if value and not _is_linked(variable, value)
    }
    for variable, name in ALIASES.items():
        if variable in given:
            yield f"environment {variable}", {name: given[variable]}
    for variable, value in given.items():
        if variable.startswith(PREFIX):
            name = variable.removeprefix(PREFIX).lower()
            if provider := _provider_setting(variable):
                setting, named, option = provider
                yield f"environment {variable}", {setting: {named: {option: value} if option else value}}
            elif name in _LISTS:
                parts = tuple(part.strip() for part in value.split(",") if part.strip())
                yield f"environment {variable}", {name: parts}
            elif name in Settings.model_fields:
                yield f"environment {variable}", {name: value}


def _is_linked(variable: str, value: str) -> bool:
    """Whether Kubernetes put it there to tell every pod of a Service called `ringside`: RINGSIDE_PORT=tcp://…"""
    return _OF_A_SERVICE.fullmatch(variable) is not None or (variable == f"{PREFIX}PORT" and value.startswith("tcp://"))


def _provider_setting(variable: str) -> tuple[str, str, str] | None:
    """The setting, the provider and the option (mostly none) that RINGSIDE_PROVIDER_<NAME>_… stands for."""
    if not variable.startswith(f"{PREFIX}PROVIDER_"):
        return None
    rest = variable.removeprefix(f"{PREFIX}PROVIDER_")
    for ending, setting in PROVIDER_ENDINGS.items():
        if rest.endswith(ending):
            return setting, rest.removesuffix(ending).lower(), ""
    for option in PROVIDER_OPTIONS:
        if rest.endswith(f"_{option}"):
            return "provider_options", rest.removesuffix(f"_{option}").lower(), option.lower()
    return None


def secret_keys(settings: Settings) -> tuple[str, ...]:
    """The operator's secrets; when none is set, one made once and kept in the data folder for this user only.

    Set for the first time, they still open what that one sealed: it comes last until its file is deleted.
    """
    path = settings.data_dir / "secret.key"
    if settings.secret_keys:
        return settings.secret_keys + tuple(kept for kept in _kept(path) if kept not in settings.secret_keys)
    if not path.exists():
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):  # another process was first: its secret counts
            os.link(unfinished, path)
        unfinished.unlink()
    return _kept(path)


def _kept(path: Path) -> tuple[str, ...]:
    """The secret in this file, when there is one. Raises SettingsError for a file that holds none."""
    if not path.exists():
        return ()
    secret = path.read_text(encoding="ascii").strip()
    if len(secret) < MIN_SECRET_LENGTH:
        raise SettingsError(f"{path} holds no secret of {MIN_SECRET_LENGTH} characters; restore it, or delete it")
    return (secret,)


def strangers(environ: Mapping[str, str]) -> list[str]:
    """Variables with our prefix that mean nothing, each with the name that was probably meant."""
    found = []
    for variable in sorted(environ):
        name = variable.removeprefix(PREFIX).lower()
        known = name in Settings.model_fields or _provider_setting(variable) or variable.startswith(_NOT_SETTINGS)
        known = known or _is_linked(variable, environ[variable])
        if variable.startswith(PREFIX) and not known:
            near = difflib.get_close_matches(name, Settings.model_fields, 1)
            found.append(f"{variable} is no setting" + (f"; did you mean {PREFIX}{near[0].upper()}?" if near else ""))
    return found


def _explained(error: ValidationError, sources: Mapping[str, str]) -> str:
    first = error.errors()[0]
    name = str(first["loc"][0])
    where = sources.get(name, "the defaults")
    if first["type"] == "extra_forbidden":
        near = difflib.get_close_matches(name, Settings.model_fields, 1)
        hint = f"; did you mean {near[0]}?" if near else "; config.example.toml lists all settings"
        return f"{where}: there is no setting {name}{hint}"
    given = "" if name in SECRETS else f" (it is {str(first['input'])[:60]!r})"
    return f"{where}: {name}: {first['msg'].removeprefix('Value error, ')}{given}"

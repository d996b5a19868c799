# SPDX-License-Identifier: Apache-2.0
"""Where settings come from, in which order, and what a bad one says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import tomllib
from ringside_gateway.__main__ import _worker_class
from ringside_gateway.settings import Settings, SettingsError, load, secret_keys, strangers

ROOT = Path(__file__).parents[2]


def test_later_sources_win_and_each_value_remembers_its_own(tmp_path: Path) -> None:
    (tmp_path / "ringside.toml").write_text("workers = 2\nport = 1\nmax_retries = 3\n")
    environ = {"RINGSIDE_DATA_DIR": str(tmp_path), "PORT": "2", "RINGSIDE_MAX_RETRIES": "4"}
    loaded = load(environ, {"port": 3, "host": None})
    settings = loaded.settings
    assert (settings.workers, settings.port, settings.max_retries) == (2, 3, 4)
    assert loaded.sources["workers"].endswith("ringside.toml")
    assert loaded.sources["max_retries"] == "environment RINGSIDE_MAX_RETRIES"
    assert loaded.sources["port"] == "the command line"
    assert "host" not in loaded.sources


def test_our_own_name_for_a_variable_wins_over_the_platforms() -> None:
    assert load({"PORT": "1", "RINGSIDE_PORT": "2"}).settings.port == 2


def test_provider_keys_and_addresses_come_from_file_and_environment_together(tmp_path: Path) -> None:
    (tmp_path / "ringside.toml").write_text('[provider_keys]\nopenai = "a"\nmistral = "b"\n')
    environ = {
        "DATA_DIR": str(tmp_path),
        "RINGSIDE_PROVIDER_OPENAI_API_KEY": "c",
        "RINGSIDE_PROVIDER_OPENAI_BASE_URL": "http://localhost:1/v1",
    }
    settings = load(environ).settings
    assert settings.provider_keys == {"openai": "c", "mistral": "b"}
    assert settings.provider_base_urls == {"openai": "http://localhost:1/v1"}
    assert "'c'" not in repr(settings)


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"RINGSIDE_WORKERS": "0"}, "environment RINGSIDE_WORKERS: workers: .*greater than or equal to 1.*'0'"),
        ({"RINGSIDE_WORKER": "uvicorn"}, "'gevent', 'gthread' or 'meinheld'"),
        ({"PORT": "eighty"}, "environment PORT: port: .*integer"),
        ({"RINGSIDE_TRUSTED_PROXIES": "10.0.0.0/8, nope"}, "trusted_proxies: 'nope' does not appear to be"),
        ({"RINGSIDE_CONFIG": "/nowhere/x.toml"}, "which does not exist"),
    ],
)
def test_a_bad_value_names_source_key_and_rule(environ: dict[str, str], says: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load(environ)
    assert re.search(says, str(caught.value))


def test_origins_are_kept_as_browsers_send_them() -> None:
    given = {"RINGSIDE_CORS_ORIGINS": "https://App.Example.com/, http://localhost:5173, *, https://a.example:443"}
    found = load(given).settings.cors_origins
    assert found == ("https://app.example.com", "http://localhost:5173", "*", "https://a.example")
    with pytest.raises(SettingsError, match="must be an origin such as"):
        load({"RINGSIDE_CORS_ORIGINS": "app.example.com/path"})


def test_what_kubernetes_tells_of_a_service_of_our_name_is_no_setting() -> None:
    told = {
        "RINGSIDE_PORT": "tcp://10.96.0.12:80",
        "RINGSIDE_SERVICE_HOST": "10.96.0.12",
        "RINGSIDE_SERVICE_PORT_HTTP": "80",
        "RINGSIDE_PORT_80_TCP_ADDR": "10.96.0.12",
    }
    assert load({**told, "PORT": "9000"}).settings.port == 9000
    assert strangers(told) == []


def test_a_bad_secret_is_not_repeated(tmp_path: Path) -> None:
    (tmp_path / "ringside.toml").write_text('provider_keys = "sk-secret"\n')
    with pytest.raises(SettingsError) as caught:
        load({"DATA_DIR": str(tmp_path)})
    assert "sk-secret" not in str(caught.value)


def test_variables_with_our_prefix_that_mean_nothing_are_pointed_out() -> None:
    environ = {
        "RINGSIDE_WROKERS": "3",
        "RINGSIDE_PORT": "1",
        "RINGSIDE_TEST_X": "1",
        "RINGSIDE_CONFIG": "x",
        "HOME": "/",
    }
    assert strangers(environ) == ["RINGSIDE_WROKERS is no setting; did you mean RINGSIDE_WORKERS?"]


def test_the_example_lists_every_setting_with_its_default() -> None:
    text = (ROOT / "config.example.toml").read_text(encoding="utf-8")
    shown = tomllib.loads(text)
    commented = dict(re.findall(r"^# (\w+) = (.+?)(?:  .*)?$", text, re.MULTILINE))
    providers = {"openai", "azure", "bedrock", "vertex"}
    assert (set(shown) | set(commented)) - providers == set(Settings.model_fields)
    defaults = Settings().model_dump(mode="json")
    for name, value in shown.items():
        if not name.startswith("provider_"):
            assert value == defaults[name], name


@pytest.mark.parametrize(
    ("arguments", "environ", "worker"),
    [
        ([], {}, "gthread"),
        ([], {"RINGSIDE_WORKER": "gevent"}, "gevent"),
        (["--worker", "gevent"], {"RINGSIDE_WORKER": "gthread"}, "gevent"),
        (["--worker=gevent"], {}, "gevent"),
        (["--data-dir", "/nowhere"], {}, "gevent"),
    ],
)
def test_the_kind_of_worker_is_known_before_anything_is_imported(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    environ: dict[str, str],
    worker: str,
) -> None:
    (tmp_path / "ringside.toml").write_text('worker = "gthread"\n')
    for name in ("RINGSIDE_WORKER", "RINGSIDE_CONFIG", "RINGSIDE_DATA_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    assert _worker_class(arguments) == worker


def test_a_secret_is_made_once_for_this_user_only_unless_one_is_set(tmp_path: Path) -> None:
    settings = load({}, {"data_dir": str(tmp_path / "new")}).settings
    made = secret_keys(settings)
    assert secret_keys(settings) == made and len(made[0]) == 64
    assert (tmp_path / "new/secret.key").stat().st_mode & 0o777 == 0o600
    given = load({"RINGSIDE_SECRET_KEYS": f"{'n' * 32}, {'o' * 32}"}, {"data_dir": str(tmp_path)}).settings
    assert secret_keys(given) == ("n" * 32, "o" * 32)


def test_secrets_that_are_set_for_the_first_time_still_open_what_the_kept_one_sealed(tmp_path: Path) -> None:
    (kept,) = secret_keys(load({}, {"data_dir": str(tmp_path)}).settings)
    given = load({"RINGSIDE_SECRET_KEYS": "n" * 32}, {"data_dir": str(tmp_path)}).settings
    assert secret_keys(given) == ("n" * 32, kept)
    moved = load({"RINGSIDE_SECRET_KEYS": f"{'n' * 32},{kept}"}, {"data_dir": str(tmp_path)}).settings
    assert secret_keys(moved) == ("n" * 32, kept)
    (tmp_path / "secret.key").write_text("")
    with pytest.raises(SettingsError, match=r"secret\.key holds no secret"):
        secret_keys(given)


def test_a_short_secret_is_refused_without_being_shown(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="32 characters") as refused:
        load({"RINGSIDE_SECRET_KEYS": "hunter2"}, {"data_dir": str(tmp_path)})
    assert "hunter2" not in str(refused.value)


def test_options_of_providers_are_joined_from_file_and_environment(tmp_path: Path) -> None:
    (tmp_path / "ringside.toml").write_text(
        '[provider_options]\nvertex = {project = "a", location = "eu"}\n[provider_models.azure]\n"gpt-4o" = "mine"\n'
    )
    variables = {"RINGSIDE_PROVIDER_VERTEX_PROJECT": "b", "RINGSIDE_PROVIDER_AZURE_API_VERSION": "2024-10-21"}
    settings = load({"DATA_DIR": str(tmp_path)} | variables).settings
    assert settings.provider_options == {
        "vertex": {"project": "b", "location": "eu"},
        "azure": {"api_version": "2024-10-21"},
    }
    assert settings.provider_models == {"azure": {"gpt-4o": "mine"}}
    assert strangers(variables) == []

# SPDX-License-Identifier: Apache-2.0
"""The command line teaches, prepares, and says what is wrong and what to do."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from command_line import run, started
from gateway_process import Gateway, free_port
from ringside_gateway.domain.accounts import Caller
from ringside_gateway.domain.keyring import Keyring
from ringside_gateway.egress.addresses import Addresses
from ringside_gateway.services.webhook_endpoints import WebhookEndpoints
from ringside_gateway.storage.database import Database


def test_help_lists_every_command_and_teaches_the_first_step() -> None:
    shown = started("--help").stdout
    for command in ("serve", "work", "keys", "customers", "models", "database", "doctor"):
        assert command in shown
    assert "ringside-gateway serve" in shown
    assert "ringside.toml" in shown
    assert "RINGSIDE_CONFIG" in shown


@pytest.mark.parametrize("command", ["serve", "work", "keys", "customers", "models", "database", "doctor"])
def test_every_command_shows_an_example(command: str) -> None:
    shown = run(command, "--help")
    assert shown.exit_code == 0
    assert f"ringside-gateway {command}" in shown.stdout.replace("Usage: ", "", 1)


def test_a_database_is_prepared_and_reported(tmp_path: Path) -> None:
    assert run("database", "status", folder=tmp_path).exit_code == 1
    assert "0001_initial" in run("database", "upgrade", folder=tmp_path).stdout
    assert "nothing to do" in run("database", "upgrade", folder=tmp_path).stdout
    assert run("database", "status", folder=tmp_path).exit_code == 0


def test_commands_on_an_unprepared_database_say_what_to_do(tmp_path: Path) -> None:
    answered = run("keys", "list", folder=tmp_path)
    assert answered.exit_code == 1
    assert "ringside-gateway database upgrade" in answered.stderr


def test_a_database_newer_than_the_code_is_worked_with_and_named(tmp_path: Path) -> None:
    run("database", "upgrade", folder=tmp_path)
    with closing(sqlite3.connect(tmp_path / "ringside.sqlite3")) as database, database:
        database.execute("INSERT INTO schema_migrations (name) VALUES ('9999_later')")
    assert run("database", "status", folder=tmp_path).exit_code == 0
    assert run("keys", "list", folder=tmp_path).exit_code == 0
    title = next(title for title in told_by_doctor(tmp_path) if title.startswith("migrations"))
    assert title == "migrations (the database is newer than this gateway: 9999_later)"


def test_a_key_and_a_customer_made_in_the_shell_work_over_http(gateway: Gateway) -> None:
    secret = run("keys", "create", "--name", "shell", folder=gateway.folder).stdout.strip()
    assert "shell" in run("keys", "list", folder=gateway.folder).stdout
    run("customers", "create", "from-shell", "--budget-usd", "5", folder=gateway.folder)
    topped = run("customers", "topup", "ext:from-shell", "2.50", folder=gateway.folder)
    assert "balance 2.5 USD" in topped.stdout
    answered = httpx.get(
        f"{gateway.url}/customers/ext:from-shell", headers={"Authorization": f"Bearer {secret}"}
    ).json()
    assert (answered["budget_usd"], answered["wallet_balance_usd"]) == (5, 2.5)


def test_a_refusal_in_the_shell_is_one_line(gateway: Gateway) -> None:
    answered = run("customers", "show", "ext:nobody", folder=gateway.folder)
    assert (answered.exit_code, answered.stdout) == (1, "")
    assert answered.stderr.startswith("not_found: ")
    assert "Traceback" not in answered.stderr


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("account set --markup-percent=-200", "`markup_percent` must lie between -100 and 10000 %"),
        ("account set --markup-percent abc", "'abc' is not a number"),
        ("account set --rate-limit-rpm=-5", "-5 is not in the range"),
        ("account topup NaN", "`amount` must lie between"),
        (f"customers create {'x' * 400}", "`external_id` must have at most 255 characters"),
        ("customers create cheap --budget-usd=-5", "`budget_usd` must be at least 0"),
        ("customers create ext:foo", "`external_id` must not begin with `ext:`"),
        ("customers topup ext:from-shell 0", "`amount_usd` must be greater than 0"),
        (f"keys create --name {'x' * 101}", "`name` must have at most 100 characters"),
    ],
)
def test_the_shell_refuses_what_the_spec_refuses(gateway: Gateway, arguments: str, says: str) -> None:
    answered = run(*arguments.split(), folder=gateway.folder)
    assert answered.exit_code != 0
    assert says in answered.stderr
    assert isinstance(answered.exception, SystemExit)


def test_models_are_listed_shown_and_resolved(tmp_path: Path) -> None:
    assert "fc:openai/gpt-4o-mini" in run("models", "list", "openai", folder=tmp_path).stdout
    assert "released 2024-07-18" in run("models", "show", "fc:openai/gpt-4o-mini", folder=tmp_path).stdout
    unknown = run("models", "show", "fc:openai/gpt-4o-mimi", folder=tmp_path)
    assert (unknown.exit_code, unknown.stderr.startswith("model_not_found: ")) == (1, True)
    first = run("models", "resolve", "match:anthropic/sonnet>=4", folder=tmp_path).stdout.splitlines()[1]
    assert first.startswith("fc:anthropic/claude-sonnet-")


def test_doctor_shows_where_each_value_came_from_and_hides_secrets(tmp_path: Path) -> None:
    run("database", "upgrade", folder=tmp_path)
    (tmp_path / "ringside.toml").write_text('workers = 3\n[provider_keys]\nopenai = "sk-secret"\n')
    answered = run("doctor", folder=tmp_path, RINGSIDE_MAX_RETRIES="2", PORT="0")
    assert answered.exit_code == 0, answered.stdout
    lines = {line.split()[0]: line for line in answered.stdout.splitlines() if line.startswith("  ")}
    assert "ringside.toml" in lines["workers"]
    assert "environment RINGSIDE_MAX_RETRIES" in lines["max_retries"]
    assert "default" in lines["worker"]
    assert "sk-secret" not in answered.stdout


def test_doctor_names_webhook_endpoints_whose_secret_no_key_opens(tmp_path: Path) -> None:
    run("database", "upgrade", folder=tmp_path)
    database = Database.open(f"sqlite:///{tmp_path}/ringside.sqlite3")
    caller = Caller("acct_1", False, "key_1", frozenset())
    endpoints = WebhookEndpoints(database, Keyring(["o" * 32]), Addresses(True))
    lost = endpoints.create(caller, {"url": "http://127.0.0.1:9/"})[0].id
    database.close()
    new = {"PORT": "0", "RINGSIDE_SECRET_KEYS": "n" * 32}
    answered = run("doctor", folder=tmp_path, **new)
    assert (answered.exit_code, lost in answered.stdout) == (1, True)
    both = {**new, "RINGSIDE_SECRET_KEYS": f"{'n' * 32},{'o' * 32}"}
    answered = run("doctor", folder=tmp_path, **both)
    assert (answered.exit_code, "1 still sealed with an older key" in answered.stdout) == (0, True)


def told_by_doctor(folder: Path, **environment: str) -> dict[str, str]:
    """Each check by its title: empty when it is fine, else what to do."""
    lines = run("doctor", folder=folder, **{"PORT": "0", **environment}).stdout.partition("checks\n")[2].splitlines()
    told = {line[5:]: "" for line in lines if line.startswith("  ok ")}
    following = zip(lines, [*lines[1:], ""], strict=True)
    return told | {line[5:]: advice.strip() for line, advice in following if line.startswith("  !! ")}


def test_doctor_finds_nothing_wrong_with_a_folder_before_the_first_start_and_leaves_it_empty(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "not" / "there"):
        assert not any(told_by_doctor(folder).values())
    assert list(tmp_path.iterdir()) == []


def test_doctor_finds_the_gateway_that_runs(gateway: Gateway) -> None:
    told = told_by_doctor(gateway.folder, PORT=str(gateway.port))
    assert told[f"port {gateway.port}: a gateway answers there"] == ""
    assert not any(told.values())


def test_doctor_looks_on_where_something_is_broken(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert (
        "is a file; choose another folder" in told_by_doctor(tmp_path / "file" / "data")[f"folder {tmp_path}/file/data"]
    )
    away = told_by_doctor(tmp_path, RINGSIDE_DATABASE_URL=f"postgresql://127.0.0.1:{free_port()}/away")
    assert (away["database"], "migrations" in away, away["tokenizer"]) == (
        "start it, or set RINGSIDE_DATABASE_URL",
        False,
        "",
    )
    (tmp_path / "ringside.sqlite3").write_text("no database at all, but long enough to be taken for one" * 20)
    assert "not a database" in told_by_doctor(tmp_path)["database"]
    with closing(sqlite3.connect(tmp_path / "empty.sqlite3")) as empty:
        empty.execute("CREATE TABLE t (c)")
    told = told_by_doctor(tmp_path, RINGSIDE_DATABASE_URL=f"sqlite:///{tmp_path}/empty.sqlite3")
    assert (told["database"], "database upgrade" in told["migrations"]) == ("", True)


def test_doctor_names_providers_that_are_misspelt_or_lack_something(tmp_path: Path) -> None:
    names = ("OPNAI", "AZURE", "GROQ")
    told = told_by_doctor(tmp_path, **{f"RINGSIDE_PROVIDER_{name}_API_KEY": "secret" for name in names})
    assert told["provider opnai"] == "there is none of this name; did you mean openai?"
    assert "AZURE_OPENAI_RESOURCE" in told["provider azure"]
    assert told["provider groq"] == ""
    assert told_by_doctor(tmp_path, RINGSIDE_WORKER="meinheld")["worker meinheld"] != ""


def test_a_folder_or_database_that_cannot_be_used_is_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for command in ("serve", "database upgrade", "keys list"):
        answered = run(*command.split(), folder=tmp_path / "file" / "data", PORT="0")
        assert (answered.exit_code, answered.stderr.count("\n")) == (1, 1)
        assert "Not a directory" in answered.stderr
    answered = run("doctor", folder=tmp_path, RINGSIDE_DATABASE_URL="mysql://db")
    assert (answered.exit_code, "must begin with sqlite:// or postgresql://" in answered.stderr) == (1, True)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("wrokers = 3", "did you mean workers?"),
        ("workers = 0", "workers: Input should be greater than or equal to 1"),
        ("workers = ", "is not TOML"),
    ],
)
def test_a_bad_config_file_is_explained(tmp_path: Path, content: str, says: str) -> None:
    (tmp_path / "ringside.toml").write_text(content)
    answered = run("doctor", folder=tmp_path)
    assert answered.exit_code == 1
    assert says in answered.stderr
    assert "Traceback" not in answered.stderr


def test_a_port_that_is_taken_is_said_at_once_and_nothing_is_created(gateway: Gateway, tmp_path: Path) -> None:
    answered = started("serve", "--port", str(gateway.port), "--data-dir", str(tmp_path / "new"))
    assert answered.returncode == 1
    assert f"port {gateway.port}: address already in use" in answered.stderr
    assert "--port" in answered.stderr
    assert not (tmp_path / "new").exists()


def test_a_misspelt_variable_is_pointed_out(tmp_path: Path) -> None:
    run("database", "upgrade", folder=tmp_path)
    answered = run("doctor", folder=tmp_path, RINGSIDE_WROKERS="2", PORT="0")
    assert answered.exit_code == 1
    assert "RINGSIDE_WROKERS is no setting; did you mean RINGSIDE_WORKERS?" in answered.stdout

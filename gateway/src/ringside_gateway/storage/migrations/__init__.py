# SPDX-License-Identifier: Apache-2.0
"""Numbered, forward-only migrations; `{serial}` and friends stand for what the two dialects spell differently."""

from __future__ import annotations

from importlib import resources

from ringside_gateway.storage.database import POSTGRESQL, Database, Transaction

#: Longest statement of a migration, waiting for another gateway that upgrades included.
UPGRADE_S = 3600
_SPELLINGS = {
    "sqlite": {"serial": "INTEGER PRIMARY KEY AUTOINCREMENT", "blob": "BLOB"},
    "postgresql": {"serial": "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY", "blob": "BYTEA"},
}


def available() -> list[str]:
    """Names of all migrations in order."""
    names = (entry.name for entry in resources.files(__name__).iterdir())
    return sorted(name.removesuffix(".sql") for name in names if name.endswith(".sql"))


def applied(tx: Transaction) -> list[str]:
    """Names of the migrations this database has had, in order; fails for one that was never upgraded."""
    return [row[0] for row in tx.execute("SELECT name FROM schema_migrations ORDER BY name").fetchall()]


def upgrade(database: Database) -> list[str]:
    """Applies what is missing, all in one transaction, and returns the names applied."""
    with database.transaction() as tx:
        tx.take_time(UPGRADE_S)
        if tx.dialect == POSTGRESQL:
            tx.execute("SELECT pg_advisory_xact_lock(7201)")
        tx.execute("CREATE TABLE IF NOT EXISTS schema_migrations (name TEXT PRIMARY KEY)")
        known = applied(tx)
        missing = [name for name in available() if name not in known]
        for name in missing:
            for statement in _statements(name, tx.dialect):
                tx.execute(statement)
            tx.execute("INSERT INTO schema_migrations (name) VALUES (?)", (name,))
        return missing


def _statements(name: str, dialect: str) -> list[str]:
    text = resources.files(__name__).joinpath(f"{name}.sql").read_text()
    for word, spelling in _SPELLINGS[dialect].items():
        text = text.replace("{" + word + "}", spelling)
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("--")]
    return [part.strip() for part in "\n".join(lines).split(";") if part.strip()]

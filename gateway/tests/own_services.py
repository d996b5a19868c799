# SPDX-License-Identifier: Apache-2.0
"""Tests run in several workers at once: each has a PostgreSQL database and a Redis number of its own."""

from __future__ import annotations

from collections.abc import MutableMapping
from urllib.parse import urlsplit, urlunsplit

import psycopg2

POSTGRES, REDIS = "RINGSIDE_TEST_POSTGRES_URL", "RINGSIDE_TEST_REDIS_URL"


def own_services(environment: MutableMapping[str, str]) -> None:
    """Points the URLs of `make services` at what only this worker uses; changes nothing without workers."""
    worker = environment.get("PYTEST_XDIST_WORKER")
    if worker is None:
        return
    if POSTGRES in environment:
        environment[POSTGRES] = _own_database(environment[POSTGRES], f"ringside_{worker}")
    if REDIS in environment:
        # Number 0 stays for tests without workers.
        environment[REDIS] = urlunsplit(urlsplit(environment[REDIS])._replace(path=f"/{1 + int(worker[2:])}"))


def _own_database(url: str, name: str) -> str:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
        if cursor.fetchone() is None:
            cursor.execute(f"CREATE DATABASE {name}")
    connection.close()
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))

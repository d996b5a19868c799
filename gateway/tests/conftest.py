# SPDX-License-Identifier: Apache-2.0
"""One real gateway for the integration tests of a worker: the process a user starts, over a real socket."""

from __future__ import annotations

import os
from collections.abc import Iterator

import httpx
import pytest
from hypothesis import settings
from own_services import own_services

# Before any test module reads the environment.
own_services(os.environ)

# Whoever sourced a dev.env tests a gateway of their own no less.
for name in ("FC_API_KEY", "FC_BASE_URL", "FC_WEBHOOK_SECRET"):
    os.environ.pop(name, None)

# Several workers share the cores: how long an example takes says nothing here.
settings.register_profile("ringside", deadline=None)
settings.load_profile("ringside")

from gateway_process import Gateway  # noqa: E402  # after the environment is set
from worker_kinds import KIND, LIMITS, environment  # noqa: E402


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    running = Gateway(tmp_path_factory.mktemp("gateway"), **LIMITS, **environment(KIND))
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def api(gateway: Gateway) -> Iterator[httpx.Client]:
    with gateway.client() as client:
        yield client

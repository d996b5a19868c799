# SPDX-License-Identifier: Apache-2.0
"""One real gateway for all integration tests: the process a user starts, over a real socket."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from gateway_process import Gateway


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    running = Gateway(tmp_path_factory.mktemp("gateway"), RINGSIDE_BODY_DEADLINE_S="2", RINGSIDE_READ_TIMEOUT_S="2")
    running.start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def api(gateway: Gateway) -> Iterator[httpx.Client]:
    with gateway.client() as client:
        yield client

# SPDX-License-Identifier: Apache-2.0
"""A part of the integration suite that says much about a server, under the other kinds of workers.

All of it runs on either with RINGSIDE_TEST_WORKER=gthread (or meinheld) python -m pytest tests/integration.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import test_bad_input
import test_chat
import test_customers
import test_faults
from gateway_process import Gateway
from worker_kinds import KIND, LIMITS, environment

customer = test_chat.customer

test_the_first_curl = test_chat.test_the_published_first_curl_answers
test_a_stream_is_openais_bytes = test_chat.test_a_stream_is_openais_bytes_and_nothing_else
test_a_stream_tells_its_cost = test_chat.test_a_stream_tells_usage_and_cost_where_asked
test_a_rate_limit = test_chat.test_a_rate_limit_refuses_with_the_wait_and_says_what_is_left
test_an_idempotency_key = test_chat.test_an_idempotency_key_replays_an_answer_without_a_second_debit
test_every_answer_has_a_request_id = test_chat.test_every_answer_has_a_request_id_and_what_is_left_of_the_limit
test_raw_paths = test_customers.test_external_ids_may_hold_what_paths_cannot
test_a_bad_model = test_bad_input.test_a_bare_or_malformed_model_name_is_400
test_a_customers_life = test_customers.test_a_customer_is_created_read_changed_and_deleted
test_failed_calls = test_faults.test_a_failed_call_says_why_and_costs_nothing
test_failing_streams = test_faults.test_a_stream_that_fails_ends_with_an_error_event_and_bills_what_was_delivered
test_an_abandoned_stream = test_faults.test_an_abandoned_stream_keeps_its_idempotency_key_from_billing_again


@pytest.fixture(scope="module", params=["gthread", "meinheld"])
def gateway(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    if KIND != "gevent":
        pytest.skip("this run is for one kind of worker")
    running = Gateway(tmp_path_factory.mktemp(request.param), **LIMITS, **environment(request.param))
    running.start()
    yield running
    assert running.stop() == 0

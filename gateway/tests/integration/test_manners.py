# SPDX-License-Identifier: Apache-2.0
"""What HTTP asks of every server: HEAD, caches, credentials, slashes, and hints for the commonest slips."""

from __future__ import annotations

import httpx
from wire import refused


def test_what_can_be_got_answers_head_without_a_body(api: httpx.Client) -> None:
    for path in ("/models", "/customers", "/usage", "/../healthz", "/../docs", "/../"):
        got, head = api.get(path, follow_redirects=False), api.head(path, follow_redirects=False)
        assert (head.status_code, head.content) == (got.status_code, b""), path
        assert head.headers.get("content-type") == got.headers.get("content-type")
    assert api.head("/chat/completions").status_code == 405
    assert "HEAD" in api.put("/customers").headers["allow"]


def test_a_missing_credential_is_asked_for_as_http_does(api: httpx.Client) -> None:
    for headers in ({"Authorization": ""}, {"Authorization": "Bearer sk_test_wrong"}):
        response = api.get("/customers", headers=headers)
        assert (response.status_code, response.headers["www-authenticate"]) == (401, "Bearer")


def test_no_cache_keeps_an_answer_but_the_documents_that_everybody_may_read(api: httpx.Client) -> None:
    assert api.get("/customers").headers["cache-control"] == "no-store"
    assert api.get("/nope").headers["cache-control"] == "no-store"
    page = api.get("/../docs")
    assert page.headers["cache-control"] == "no-cache"
    again = api.get("/../docs", headers={"If-None-Match": page.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert api.get("/../docs", headers={"If-None-Match": '"another"'}).content == page.content


def test_a_slash_at_the_end_changes_nothing(api: httpx.Client) -> None:
    assert api.get("/customers/").json()["object"] == "list"
    assert api.get("/models/").json()["object"] == "list"


def test_a_base_url_without_its_version_is_told_so(api: httpx.Client) -> None:
    for path in ("/chat/completions", "/models", "/customers/cus_42"):
        message = refused(api.post(f"/..{path}", json={}), 404, "route_not_found")["message"]
        assert message.endswith(f"Did you mean /v1{path}?")
    assert "mean" not in refused(api.get("/../favicon.ico"), 404, "route_not_found")["message"]


def test_an_encoded_body_is_refused_with_what_is_read(api: httpx.Client) -> None:
    response = api.post("/customers", content=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    refused(response, 415, "unsupported_media_type")
    assert response.headers["accept-encoding"] == "identity"

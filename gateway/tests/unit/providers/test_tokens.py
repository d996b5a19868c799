# SPDX-License-Identifier: Apache-2.0
"""Token counts: the vocabulary's own on known texts, and estimates that never fall short."""

from __future__ import annotations

from typing import Any

import pytest
from ringside_gateway.domain.catalogue import ModelFacts
from ringside_gateway.providers import tokens

PICTURE = {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 100_000}}


def messages(*contents: Any) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": content} for content in contents]}


def model(**changes: Any) -> ModelFacts:
    return ModelFacts("acme", "bard", "bard", (1,), "2026-01", 1000, 100, "bard", **changes)


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("Hello", 1),
        ("Hello, world!", 4),
        ("tiktoken is great!", 6),
        ("お誕生日おめでとう", 8),
        ("<|endoftext|>", 7),
        ("a" * 200_000, 25_000),
    ],
)
def test_texts_have_the_tokens_of_the_published_vocabulary(text: str, count: int) -> None:
    assert tokens.count_text(text) == count


def test_a_text_too_long_for_the_tokenizer_is_counted_in_pieces() -> None:
    text = "the quick brown fox " * 120_000
    assert tokens.count_text(text) == pytest.approx(4 * 120_000, rel=0.001)


def test_half_a_surrogate_pair_is_counted() -> None:
    assert tokens.count_text("\ud800 and more") > 2


def test_a_cut_text_has_exactly_that_many_tokens() -> None:
    shown, count = tokens.cut("one two three four five", 3)
    assert (shown, count) == ("one two three", 3)
    assert tokens.cut("one", 3) == ("one", 1)


def test_every_message_tool_and_schema_is_counted() -> None:
    base = tokens.estimate_input_tokens(messages("Hello"))
    assert base == tokens.PER_CALL + tokens.PER_MESSAGE + 1
    assert tokens.estimate_input_tokens(messages("Hello", "Hello")) == base + tokens.PER_MESSAGE + 1
    tool = {"type": "function", "function": {"name": "get_weather"}}
    assert tokens.estimate_input_tokens({**messages("Hello"), "tools": [tool]}) > base + 5
    assert tokens.estimate_input_tokens({**messages("Hello"), "response_format": {"type": "json_object"}}) > base + 3


def test_a_picture_counts_as_a_picture_and_not_as_its_bytes() -> None:
    assert 1445 <= tokens.estimate_input_tokens(messages([PICTURE])) < 1500


def test_the_hungriest_model_of_a_cascade_decides() -> None:
    body = messages([PICTURE, {"type": "text", "text": "word " * 100}])
    plain = tokens.estimate_input_tokens(body)
    hungry = tokens.estimate_input_tokens(body, iter([model(), model(token_percent=150, image_tokens=4000)]))
    assert hungry >= 1.5 * (plain + 4000 - 1445)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"messages": None},
        {"messages": "Hello"},
        {"messages": ["Hello", None]},
        messages(None, 5, {"a": 1}, [None, 7, {}]),
    ],
)
def test_a_body_of_the_wrong_shape_is_estimated_all_the_same(body: dict[str, Any]) -> None:
    assert tokens.estimate_input_tokens(body) >= tokens.PER_CALL

# SPDX-License-Identifier: Apache-2.0
"""Rate windows in Redis: one script takes a call from all its layers or from none, in 50 ms or not at all."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from importlib import resources
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from ringside_gateway.domain.admission import Ask, Layer, refusal
from ringside_gateway.domain.limits import Taken

#: Longer than this a call does not wait for Redis: the database can answer as well.
TIMEOUT_S = 0.05
#: After a failure Redis is left alone for this long; then one call tries it again.
REST_S = 1.0
_CORRECT = """for _, key in ipairs(KEYS) do
  if redis.call("HEXISTS", key, "t" .. ARGV[1]) == 1 then
    redis.call("HINCRBY", key, "r" .. ARGV[1], ARGV[2])
    redis.call("HINCRBY", key, "t" .. ARGV[1], ARGV[3])
  end
end"""
_log = logging.getLogger("ringside.redis")


class RedisWindows:
    """`failed` is called at each call that Redis could not answer. `clock` is monotonic."""

    def __init__(self, url: str, failed: Callable[[], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis.Redis.from_url(
            url, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S, retry=Retry(NoBackoff(), 0), protocol=2
        )
        script = resources.files("ringside_gateway.storage").joinpath("redis_windows.lua").read_text("utf-8")
        self._take = self._redis.register_script(script)
        self._correct = self._redis.register_script(_CORRECT)
        self._failed, self._clock = failed, clock
        self._resting_until = 0.0

    @property
    def available(self) -> bool:
        """Whether Redis answered when it was last asked."""
        return self._resting_until == 0.0

    def take(self, ask: Ask, layers: Sequence[Layer]) -> Taken | None:
        """Takes one call and its tokens; raises the layer's 429, gives None when Redis cannot say."""
        subjects = tuple(layer.subject for layer in layers)
        limits = [-1 if limit is None else limit for layer in layers for limit in (layer.rpm, layer.tpm)]
        wish = [ask.input_tokens, ask.max_output_tokens, int(ask.explicit_max), ask.least_output_tokens]
        answer = self._asked(self._take, _keys(ask.account, subjects), [*wish, *limits])
        if answer is None:
            return None
        if answer[0] == 1:
            return Taken(subjects, answer[1], answer[2])
        layer, unit = layers[answer[1] - 1], "requests" if answer[2] == 1 else "tokens"
        raise refusal(ask, layer, unit, answer[3] / 1000)

    def add(self, account: tuple[str, bool], taken: Taken, requests: int, tokens: int) -> None:
        """Corrects what was taken; where Redis cannot be asked the estimate stands until its minute is over."""
        self._asked(self._correct, _keys(account, taken.subjects), [taken.bucket, requests, tokens])

    def _asked(self, script: Any, keys: Sequence[str], values: Sequence[int]) -> Any:
        now = self._clock()
        if now < self._resting_until:
            self._failed()
            return None
        trial = self._resting_until > 0
        self._resting_until = now + REST_S if trial else 0.0  # while one call tries, the others go elsewhere
        try:
            answer = script(keys=keys, args=values)
        except (redis.RedisError, OSError) as error:
            self._resting_until = self._clock() + REST_S
            self._failed()
            if not trial:
                _log.warning("Redis does not answer; rate windows are those of the database: %s", error)
            return None
        if trial:
            _log.warning("Redis answers again")
        self._resting_until = 0.0
        return [] if answer is None else answer


def _keys(account: tuple[str, bool], subjects: Sequence[str]) -> list[str]:
    """The account in braces keeps all keys of a call on one node of a cluster."""
    return [f"ringside:{{{account[0]}}}:{subject}" for subject in subjects]

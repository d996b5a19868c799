# SPDX-License-Identifier: Apache-2.0
"""Verifies, parses and signs webhook deliveries; imports nothing of the client until an event is parsed.

The rules and their vectors: spec/signatures.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Literal, Protocol, Union, cast

from ._json import fields, loads
from ._pure_errors import Refusal as Refusal, WebhookVerificationError as WebhookVerificationError

if TYPE_CHECKING:
    from ._generated.event_types import Event

#: The header that carries the signature.
SIGNATURE_HEADER = "X-FC-Signature"
DEFAULT_TOLERANCE_S = 300
#: More signatures than any rotation needs: each one costs a digest.
MOST_SIGNATURES = 32
_DIGEST = r"[0-9a-f]{64}"
#: Unix seconds; twelve digits last until the year 33658.
_TIME = r"[0-9]{1,12}"

#: The raw body as it came off the wire: never a parsed object, whose text is not what was signed.
Payload = Union[bytes, bytearray, memoryview, str]


class HasItems(Protocol):
    """A mapping of headers, or what a framework has in its place."""

    def items(self) -> Iterable[tuple[Any, Any]]:
        """Names and values."""
        ...


#: The header's value, or all headers in any of the shapes frameworks hand over.
Headers = Union[str, None, HasItems, Iterable["tuple[str, str]"]]
#: The endpoint's secret, or several of them while one replaces another.
Secret = Union[str, Sequence[str]]
#: Seconds the signature's time may lie from now, either way; "none" switches the check off.
Tolerance = Union[float, Literal["none"]]


def verify(
    payload: Payload,
    headers: Headers,
    *,
    secret: Secret,
    tolerance: Tolerance = DEFAULT_TOLERANCE_S,
    now: float | None = None,
) -> Event:
    """The typed event, once one of the signatures is ours and its time is near.

    An event type this version does not know is an UnknownEvent. Raises WebhookVerificationError.
    """
    verify_header(payload, headers, secret=secret, tolerance=tolerance, now=now)
    return parse(payload)


def verify_header(
    payload: Payload,
    headers: Headers,
    *,
    secret: Secret,
    tolerance: Tolerance = DEFAULT_TOLERANCE_S,
    now: float | None = None,
) -> None:
    """Checks signature and time (unix seconds) without looking into the body. Raises WebhookVerificationError."""
    secrets = _secrets(secret)
    within = _tolerance(tolerance)
    body = _bytes(payload)
    stamp, digests = _parse_signature(_signature(headers))
    if not _any_matches(secrets, digests, f"{stamp}.".encode() + body):
        raise WebhookVerificationError("no_match", "No signature was made with this secret over this body.")
    age = int(time.time() if now is None else now) - int(stamp)  # both in whole seconds, as in every SDK
    if within is not None and abs(age) > within:
        side = "past" if age > 0 else "future"
        text = f"The signature's time lies {abs(age)} s in the {side}; at most {within:g} s are accepted."
        raise WebhookVerificationError("timestamp_out_of_tolerance", text)


def parse(payload: Payload) -> Event:
    """The event of a body that has been verified. Raises WebhookVerificationError with reason `decode`."""
    from ._generated.event_types import read_event

    try:
        event = loads(_bytes(payload).decode("utf-8"))
    except (ValueError, RecursionError) as cause:
        raise WebhookVerificationError("decode", "The body is not JSON in UTF-8.") from cause
    known = fields(event)
    if not isinstance(known.get("id"), str):
        raise WebhookVerificationError("decode", "The body is not an event: it needs an `id`, a string.")
    return read_event(known)


def sign(payload: Payload, *, secret: Secret, timestamp: int | None = None) -> str:
    """The header value a delivery of this body would carry; for tests of your receiver. One `v1` a secret."""
    stamp = str(int(time.time()) if timestamp is None else timestamp)
    if not re.fullmatch(_TIME, stamp):
        raise WebhookVerificationError("argument", "`timestamp` must be whole unix seconds.")
    message = f"{stamp}.".encode() + _bytes(payload)
    return ",".join([f"t={stamp}", *(f"v1={_digest(secret, message)}" for secret in _secrets(secret))])


def _digest(secret: str, message: bytes) -> str:
    return hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def _any_matches(secrets: Sequence[str], digests: Sequence[str], message: bytes) -> bool:
    """Compares all with all, so that the time taken says nothing about which one fits."""
    found = False
    for secret in secrets:
        wanted = _digest(secret, message)
        for digest in digests:
            found = hmac.compare_digest(wanted, digest) or found
    return found


def _secrets(secret: object) -> Sequence[str]:
    secrets = list(cast("Sequence[object]", secret)) if isinstance(secret, (list, tuple)) else [secret]
    usable = [item for item in secrets if isinstance(item, str) and item]
    if not usable or len(usable) != len(secrets):
        raise WebhookVerificationError("config", "A webhook secret is needed: pass `secret` or set FC_WEBHOOK_SECRET.")
    return usable


def _tolerance(tolerance: object) -> float | None:
    if tolerance == "none":
        return None
    if isinstance(tolerance, (int, float)) and not isinstance(tolerance, bool) and tolerance >= 0:
        return tolerance
    raise WebhookVerificationError("argument", '`tolerance` must be a number of seconds, 0 or more, or "none".')


def _bytes(payload: object) -> bytes:
    if isinstance(payload, str):
        # A lone surrogate cannot have come off the wire; it then matches no signature.
        return payload.encode("utf-8", "surrogatepass")
    if isinstance(payload, (bytes, bytearray, memoryview)):
        return bytes(cast("bytes", payload))
    raise WebhookVerificationError(
        "argument", "Pass the raw body as bytes or str; a parsed object no longer has the text that was signed."
    )


def _signature(headers: Headers) -> str:
    """The one value of the signature header."""
    pairs = [(SIGNATURE_HEADER, headers)] if isinstance(headers, str) and headers.strip() else list(_pairs(headers))
    values = [value for name, value in pairs if name.lower() == SIGNATURE_HEADER.lower()]
    if len(values) > 1:
        raise _malformed("it came twice")
    if values:
        return values[0]
    standard = any(name.lower() == "webhook-signature" for name, _ in pairs)
    hint = " These are Standard Webhooks headers: check them with `client.webhooks.unwrap`." if standard else ""
    raise WebhookVerificationError("missing_header", f"{SIGNATURE_HEADER} is missing.{hint}")


def _pairs(headers: Any) -> Iterable[tuple[str, str]]:
    """Name and value of every header; a name with a list of values comes once for each."""
    items = headers.items() if hasattr(headers, "items") else () if isinstance(headers, str) else headers or ()
    for name, value in items:
        for single in cast("Sequence[object]", value) if isinstance(value, (list, tuple)) else (value,):
            if single is not None:
                yield _text(name), _text(single)


def _text(value: object) -> str:
    """ASGI servers hand over bytes."""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _parse_signature(value: str) -> tuple[str, list[str]]:
    """Reads `t=<unix>,v1=<hex>[,v1=<hex>…]`; blanks around commas and unknown keys are allowed."""
    parts = [part.strip().partition("=") for part in value.split(",")]
    if not all(text for _, _, text in parts):
        raise _malformed("it is not a list of `key=value` pairs")
    times = [text for key, _, text in parts if key == "t"]
    digests = [text for key, _, text in parts if key == "v1"]
    if len(times) != 1 or not re.fullmatch(_TIME, times[0]):
        raise _malformed("it needs exactly one `t` in unix seconds")
    if not digests:
        raise _malformed("it holds no `v1` signature")
    if len(digests) > MOST_SIGNATURES:
        raise _malformed(f"it holds more than {MOST_SIGNATURES} signatures")
    if not all(re.fullmatch(_DIGEST, digest) for digest in digests):
        raise _malformed("a `v1` is not 64 lower-case hex digits")
    return times[0], digests


def _malformed(why: str) -> WebhookVerificationError:
    return WebhookVerificationError("malformed_header", f"{SIGNATURE_HEADER} cannot be read: {why}.")

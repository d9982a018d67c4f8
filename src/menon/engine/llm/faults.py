"""What a model server did wrong, as one of three errors.

ModelUnavailable  it does not answer, or not now: worth asking again, and a reason to go elsewhere
ModelLimited      it asks for a pause
ModelError        it answered with something that cannot be used; the same request would fail again
"""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from time import time
from typing import Any, cast

import msgspec

from menon.core.errors import MenonError, ModelError, ModelLimited, ModelUnavailable
from menon.kit.text import shorten

_BUSY = frozenset({408, 409, 425, 500, 502, 503, 504, 520, 522, 524, 529})
_QUOTE = 300
_BUSY_WORDS = ("overloaded", "unavailable", "server_error", "api_error", "timeout", "internal")


def of_status(
    name: str, status: int, body: bytes, headers: Mapping[str, str], *, now: float | None = None
) -> MenonError:
    """The error that a failed HTTP answer means; `name` is who answered, `now` Unix seconds."""
    said = quoted(body)
    if status == 429:
        wait = retry_after(headers, now=time() if now is None else now)
        return ModelLimited(f"{name} asks for a pause: {said}", retry_after=wait)
    if status in {401, 403}:
        return ModelError(f"{name} refused the key ({status}): {said}; check its API key.")
    if status == 404:
        return ModelError(f"{name} is not known there (404): {said}; list the models that are.")
    if status in _BUSY:
        wait = retry_after(headers, now=time() if now is None else now)
        return ModelUnavailable(f"{name} failed ({status}): {said}", retry_after=wait)
    return ModelError(f"{name} refused the request ({status}): {said}")


def of_error(name: str, error: object) -> MenonError:
    """The error that an error object inside a successful answer means."""
    fields = cast("dict[str, Any]", error) if isinstance(error, dict) else {"message": error}
    kind = f"{fields.get('type', '')} {fields.get('code', '')}".lower()
    said = shorten(str(fields.get("message") or fields), _QUOTE)
    if "rate_limit" in kind or "429" in kind:
        return ModelLimited(f"{name} asks for a pause: {said}")
    if any(word in kind for word in _BUSY_WORDS):
        return ModelUnavailable(f"{name} failed while answering: {said}")
    return ModelError(f"{name} answered with an error: {said}")


def unreachable(name: str, error: BaseException) -> ModelUnavailable:
    """Nobody answers there."""
    return ModelUnavailable(
        f"{name} cannot be reached ({str(error) or type(error).__name__}); is its server running?"
    )


def cut(name: str) -> ModelUnavailable:
    """The connection ended in the middle of an answer."""
    return ModelUnavailable(f"{name} closed the connection in the middle of its answer.")


def silent(name: str, seconds: float) -> ModelUnavailable:
    """Nothing came in time."""
    return ModelUnavailable(f"{name} said nothing for {seconds:g} s.")


def nonsense(name: str, what: str) -> ModelError:
    """The answer breaks the protocol."""
    return ModelError(f"{name} sent {what}.")


def empty(name: str) -> ModelError:
    """The answer has no text and calls no tool."""
    return ModelError(f"{name} answered with nothing; ask again, or choose another model.")


def huge(name: str, limit: int) -> ModelError:
    """The answer does not end."""
    return ModelError(f"{name} answered with more than {limit} bytes; the answer was cut off.")


def quoted(body: bytes) -> str:
    """What a failed answer says, short: the message of the usual shapes, else its beginning."""
    try:
        found: object = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return shorten(body[: 4 * _QUOTE].decode("utf-8", "replace"), _QUOTE) or "no reason given"
    while isinstance(found, dict):
        fields = cast("dict[str, object]", found)
        found = fields.get("error") or fields.get("message") or fields.get("detail") or str(fields)
    return shorten(str(found), _QUOTE)


def retry_after(headers: Mapping[str, str], *, now: float) -> float | None:
    """Seconds to wait: `retry-after-ms`, or `Retry-After` as seconds or as a date (RFC 9110)."""
    if (millis := headers.get("retry-after-ms", "")).isdecimal():
        return int(millis) / 1000
    value = headers.get("retry-after", "").strip()
    if not value:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except ValueError:
        return None

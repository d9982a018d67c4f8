"""What may be kept between two attempts of a job: plain JSON, nothing that runs when it is read."""

import json
from typing import Any, cast

from menon.core.errors import Internal, MenonError

LARGEST = 256 * 1024
"""Characters of JSON; larger things are stored and passed by reference."""


def plain(value: Any, at: str = "value") -> Any:
    """The value itself, if JSON gives back the very same.

    Raises:
        TypeError: something in it is not None, bool, int, float, str, list or dict by str.
    """
    kind = type(cast("object", value))
    if value is None or kind in {bool, int, float, str}:
        return value
    if kind is list:
        for n, item in enumerate(cast("list[Any]", value)):
            plain(item, f"{at}[{n}]")
    elif kind is dict:
        for key, item in cast("dict[Any, Any]", value).items():
            if type(key) is not str:
                raise TypeError(f"{at} has the key {key!r}; keys of what a job keeps are str")
            plain(item, f"{at}.{key}")
    else:
        raise TypeError(f"{at} is a {kind.__name__}; jobs keep plain JSON, so pass ids or dicts")
    return value


def encode(value: Any) -> str:
    """JSON text of a plain value.

    Raises:
        TypeError: the value is not plain.
        ValueError: it is not finite or too large.
    """
    text = json.dumps(plain(value), allow_nan=False, separators=(",", ":"))
    if len(text) > LARGEST:
        raise ValueError(
            f"{len(text)} characters are too much for a job to keep (at most {LARGEST});"
            " store the content and pass its id"
        )
    return text


def error_record(error: MenonError) -> dict[str, Any]:
    """A failure as plain JSON."""
    return {"code": error.code, "detail": error.detail, "retry_after": error.retry_after}


def error_from(record: dict[str, Any]) -> MenonError:
    """The failure behind a record; its class is found by its code."""
    kind = _kinds(MenonError).get(record["code"], Internal)
    return kind(record["detail"], retry_after=record.get("retry_after"))


def _kinds(root: type[MenonError]) -> dict[str, type[MenonError]]:
    found: dict[str, type[MenonError]] = {}
    for kind in root.__subclasses__():
        found |= {kind.code: kind} | _kinds(kind)
        if "code" in vars(kind):
            found[kind.code] = kind
    return found

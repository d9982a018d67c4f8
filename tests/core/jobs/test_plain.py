import json
from datetime import UTC, datetime
from typing import Any

import pytest

from menon.core.errors import Internal, ModelLimited, NotFound
from menon.core.jobs.plain import LARGEST, encode, error_from, error_record


class Gadget:
    def __reduce__(self) -> tuple[Any, ...]:
        return print, ("ran",)


@pytest.mark.parametrize(
    "value", [None, True, 1, -1.5, "ä\x00\ud800", [], [1, [None]], {"a": {"b": ["c"]}}]
)
def test_plain_values_come_back_as_they_were(value: Any) -> None:
    assert json.loads(encode(value)) == value


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ((1, 2), "value is a tuple"),
        ({"a": [{"when": datetime.now(UTC)}]}, r"value\.a\[0\]\.when is a datetime"),
        ({1: "a"}, "value has the key 1"),
        ({"a": b"x"}, r"value\.a is a bytes"),
        (Gadget(), "value is a Gadget"),
        (type("Sneaky", (str,), {})("x"), "value is a Sneaky"),
    ],
)
def test_what_would_come_back_as_something_else_is_refused(value: Any, at: str) -> None:
    with pytest.raises(TypeError, match=at):
        encode(value)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "x" * LARGEST])
def test_what_json_cannot_hold_or_is_too_large_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        encode(value)


def test_a_failure_comes_back_in_its_class() -> None:
    error = error_from(json.loads(encode(error_record(ModelLimited("slow down", retry_after=3)))))
    assert (type(error), error.detail, error.retry_after) == (ModelLimited, "slow down", 3)
    assert type(error_from(error_record(NotFound()))) is NotFound
    unknown = error_from({"code": "GONE_001", "detail": "of an older version"})
    assert (type(unknown), unknown.detail) == (Internal, "of an older version")

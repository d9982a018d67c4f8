"""Ids are sortable by time and strictly increasing, whatever the clock does."""

import threading
import time
from uuid import UUID

import pytest

from menon.kit.ids import is_id, new_id, new_token


def test_ids_are_version_seven_and_strictly_increasing():
    ids = [new_id() for _ in range(5000)]
    assert ids == sorted(set(ids))
    assert {UUID(i).version for i in ids} == {7}
    assert {UUID(i).variant for i in ids} == {"specified in RFC 4122"}


def test_ids_carry_the_time():
    before = time.time_ns() // 1_000_000
    millis = UUID(new_id()).int >> 80
    assert before <= millis <= time.time_ns() // 1_000_000 + 1


def test_ids_increase_while_the_clock_goes_back(monkeypatch: pytest.MonkeyPatch):
    first = new_id()
    monkeypatch.setattr(time, "time_ns", lambda: 1_000_000_000)
    second, third = new_id(), new_id()
    assert first < second < third


def test_threads_never_share_an_id():
    made: list[list[str]] = [[] for _ in range(4)]

    def make(into: list[str]) -> None:
        into.extend(new_id() for _ in range(2000))

    threads = [threading.Thread(target=make, args=(into,)) for into in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(part == sorted(part) for part in made)
    assert len({i for part in made for i in part}) == 8000


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("01a1f9e8-98d7-78e9-8138-d9d5548fc84b", True),
        ("01A1F9E8-98D7-78E9-8138-D9D5548FC84B", False),
        ("01a1f9e898d778e98138d9d5548fc84b", False),
        ("", False),
        ("x", False),
    ],
)
def test_an_id_has_one_spelling(text: str, fits: bool):
    assert is_id(text) is fits


def test_tokens_differ_and_fit_into_addresses():
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert all(
        len(token) == 43 and token.replace("-", "").replace("_", "").isalnum() for token in tokens
    )

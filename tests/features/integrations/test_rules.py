"""Signatures as Standard Webhooks' own library makes and takes them; what comes of attempts."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from menon.features.integrations import rules
from menon.features.integrations.rules import GIVE_UP, WAITS, Answer, Fate

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECRET = rules.secret_of(bytes(range(32)))
OTHER = rules.secret_of(bytes(32))
BODY = '{"type":"thing.made","data":{"name":"Ménon"}}'.encode()


def test_their_library_takes_what_we_sign():
    head = rules.headers([OTHER, SECRET], "msg_1", datetime.now(UTC), BODY)
    assert Webhook(SECRET).verify(BODY, head) == json.loads(BODY)
    assert Webhook(OTHER).verify(BODY, head) == json.loads(BODY)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(BODY + b" ", head)


def test_we_take_what_their_library_signs():
    signed = Webhook(SECRET).sign("msg_1", NOW, BODY.decode())
    head = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(NOW.timestamp())),
        "webhook-signature": signed,
    }
    assert rules.verified(SECRET, head, BODY, NOW)


@pytest.mark.parametrize(
    ("change", "valid"),
    [
        ({}, True),
        ({"webhook-signature": "v1,AAAA v1a,x"}, False),
        ({"webhook-signature": ""}, False),
        ({"webhook-signature": "\u00e4"}, False),
        ({"webhook-id": "msg_2"}, False),
        ({"webhook-id": ""}, False),
        ({"webhook-id": "x" * 257}, False),
        ({"webhook-timestamp": "soon"}, False),
        ({"webhook-timestamp": "\u0661\u0662"}, False),
        ({"webhook-timestamp": "9" * 30}, False),
        ({"webhook-timestamp": "1"}, False),
    ],
)
def test_a_message_is_verified_whole(change: dict[str, str], valid: bool):
    head = rules.headers([SECRET], "msg_1", NOW, BODY) | change
    assert rules.verified(SECRET, head, BODY, NOW) is valid
    assert not rules.verified(OTHER, head, BODY, NOW)
    assert not rules.verified(SECRET, head, BODY + b"x", NOW)


@pytest.mark.parametrize(("off", "valid"), [(-301, False), (-300, True), (300, True), (301, False)])
def test_old_and_future_messages_are_refused(off: int, valid: bool):
    head = rules.headers([SECRET], "msg_1", NOW + timedelta(seconds=off), BODY)
    assert rules.verified(SECRET, head, BODY, NOW) is valid


def test_a_secret_that_is_none_is_said_to_be_none():
    with pytest.raises(ValueError, match="base64"):
        rules.signature("whsec_!", "msg_1", 0, b"")


@pytest.mark.parametrize(
    ("answer", "attempts", "failing", "fate", "disables"),
    [
        (Answer(status=200), 1, None, Fate.DELIVERED, False),
        (Answer(status=204), 8, GIVE_UP, Fate.DELIVERED, False),
        (Answer(status=301), 1, None, Fate.RETRY, False),
        (Answer(status=404), 1, None, Fate.RETRY, False),
        (Answer(status=500), 7, None, Fate.RETRY, False),
        (Answer(status=500), 8, None, Fate.DEAD, False),
        (Answer(error="silence"), 1, timedelta(days=4), Fate.RETRY, False),
        (Answer(error="silence"), 1, GIVE_UP, Fate.DEAD, True),
        (Answer(status=410), 1, None, Fate.DEAD, True),
    ],
)
def test_what_comes_of_an_attempt(
    answer: Answer, attempts: int, failing: timedelta | None, fate: Fate, disables: bool
):
    since = NOW - failing if failing else None
    found = rules.verdict(answer, attempts=attempts, failing_since=since, now=NOW, spread=0.5)
    assert (found.fate, bool(found.disable)) == (fate, disables)
    assert (found.wait_s is not None) == (fate is Fate.RETRY)


def test_waits_grow_from_five_seconds_to_ten_hours_with_jitter():
    def wait(attempts: int, spread: float, **more: Any) -> float | None:
        answer = Answer(status=503, **more)
        return rules.verdict(
            answer, attempts=attempts, failing_since=None, now=NOW, spread=spread
        ).wait_s

    assert [wait(n, 0.5) for n in range(1, 8)] == list(WAITS)
    assert (wait(1, 0.0), wait(1, 1.0)) == (4.5, 5.5)
    assert (WAITS[0], max(WAITS)) == (5, 36_000)
    assert wait(1, 0.5, retry_after=60.0) == 60
    assert wait(1, 0.5, retry_after=1e9) == 36_000
    assert wait(3, 0.5, retry_after=60.0) == 1800


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("Fri, 20 Nov 2026 12:01:00 GMT", 60.0),
        ("Fri, 20 Nov 2026 11:01:00 GMT", 0.0),
        ("soon", None),
        ("", None),
    ],
)
def test_retry_after_is_a_number_or_a_date(text: str, seconds: float | None):
    assert rules.retry_after(text, NOW) == seconds


@pytest.mark.parametrize(
    ("type_", "queue", "queues", "hears"),
    [
        ("thing.made", None, ["a"], True),
        ("queue.message", "a", [], True),
        ("queue.message", "a", ["a", "b"], True),
        ("queue.message", "c", ["a", "b"], False),
    ],
)
def test_a_webhook_may_be_limited_to_some_queues(
    type_: str, queue: str | None, queues: list[str], hears: bool
):
    assert rules.wanted(type_, queue=queue, queues=queues) is hears

"""What a key stands for, and how its reply is kept."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from menon.core.db import Database
from menon.core.errors import Conflict, KeyInFlight, KeyReused
from menon.core.idempotency import (
    KEPT,
    LEASE,
    Claim,
    IdempotencyKey,
    Replies,
    Reply,
    Standing,
    forget_expired,
    key_id,
    release,
    renew,
    settle,
    standing,
    take,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def row(*, done: bool = False) -> IdempotencyKey:
    return IdempotencyKey(
        id="id",
        user_id="ada",
        fingerprint="print",
        token="first",
        leased_until=NOW + LEASE,
        expires_at=NOW + KEPT,
        status=201 if done else None,
    )


@pytest.mark.parametrize(
    ("done", "fingerprint", "token", "after", "said"),
    [
        (False, "print", "first", 0 * SECOND, "ours"),
        (False, "print", "second", 0 * SECOND, "in_flight"),
        (False, "print", "second", LEASE - SECOND, "in_flight"),
        (False, "print", "second", LEASE, "free"),
        (False, "other", "second", 0 * SECOND, "other_request"),
        (False, "other", "second", LEASE, "other_request"),
        (True, "print", "second", 0 * SECOND, "done"),
        (True, "print", "second", LEASE, "done"),
        (True, "other", "second", LEASE, "other_request"),
        (True, "other", "second", KEPT, "free"),
        (True, "print", "second", KEPT, "free"),
    ],
)
def test_a_row_says_what_becomes_of_a_request(
    done: bool, fingerprint: str, token: str, after: timedelta, said: Standing
) -> None:
    assert standing(row(done=done), fingerprint=fingerprint, token=token, now=NOW + after) == said


def claimed(token: str, *, fingerprint: str = "print") -> Claim:
    return Claim(id=key_id("ada", "k"), user_id="ada", fingerprint=fingerprint, token=token)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    opened = Database(database_url)
    yield opened
    opened.close()


async def test_a_dead_holders_key_is_taken_over_after_its_lease(db: Database) -> None:
    await db.write(take, claimed("first"), NOW)
    with pytest.raises(KeyInFlight) as refused:
        await db.write(take, claimed("second"), NOW + LEASE - SECOND)
    assert refused.value.retry_after == 1
    assert await db.write(take, claimed("second"), NOW + LEASE) is None


async def test_a_renewed_lease_keeps_the_key(db: Database) -> None:
    await db.write(take, claimed("first"), NOW)
    await db.write(renew, claimed("first"), NOW + LEASE - SECOND)
    with pytest.raises(KeyInFlight):
        await db.write(take, claimed("second"), NOW + LEASE)


async def test_who_was_overtaken_may_neither_settle_nor_release(db: Database) -> None:
    await db.write(take, claimed("first"), NOW)
    await db.write(take, claimed("second"), NOW + LEASE)

    def late(session: Session) -> None:
        settle(session, claimed("first"), status=201, reply=b"late")
        release(session, claimed("first"))

    await db.write(late)
    await db.write(lambda s: settle(s, claimed("second"), status=201, reply=b"right"))
    assert await db.write(take, claimed("third"), NOW + LEASE) == b"right"


async def test_another_request_may_not_use_the_key(db: Database) -> None:
    await db.write(take, claimed("first"), NOW)
    with pytest.raises(KeyReused):
        await db.write(take, claimed("second", fingerprint="other"), NOW)


async def test_expired_keys_are_forgotten(db: Database) -> None:
    await db.write(take, claimed("first"), NOW)
    assert await db.write(forget_expired, NOW + KEPT - SECOND, 10) == 0
    assert await db.write(forget_expired, NOW + KEPT, 10) == 1


class TestReplies:
    reply = Reply(status=201, headers={"location": "/x"}, body=b'{"key": "mnn_canarycanary"}')

    def test_a_sealed_reply_opens_to_itself_and_hides_its_text(self) -> None:
        replies = Replies(bytes(range(32)))
        sealed = replies.seal(self.reply, claim=claimed("first"))
        assert b"canary" not in sealed
        assert replies.open(sealed, claim=claimed("second")) == self.reply

    def test_it_opens_for_no_other_row(self) -> None:
        replies = Replies(bytes(range(32)))
        other = Claim(id=key_id("eve", "k"), user_id="eve", fingerprint="p", token="t")
        with pytest.raises(Conflict):
            replies.open(replies.seal(self.reply, claim=claimed("first")), claim=other)

    def test_after_a_change_of_the_vault_key_it_says_so(self) -> None:
        sealed = Replies(bytes(32)).seal(self.reply, claim=claimed("first"))
        with pytest.raises(Conflict, match="vault key changed"):
            Replies(bytes(range(32))).open(sealed, claim=claimed("first"))

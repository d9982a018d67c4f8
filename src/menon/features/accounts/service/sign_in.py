"""Signing in and out: attempts are counted before the password is looked at.

admit (count, find the user) > verify in a thread > open (check again, token or session)
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from menon.core import audit
from menon.core.auth import ANONYMOUS, Principal
from menon.core.db.insert import insert_new
from menon.core.errors import Unauthenticated
from menon.core.limits import caller_address
from menon.core.runtime import Runtime
from menon.features.accounts import queries
from menon.features.accounts.models import LoginCount
from menon.features.accounts.rules import Count, Quota, counted
from menon.features.accounts.schemas import LoginIn, TokensOut
from menon.features.accounts.service import sessions, tokens
from menon.features.accounts.service.cache import Credentials
from menon.features.accounts.service.passwords import Passwords
from menon.features.accounts.settings import AccountsSettings
from menon.kit.text import clean

_WRONG = "Wrong user name or password."


@dataclass(frozen=True, slots=True, kw_only=True)
class _Limits:
    """How many attempts an account and an address have."""

    account: int
    address: Quota | None
    window: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """Whom a name belongs to, before the password is verified."""

    known_as: str
    """The user id; the name itself where nobody has it."""
    password_hash: str | None
    """None where nobody may sign in by this name."""
    subjects: tuple[str, ...]
    """What the attempt was counted by: the account, then the address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Proof:
    """A verified password: what was verified, and its fresh hash where the cost has changed."""

    candidate: _Candidate
    verified: str
    rehashed: str | None


async def login(runtime: Runtime, body: LoginIn, *, address: str) -> TokensOut:
    """Tokens for a user name and password.

    Raises:
        Unauthenticated: they do not fit, or the user is deactivated.
        RateLimited: too many attempts on this account or from this address.
    """
    proof = await _prove(runtime, body, address)
    link = tokens.new_link(runtime)
    await runtime.db.write(_open, proof, link, runtime.clock.now())
    return tokens.tokens(runtime, proof.candidate.known_as, link)


async def login_browser(
    runtime: Runtime, body: LoginIn, *, address: str, user_agent: str, before: Principal
) -> sessions.Browser:
    """A cookie session for a user name and password; the session before it ends.

    Raises:
        Unauthenticated: they do not fit, or the user is deactivated.
        RateLimited: too many attempts on this account or from this address.
    """
    proof = await _prove(runtime, body, address)
    browser = sessions.new_browser(runtime, user_agent)
    await runtime.db.write(_open, proof, browser, runtime.clock.now())
    if before.kind == "cookie":
        await logout(runtime, before)
    return browser


async def logout(runtime: Runtime, who: Principal, *, refresh_token: str | None = None) -> None:
    """End the session or the token family by which somebody asks, or that of a refresh token.

    Raises:
        Unauthenticated: neither a credential nor a refresh token came.
    """
    if not who.user_id and not refresh_token:
        raise Unauthenticated("Send the refresh token, or sign in.")
    ended = await runtime.db.write(_close, who, refresh_token, runtime.clock.now())
    for user_id in ended:
        runtime[Credentials].forget(user_id)


async def check_own_password(runtime: Runtime, who: Principal, password: str) -> str:
    """The stored hash of somebody's own password, once they have shown that they know it.

    Raises:
        Unauthenticated: it is another one.
        RateLimited: it was guessed too often.
    """
    limits, now = _limits(runtime, None), runtime.clock.now()
    candidate = await runtime.db.write(_admit, who.name, limits, now)
    fits, _ = await runtime[Passwords].verify(password, candidate.password_hash)
    if not fits:
        raise Unauthenticated("The current password is another one.")
    await runtime.db.write(_pardon, candidate.subjects)
    return candidate.password_hash or ""


def count(session: Session, quota: Quota, now: datetime) -> None:
    """Count one more attempt of a subject.

    Raises:
        RateLimited: the window's attempts are used up.
    """
    insert_new(session, LoginCount, subject=quota.subject, attempts=0, since=now)
    row = session.get_one(LoginCount, quota.subject, with_for_update=True)
    after = counted(quota, Count(attempts=row.attempts, since=row.since), now)
    row.attempts, row.since = after.attempts, after.since


async def _prove(runtime: Runtime, body: LoginIn, address: str) -> _Proof:
    limits, now = _limits(runtime, address), runtime.clock.now()
    candidate = await runtime.db.write(_admit, body.username, limits, now)
    fits, rehashed = await runtime[Passwords].verify(body.password, candidate.password_hash)
    if not fits or candidate.password_hash is None:
        await runtime.db.write(_note_failure, candidate.known_as, address, now)
        raise Unauthenticated(_WRONG)
    return _Proof(candidate=candidate, verified=candidate.password_hash, rehashed=rehashed)


def _limits(runtime: Runtime, address: str | None) -> _Limits:
    how = runtime.settings[AccountsSettings]
    window = timedelta(minutes=how.login_window_minutes)
    quota = None
    if address is not None:
        quota = Quota(
            subject=f"login from {caller_address(address)[:100]}",
            limit=how.login_failures_address,
            window=window,
        )
    return _Limits(account=how.login_failures_account, address=quota, window=window)


def _admit(session: Session, name: str, limits: _Limits, now: datetime) -> _Candidate:
    user = queries.user_named(session, name)
    known_as = user.id if user else clean(name).lower()[:100]
    account = Quota(subject=f"login as {known_as}", limit=limits.account, window=limits.window)
    quotas = [account, limits.address] if limits.address else [account]
    # Counted before the password is looked at, so that many attempts at once cannot all pass.
    for quota in quotas:
        count(session, quota, now)
    return _Candidate(
        known_as=known_as,
        password_hash=user.password_hash if user and user.is_active else None,
        subjects=tuple(quota.subject for quota in quotas),
    )


def _open(
    session: Session, proof: _Proof, opened: tokens.Link | sessions.Browser, now: datetime
) -> None:
    user = queries.user(session, proof.candidate.known_as, lock=True)
    if not user.is_active or user.password_hash != proof.verified:
        raise Unauthenticated(_WRONG)
    if proof.rehashed:
        user.password_hash = proof.rehashed
    _pardon(session, proof.candidate.subjects)
    if isinstance(opened, tokens.Link):
        tokens.add_link(session, opened, user_id=user.id, now=now)
    else:
        sessions.add_browser(session, opened, user_id=user.id, now=now)
    who = Principal(user_id=user.id, name=user.username)
    audit.record(session, who, "user.signed_in", subject=user.id, at=now)


def _pardon(session: Session, subjects: tuple[str, ...]) -> None:
    """Take back an attempt that succeeded: the account starts afresh, the address gets one back."""
    for n, subject in enumerate(subjects):
        row = session.get(LoginCount, subject, with_for_update=True)
        if row is not None:
            row.attempts = 0 if n == 0 else max(0, row.attempts - 1)


def _note_failure(session: Session, known_as: str, address: str, now: datetime) -> None:
    audit.record(session, ANONYMOUS, "user.login_failed", subject=known_as, at=now, address=address)


def _close(
    session: Session, who: Principal, refresh_token: str | None, now: datetime
) -> tuple[str, ...]:
    ended: set[str] = set()
    if refresh_token and (found := tokens.family_of(session, refresh_token)):
        tokens.revoke_family(session, found[1], now)
        ended.add(found[0])
    if who.kind == "token":
        tokens.revoke_family(session, who.credential_id, now)
        ended.add(who.user_id)
    elif who.kind == "cookie":
        sessions.end_session(session, who.credential_id)
        ended.add(who.user_id)
    for user_id in ended:
        actor = Principal(user_id=user_id, name=who.name)
        audit.record(session, actor, "user.signed_out", subject=user_id, at=now)
    return tuple(ended)

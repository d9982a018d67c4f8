"""Whom work acts as that outlives its request: its owner as they are now, within their key."""

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy.orm import Session

from menon.core.auth import Principal, Scope
from menon.core.errors import NotFound
from menon.features.accounts.service.resolve import active


def scopes_of(who: Principal) -> list[str] | None:
    """What is kept of somebody's key, as plain JSON; None for people, who may all they may."""
    return None if who.scopes is None else sorted(scope.value for scope in who.scopes)


def acting_as(session: Session, user_id: str, scopes: Iterable[str] | None) -> Principal:
    """The owner of some work, with the roles that they have now.

    Raises:
        NotFound: they are gone, or were deactivated.
    """
    found = active(session, [user_id]).get(user_id)
    if found is None:
        raise NotFound("Whoever wanted this is gone, or may not sign in any more.")
    kept = None if scopes is None else frozenset(Scope(word) for word in scopes)
    return replace(found, kind="token", scopes=kept)

"""What is selected of secrets; everything starts from `readable`."""

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, authorize
from menon.features.vault.models import Secret
from menon.features.vault.schemas import Place


def readable(who: Principal) -> Select[Secret]:
    """The living secrets that somebody may use: their own, or all for administrators.

    Raises:
        Unauthenticated: nobody is signed in.
        Forbidden: they may not keep secrets at all.
    """
    living = select(Secret).where(Secret.deleted_at.is_(None))
    if authorize(who, Action.INTEGRATE) is Reach.ANY:
        return living
    return living.where(Secret.owner_id == who.user_id)


def at(session: Session, who: Principal, place: Place, *, lock: bool = False) -> Secret | None:
    """The secret in a place, if there is one that they may use."""
    query = readable(who).where(
        Secret.scope == place.scope.value,
        Secret.subject == place.subject,
        Secret.name == place.name,
    )
    return session.scalar(query.with_for_update() if lock else query)

"""What is selected of declared tools; every query starts from `readable`."""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, Reach, authorize, reach
from menon.core.errors import NotFound
from menon.features.agents.models import Visibility
from menon.features.agents.queries import matching
from menon.features.agents.tools.models import HttpTool


def readable(who: Principal) -> Select[HttpTool]:
    """The declared tools that somebody may see: their own and shared ones; all for admins."""
    if reach(who, Action.READ) is Reach.ANY:
        return select(HttpTool)
    shared = HttpTool.visibility == Visibility.EVERYBODY
    return select(HttpTool).where(or_(HttpTool.owner_id == who.user_id, shared))


def get(session: Session, who: Principal, name: str) -> HttpTool:
    """A declared tool.

    Raises:
        NotFound: there is none that this principal may see.
    """
    found = session.scalar(readable(who).where(HttpTool.name == name))
    if found is None:
        raise NotFound(f"There is no tool {name!r}, or it is not yours.")
    return found


def writable(session: Session, who: Principal, name: str, *, lock: bool = True) -> HttpTool:
    """A declared tool that somebody may change, held to the end of the unit.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    query = readable(who).where(HttpTool.name == name)
    found = session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise NotFound(f"There is no tool {name!r}, or it is not yours.")
    authorize(who, Action.AUTHOR, owner=found.owner_id)
    return found


def named(session: Session, who: Principal, names: Collection[str]) -> list[HttpTool]:
    """Those of the names that somebody may see."""
    return list(session.scalars(readable(who).where(HttpTool.name.in_(names))))


def after(
    session: Session, who: Principal, name: str, limit: int, *, effect: str = "", words: str = ""
) -> Sequence[HttpTool]:
    """The next declared tools in the order of their names."""
    query = readable(who).where(HttpTool.name > name)
    if effect:
        query = query.where(HttpTool.effect == effect)
    if words:
        query = query.where(matching(words, HttpTool.name, HttpTool.description))
    return session.scalars(query.order_by(HttpTool.name).limit(limit)).all()


def taken(session: Session, names: Collection[str]) -> list[str]:
    """Which of the names somebody has already, whoever that is."""
    found = select(HttpTool.name).where(HttpTool.name.in_(names)).order_by(HttpTool.name)
    return list(session.scalars(found))


def count(session: Session, owner_id: str) -> int:
    """How many tools somebody has declared."""
    mine = select(func.count()).select_from(HttpTool).where(HttpTool.owner_id == owner_id)
    return session.scalar(mine) or 0


def shares(session: Session, source_id: str) -> bool:
    """Whether a tool needs the secrets that lie there."""
    found = select(HttpTool.id).where(HttpTool.source_id == source_id).limit(1)
    return session.scalar(found) is not None

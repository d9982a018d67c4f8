"""The log of domain events, for those whom they concern."""

from datetime import datetime

from sqlalchemy.orm import Session

from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.http import Listing, Page
from menon.core.runtime import Runtime
from menon.features.runs import queries
from menon.features.runs.queries import EventFilter
from menon.features.runs.schemas import EventOut
from menon.kit.pages import encode_cursor


async def listing(
    runtime: Runtime, who: Principal, wanted: EventFilter, page: Page
) -> Listing[EventOut]:
    """A page of domain events, newest first.

    Raises:
        InvalidInput: the cursor is not one of this list.
    """
    return await runtime.db.read(_listing, who, wanted, page)


def _listing(
    session: Session, who: Principal, wanted: EventFilter, page: Page
) -> Listing[EventOut]:
    rows = queries.events(session, who, wanted, page, after=_after(page))
    kept = rows[: page.limit]
    following = None
    if len(rows) > page.limit:
        following = encode_cursor(kept[-1].at.isoformat(), kept[-1].id)
    return Listing(items=[EventOut.model_validate(row) for row in kept], next_cursor=following)


def _after(page: Page) -> datetime | None:
    place = page.after(2)
    if place is None:
        return None
    try:
        at = datetime.fromisoformat(place[0])
    except (TypeError, ValueError) as error:
        raise InvalidInput("The cursor is not one of this list; leave it out.") from error
    if at.tzinfo is None:
        raise InvalidInput("The cursor is not one of this list; leave it out.")
    return at

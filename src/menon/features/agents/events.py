"""What others hear of agents' runs."""

from typing import ClassVar

from sqlalchemy.orm import Session

from menon.core.events import DomainEvent, publish
from menon.core.runs.finishing import RunRow


class AgentRunEnded(DomainEvent, frozen=True, kw_only=True):
    """A run of an agent is over that another run waits for."""

    type: ClassVar[str] = "agent.run_ended"
    run_id: str
    parent_id: str
    owner_id: str
    state: str

    @property
    def subject(self) -> str:
        return f"run:{self.run_id}"


def tell_ended(session: Session, run: RunRow) -> None:
    """Tell the end of a run to the one above it, in the unit that ends it."""
    if run.parent_id is None or run.ended_at is None:
        return
    event = AgentRunEnded(
        run_id=run.id, parent_id=run.parent_id, owner_id=run.owner_id, state=run.state
    )
    publish(session, event, now=run.ended_at)

"""What a schedule starts: an execution of its workflow as it is then, with its owner's rights."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from menon.core.auth import Action, Principal, authorize
from menon.features.accounts.service import acting_as
from menon.features.workflows import queries
from menon.features.workflows.executions import Wanted, begin
from menon.features.workflows.rules.inputs import filled
from menon.features.workflows.schedules.models import Schedule
from menon.features.workflows.service import refuse


def start(session: Session, schedule: Schedule, now: datetime) -> str:
    """Start an execution and answer the id of its run.

    Raises:
        NotFound: the workflow or the owner is gone.
        Forbidden: the owner may not run workflows any more.
        InvalidDefinition: the workflow wants another input.
    """
    owner = acting_as(session, schedule.owner_id, schedule.scopes)
    authorize(owner, Action.RUN)
    wanted = Wanted(workflow_id=schedule.workflow_id, input=schedule.parameters)
    return begin(session, owner, wanted, now)


def check_start(
    session: Session, owner: Principal, workflow_id: str, parameters: Mapping[str, Any]
) -> None:
    """Refuse now what could not start later; raises as `start` does."""
    authorize(owner, Action.RUN)
    taken = queries.snapshot(session, owner, workflow_id)
    _, faults = filled(taken.body, parameters)
    refuse("The parameters do not fit the workflow", faults)

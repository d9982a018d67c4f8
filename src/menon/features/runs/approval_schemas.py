"""Wire shapes of approvals."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from menon.core.http import Wire
from menon.features.runs.models import ApprovalState, Remember


class ApprovalOut(Wire):
    """Something that a run wants to do, and what was said to it."""

    id: str
    run_id: str
    run_title: str
    node: str
    call_id: str
    """The tool call that waits, as the run's events name it; empty where it is none."""
    what: str
    why: str
    """Why somebody is asked."""
    tool: str
    effect: str
    args: Any
    """A copy to look at; secrets are masked."""
    args_hash: str
    owner_id: str
    delegate_id: str | None
    state: ApprovalState
    requested_at: datetime
    expires_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    comment: str
    tainted: bool
    """Text of strangers stood in the context: the wish may not be the user's."""
    may_remember: bool
    remember: str


class DecisionIn(Wire):
    """Yes or no to exactly these arguments."""

    decision: Literal["approve", "deny"]
    args_hash: Annotated[
        str, Field(pattern=r"^[0-9a-f]{64}$", description="`args_hash` of what you looked at.")
    ]
    comment: Annotated[str, Field(max_length=2000)] = ""
    remember: Annotated[
        Remember | None,
        Field(
            description="With `approve`: `run` allows the tool for the rest of the run, `always`"
            " for your later runs of the agent. After text from outside only the same arguments."
        ),
    ] = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.remember is not None and self.decision == "deny":
            raise ValueError("`remember` goes with `approve`; leave it out to deny")
        return self


class DelegateIn(Wire):
    """Who may decide too."""

    user: Annotated[str, Field(min_length=1, max_length=64, description="A user name or id.")]

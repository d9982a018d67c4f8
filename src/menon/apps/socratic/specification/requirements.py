"""What the system must do, how well, and under which limits."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from menon.apps.socratic.specification.shape import Identifier, Line, Paragraph, Part, TypeName

Priority = Literal["P1", "P2", "P3"]
FeatureId = Annotated[str, Field(pattern=r"^FR-\d{3,5}$")]
CriterionId = Annotated[str, Field(pattern=r"^SC-\d{3,5}$")]


class Actor(Part):
    """Somebody who uses the system; becomes a role of the generated application."""

    name: Identifier
    description: Line = ""
    source: Line = ""


class Scenario(Part):
    """One example: a situation, an event, what must follow."""

    name: Line = ""
    given: list[Line] = Field(default=[], max_length=20)
    when: list[Line] = Field(default=[], max_length=20)
    then: list[Line] = Field(default=[], max_length=20)


class Story(Part):
    """Who wants what, and why."""

    actor: Identifier
    want: Line
    benefit: Line = ""


class Requirement(Part):
    """A functional requirement, and how one sees that it holds."""

    id: FeatureId
    title: Line
    priority: Priority = "P2"
    story: Story | None = None
    ears: list[Line] = Field(
        default=[],
        max_length=20,
        description="Such as `When an order is placed, the shop shall ...`.",
    )
    scenarios: list[Scenario] = Field(default=[], max_length=50)
    entities: list[TypeName] = Field(default=[], max_length=50)
    depends_on: list[FeatureId] = Field(default=[], max_length=50)
    description: Paragraph = ""
    source: Line = Field(default="", description="The id of the answer that it comes from.")


class Action(StrEnum):
    """What may be done to the records of an entity."""

    CREATE = "create"
    READ = "read"
    UPDATE = "update"
    DELETE = "delete"


class Permission(Part):
    """What an actor may do to an entity; what no permission names is denied.

    A specification without any permission lets every registered user do everything.
    """

    actor: Identifier
    entity: TypeName = Field(description="`*` is every entity.")
    actions: list[Action] = Field(min_length=1, max_length=4)
    scope: Literal["all", "own"] = "all"
    effect: Literal["allow", "deny"] = Field(default="allow", description="Deny wins over allow.")
    source: Line = ""


class Criterion(Part):
    """A measurable quality of the whole."""

    id: CriterionId
    metric: Line = Field(description="Such as `latency_p95`, `availability`, `concurrent_users`.")
    operator: Literal["<", "<=", "=", ">=", ">"] = "<="
    value: float
    unit: Line = ""
    scope: Line = Field(default="", description="What it is about; empty is the whole system.")
    description: Line = ""
    source: Line = ""


class Constraint(Part):
    """What the solution must keep to: a law, a budget, a date, a technology."""

    kind: Literal["budget", "deadline", "team", "technology", "compliance", "security", "other"] = (
        "other"
    )
    text: Line
    value: float | None = None
    unit: Line = ""
    source: Line = ""


class Milestone(Part):
    """A part of the plan, and how long it takes."""

    name: Line
    days: Annotated[float | None, Field(ge=0, le=36_500)] = None
    date: Annotated[str | None, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")] = None
    source: Line = ""

"""Wire shapes of agents."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from menon.core.http import Wire
from menon.features.agents.models import Visibility
from menon.features.agents.policy.schemas import PolicyRule
from menon.features.agents.versions.rules import MOST

Name = Annotated[str, Field(min_length=1, max_length=100)]
AgentName = Annotated[
    str, Field(max_length=130, description="Id or slug, perhaps at a version: `@3`, `@stable`.")
]
GENERIC = frozenset({"anthropic", "assistant", "coded", "custom", "offline", "ollama", "openai"})
"""Types that declare nothing: an agent of them is what its configuration says."""
AgentType = Annotated[str, Field(max_length=60, pattern=r"^[a-z][a-z0-9_-]*$")]
Slug = Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9][a-z0-9-]*$")]
Capability = Annotated[str, Field(max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
ModelName = Annotated[str, Field(max_length=200, description="`auto` or `provider:name`.")]


class LimitsIn(Wire):
    """What one run may use; null is no limit."""

    tokens: Annotated[int | None, Field(ge=1, le=10_000_000)] = 200_000
    steps: Annotated[int | None, Field(ge=1, le=200)] = 12
    seconds: Annotated[float | None, Field(gt=0, le=86_400)] = 300.0
    money: Annotated[float | None, Field(ge=0, le=1_000_000)] = None
    answer_tokens: Annotated[int | None, Field(ge=1, le=1_000_000)] = None


class Configuration(Wire):
    """How an agent works; a change makes a new version."""

    instructions: Annotated[str, Field(max_length=100_000)] = ""
    model: ModelName = "auto"
    temperature: Annotated[float | None, Field(ge=0, le=2)] = None
    max_tokens: Annotated[int | None, Field(ge=1, le=1_000_000)] = None
    """The framework's name for `limits.answer_tokens`."""
    tools: list[str] = Field(default=["search_knowledge", "calculator"], max_length=64)
    collections: list[str] = Field(default=[], max_length=64)
    capabilities: list[Capability] = Field(default=[], max_length=64)
    """What it can be asked for by `POST /agents/route`."""
    limits: LimitsIn = LimitsIn()
    policy: list[PolicyRule] = Field(
        default=[],
        max_length=64,
        description="Which tool calls run, are asked for or never run; the first rule that fits"
        " decides. Without one, what only reads runs and everything else is asked for.",
    )


class AgentIn(Wire):
    """A new agent."""

    name: Name
    slug: Slug | None = None
    """Its name in addresses; made from `name` where it is left out."""
    description: Annotated[str, Field(max_length=1000)] = ""
    agent_type: AgentType = "custom"
    visibility: Visibility = Visibility.PRIVATE
    configuration: Configuration = Configuration()


class BackendAgentIn(Wire):
    """A new agent in the backend's words."""

    name: Name
    description: Annotated[str, Field(max_length=1000)] = ""
    model_name: ModelName = "auto"
    agent_type: AgentType = "custom"
    config: Configuration = Configuration()

    def as_agent(self) -> AgentIn:
        """The same in our own words; a model in the configuration wins."""
        fields = self.config.model_fields_set
        model = self.config.model if "model" in fields else self.model_name
        return AgentIn(
            name=self.name,
            description=self.description,
            agent_type=self.agent_type,
            configuration=self.config.model_copy(update={"model": model}),
        )


class AgentPatch(Wire):
    """What changes; what is left out stays."""

    name: Name | None = None
    description: Annotated[str | None, Field(max_length=1000)] = None
    visibility: Visibility | None = None
    is_active: bool | None = None
    configuration: Configuration | None = None
    version: Annotated[
        int | None, Field(ge=1, le=2**31, description="The version that you read, to be safe.")
    ] = None
    note: Annotated[str, Field(max_length=500)] = ""


class ImportReview(Wire):
    """Where an agent came from, and whether somebody has read it since."""

    state: Literal["pending", "done"]
    imported_at: datetime
    warnings: list[str]
    resembles: str | None
    """The id of the importer's agent that has the same short name."""


class AgentOut(Wire):
    """An agent with its current version."""

    id: str
    slug: str
    name: str
    description: str
    agent_type: str
    visibility: str
    is_active: bool
    is_builtin: bool
    defined_in: str
    """The Python code that defines it; empty for all others."""
    is_mine: bool
    status: Literal["active", "inactive"]
    version: int
    """The current version's number."""
    labels: dict[str, int]
    """Names of versions: `slug@label` runs that one."""
    review: ImportReview | None
    """Null for an agent that was made here."""
    configuration: dict[str, Any]
    created_at: datetime
    updated_at: datetime


class VersionOut(Wire):
    """One version of an agent."""

    number: int
    labels: list[str]
    is_current: bool
    configuration: dict[str, Any]
    note: str
    created_by: str
    created_at: datetime


class LabelIn(Wire):
    """Which version a label names from now on."""

    version: Annotated[int, Field(ge=1, le=MOST)]


class ChangeOut(Wire):
    """A setting that differs; null where one side does not have it."""

    pointer: str
    before: Any
    after: Any


class LineOut(Wire):
    """A line of the instructions: added, taken, or kept near one of those."""

    kind: Literal["add", "del", "same", "gap"]
    old: int | None
    new: int | None
    text: str


class DiffOut(Wire):
    """What two versions do differently."""

    agent_id: str
    before: int
    after: int
    changes: list[ChangeOut]
    """Settings other than the instructions."""
    instructions: list[LineOut]


class HistoryMessage(Wire):
    """One message of the past."""

    role: Annotated[Literal["user", "assistant"], Field()]
    content: Annotated[str, Field(max_length=100_000)]


class RunIn(Wire):
    """A message to an agent."""

    message: Annotated[str, Field(max_length=100_000)] = ""
    input: dict[str, Any] | None = Field(default=None, max_length=100)
    """For an agent of a declared type: what its input_schema describes."""
    context: dict[str, Any] = Field(default={}, max_length=50)
    history: list[HistoryMessage] = Field(default=[], max_length=200)
    model: ModelName | None = None

    @model_validator(mode="after")
    def says_something(self) -> "RunIn":
        if not self.message and self.input is None:
            raise ValueError("send a message, or the input of an agent of a declared type")
        return self


class AnswerOut(Wire):
    """What an agent answered."""

    run_id: str
    agent_id: str
    answer: str
    output: Any = None
    """What an agent of a declared type gives, as its output_schema describes."""
    citations: list[dict[str, Any]]
    model: str
    usage: dict[str, Any]
    state: str
    """`waiting` where somebody must decide first: the run goes on then, and its log tells."""
    error: dict[str, Any] | None = None
    approvals: list[str] = Field(default=[])
    """The ids of what the run waits for."""


class StatusOut(Wire):
    """Whether an agent can answer now."""

    id: str
    status: Literal["active", "inactive"]
    model: str
    reason: str
    running: int
    completed: int
    failed: int
    last_run_at: datetime | None


class PastMessage(Wire):
    """A message in an agent's history."""

    run_id: str
    role: Literal["user", "assistant"]
    content: str
    created_at: datetime

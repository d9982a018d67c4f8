"""What an interview remembers; frozen, and JSON both ways, so that a session can be replayed."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Final, Literal, Self, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from menon.apps.socratic.questions.roles import Role
from menon.apps.socratic.questions.slots import Kind, slot_of
from menon.core.errors import InvalidInput

Mode = Literal["sequential", "custom", "dynamic"]
RULES: Final = "offline:rules"
"""Who asks and reads where no model does."""


class Status(StrEnum):
    """How well a slot is known."""

    MISSING = "missing"
    PARTIAL = "partial"
    CLEAR = "clear"
    ASSUMED = "assumed"
    NOT_APPLICABLE = "not_applicable"


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Option(_Frozen):
    """One choice of a question: what is stored, and what people read."""

    value: str
    text: str


class Known(_Frozen):
    """What is known of a slot, and where it comes from."""

    status: Status
    value: Any = Field(default=None, description="JSON, as the parser of its kind makes it.")
    shown: str = ""
    text: str = Field(default="", description="The words of the answer.")
    confidence: Annotated[int, Field(ge=1, le=5)] = 3
    source: str = Field(default="", description="An answer's id, `inference` or `default`.")
    respondent: str = ""


class Parse(_Frozen):
    """What an answer said of one slot, to be shown back."""

    slot: str
    value: Any = None
    status: Status
    shown: str = ""


class Question(_Frozen):
    """One question as it is asked. `id` names the entity or story: `developer.fields[Book]`."""

    id: str
    role: Role
    slots: tuple[str, ...]
    text: str
    why: str = ""
    kind: Kind | Literal["accept", "resolution"] = "text"
    options: tuple[Option, ...] = ()
    recommended: str = ""
    entity: str | None = None
    model: str = RULES
    """Who found the words."""


class Asked(_Frozen):
    """A question with its answer, word for word, and what was understood."""

    question: Question
    text: str
    answer_id: str
    respondent: str = ""
    confidence: Annotated[int, Field(ge=1, le=5)] = 3
    parses: tuple[Parse, ...] = ()
    notes: tuple[str, ...] = Field(default=(), description="Parts that no parser could read.")
    model: str = RULES
    """Who read the answer."""


class Learned(_Frozen):
    """How often a question was answered, and how often that filled its slots."""

    tries: Annotated[int, Field(ge=0)] = 0
    resolved: Annotated[float, Field(ge=0)] = 0


class Story(_Frozen):
    """A user story under the number that its requirement will have."""

    id: str
    actor: str
    want: str
    benefit: str = ""
    priority: Literal["P1", "P2", "P3"] | None = None
    source: str = ""


class Interview(_Frozen):
    """A session of questions: who asks, what is known, what was asked, what was learned."""

    mode: Mode
    roles: tuple[Role, ...]
    name: str
    description: str = ""
    technologies: tuple[str, ...] = ()
    known: dict[str, Known] = {}
    asked: tuple[Asked, ...] = ()
    learned: dict[str, Learned] = {}
    stories: tuple[Story, ...] = ()
    relations: tuple[dict[str, Any], ...] = ()
    resolved: dict[str, str] = Field(default={}, description="The resolution chosen, by conflict.")

    def dumped(self) -> dict[str, Any]:
        """The interview as JSON."""
        return self.model_dump(mode="json", exclude_defaults=True)

    @classmethod
    def loaded(cls, data: Mapping[str, Any]) -> Self:
        """The interview of JSON that `dumped` made.

        Raises:
            InvalidInput: it is not one, or it names slots that the catalogue does not have.
        """
        try:
            made = cls.model_validate(data)
            for slot in made.known:
                slot_of(slot)
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"])) or "the interview"
            raise InvalidInput(f"{where}: {first['msg']}; load what `dumped` made") from error
        except KeyError as error:
            raise InvalidInput(f"there is no slot {error.args[0]!r}; begin anew") from error
        return made

    def entities(self) -> tuple[str, ...]:
        """The names of the entities, in the order in which they came up."""
        value = self.value("data.entities")
        listed = cast("list[dict[str, Any]]", value["entities"]) if value else []
        return tuple(one["name"] for one in listed)

    def actors(self) -> tuple[str, ...]:
        """The names of the actors, also of those that only stories name."""
        named = [one["name"] for one in self.listed("goal.actors")]
        return tuple(dict.fromkeys([*named, *(story.actor for story in self.stories)]))

    def value(self, slot: str) -> Any:
        """What a slot holds; None where nothing is known."""
        known = self.known.get(slot)
        return known.value if known else None

    def listed(self, slot: str) -> list[Any]:
        """The list that a slot holds; empty where nothing is known, or where it is no list."""
        value = self.value(slot)
        return cast("list[Any]", value) if isinstance(value, list) else []

    def fields(self, entity: str) -> list[dict[str, Any]]:
        """The fields of an entity, as they were told."""
        value = cast("dict[str, Any]", self.value(f"data.entity[{entity}].fields") or {})
        return cast("list[dict[str, Any]]", value.get("fields", []))

    def source(self, slot: str) -> str:
        """The answer that a slot comes from; empty where nothing is known."""
        known = self.known.get(slot)
        return known.source if known else ""

    def status(self, slot: str) -> Status:
        """How well a slot is known."""
        known = self.known.get(slot)
        return known.status if known else Status.MISSING


class Answered(_Frozen):
    """What came of an answer: the next state, what was understood, and what was not."""

    interview: Interview
    parses: tuple[Parse, ...]
    notes: tuple[str, ...]
    model: str = RULES

"""The catalogue of slots: what a specification needs to know, from `slots.yaml`."""

from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from menon.apps.socratic.questions.roles import Role
from menon.kit.yaml_text import read

Kind = Literal[
    "text",
    "lines",
    "terms",
    "actors",
    "scope",
    "option",
    "choices",
    "yes_no",
    "money",
    "duration",
    "deadline",
    "percentage",
    "count",
    "rate",
    "volume",
    "milestones",
    "entities",
    "fields",
    "relations",
    "states",
    "stories",
    "ears",
    "scenario",
    "permissions",
]
"""How the answer of a slot is read; one parser each."""

Group = Literal[
    "goal",
    "plan",
    "data",
    "behaviour",
    "quality",
    "architecture",
    "ux",
    "acceptance",
    "delivery",
]

EACH: Final = "[*]"


class Slot(BaseModel):
    """A thing to know. Of a template (`each`) the id has `[*]` for the entity or the story."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    path: str = Field(description="Where it goes in the Specification.")
    kind: Kind
    role: Role
    group: Group
    impact: Annotated[int, Field(ge=1, le=5)]
    default: str = Field(default="", description="What is assumed; a text that its parser reads.")
    depends: tuple[str, ...] = ()
    when: str = Field(
        default="", description="The slot that must hold something for this to matter."
    )
    each: Literal["", "entity", "story"] = ""
    blocking: bool = Field(default=False, description="Without it nothing can be generated well.")
    cues: tuple[str, ...] = Field(default=(), description="Words that point at it.")
    listen: bool = Field(default=False, description="It is heard in answers to other questions.")
    choices: dict[str, tuple[str, ...]] = {}
    open: bool = Field(default=False, description="Another answer than the choices is fine.")
    unit: str = ""

    def of(self, subject: str) -> str:
        """The id for one entity or story."""
        return self.id.replace(EACH, f"[{subject}]")


_HERE: Final = "menon.apps.socratic.questions"


@cache
def catalogue() -> dict[str, Slot]:
    """Every slot by its id, in the order of the file."""
    text = files(_HERE).joinpath("slots.yaml").read_text("utf-8")
    return {one.id: one for one in (Slot.model_validate(raw) for raw in read(text))}


def parts(slot_id: str) -> tuple[str, str]:
    """The template and the subject of a slot: `data.entity[Book].fields` is of `Book`.

    A slot that is no template has no subject.
    """
    head, bracket, rest = slot_id.partition("[")
    if not bracket:
        return slot_id, ""
    subject, _, tail = rest.rpartition("]")
    return f"{head}{EACH}{tail}", subject


def slot_of(slot_id: str) -> Slot:
    """The slot of an id, also of one for a subject.

    Raises:
        KeyError: the catalogue has none.
    """
    return catalogue()[parts(slot_id)[0]]


@cache
def dependants() -> dict[str, int]:
    """How many slots wait for each: what an answer unlocks."""
    counts = dict.fromkeys(catalogue(), 0)
    for slot in catalogue().values():
        for earlier in slot.depends:
            counts[earlier] += 1
    return counts

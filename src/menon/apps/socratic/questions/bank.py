"""The question bank: templates from `bank/*.yaml`, one file a role, and the questions they make."""

import re
from functools import cache
from importlib.resources import files
from typing import Annotated, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from menon.apps.socratic.questions.roles import Role
from menon.apps.socratic.questions.slots import EACH, Kind, Slot, catalogue, slot_of
from menon.apps.socratic.questions.state import Interview, Option, Question, Status
from menon.kit.yaml_text import read

_HERE: Final = "menon.apps.socratic.questions"
_CONDITION: Final = re.compile(r"(?P<slot>[a-z_.]+)(?:(?P<sign>=|!=)(?P<value>[\w ]+))?")


class Template(BaseModel):
    """A question of the bank; `{entity}`, `{story}` and `{name}` in its words are filled in."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    role: Role
    slots: Annotated[tuple[str, ...], Field(min_length=1)]
    text: str
    why: str
    kind: Kind | Literal["accept"]
    options: tuple[str, ...] = Field(default=(), description="Values of the choices offered.")
    says: dict[str, str] = Field(
        default={}, description="What a value is called where people choose, by the value."
    )
    recommended: str
    follow_ups: tuple[str, ...] = Field(
        default=(), description="Questions that are worth more right after this one."
    )
    requires: tuple[str, ...] = Field(default=(), description="`slot` is known, `slot=value`.")
    forbids: tuple[str, ...] = Field(default=(), description="When one holds it is not asked.")
    bulk: bool = Field(default=False, description="One answer for all entities.")

    @property
    def each(self) -> Literal["", "entity", "story"]:
        """What it is asked for, again and again; nothing where it is asked once."""
        return "" if self.bulk else slot_of(self.slots[0]).each

    @property
    def cost(self) -> int:
        """1 where one may choose, 2 where one has to write."""
        return 1 if self.options or self.kind in {"accept", "yes_no", "option", "choices"} else 2


@cache
def templates() -> dict[str, Template]:
    """Every question template by its id, roles in their order, questions as in the files."""
    found: dict[str, Template] = {}
    folder = files(_HERE).joinpath("bank")
    for role in Role:
        for raw in read(folder.joinpath(f"{role}.yaml").read_text("utf-8")):
            one = Template.model_validate({"role": role.value} | raw)
            if one.id in found:
                raise ValueError(f"{role}.yaml: the question {one.id!r} stands there twice")
            found[one.id] = one
    return found


def subjects(template: Template, interview: Interview) -> list[str]:
    """For whom a template is asked: entities, first-rank stories, or once for nobody."""
    if template.each == "entity":
        return list(interview.entities())
    if template.each == "story":
        return [story.id for story in interview.stories if story.priority == "P1"]
    return [""]


def concrete(template: Template, subject: str, interview: Interview) -> tuple[str, ...]:
    """The slots of a question for one subject; a bulk question fills those of all entities."""
    if template.bulk:
        names = interview.entities()
        return tuple(slot.replace(EACH, f"[{one}]") for slot in template.slots for one in names)
    return tuple(slot.replace(EACH, f"[{subject}]") for slot in template.slots)


def made(template: Template, subject: str, interview: Interview, asker: Role) -> Question:
    """The question as it is asked by a role."""
    slots = concrete(template, subject, interview)
    slot = catalogue()[template.slots[0]]
    return Question(
        id=f"{template.id}[{subject}]" if subject else template.id,
        role=asker,
        slots=slots,
        text=_filled(template.text, subject, interview),
        why=template.why,
        kind=template.kind,
        options=tuple(
            Option(value=one, text=template.says.get(one) or one.replace("_", " "))
            for one in _offered(template, slot)
        ),
        recommended=_filled(
            template.says.get(template.recommended) or template.recommended, subject, interview
        ),
        entity=subject if template.each == "entity" else None,
    )


def template_of(question: Question) -> Template | None:
    """The template that a question was made from; None for one about a conflict."""
    return templates().get(question.id.partition("[")[0])


def askable(template: Template, interview: Interview) -> bool:
    """Whether what it requires is known, and nothing that forbids it holds."""
    return all(holds(one, interview) for one in template.requires) and not any(
        holds(one, interview) for one in template.forbids
    )


def holds(condition: str, interview: Interview) -> bool:
    """`slot` holds something; `slot=value` holds that, or has it in its list; `!=` is not so."""
    match = _CONDITION.fullmatch(condition)
    if not match:
        raise ValueError(f"{condition!r} is no condition; write slot, slot=value or slot!=value")
    value = interview.value(match["slot"])
    if match["sign"] is None:
        # Who could not say, or was not understood, was asked: what comes after it may be asked.
        return bool(value) or interview.status(match["slot"]) in {Status.ASSUMED, Status.PARTIAL}
    has = match["value"] in value if isinstance(value, list) else value == match["value"]
    return has if match["sign"] == "=" else not has


def _offered(template: Template, slot: Slot) -> tuple[str, ...]:
    if template.options:
        return template.options
    if template.kind == "accept":
        return ("accept", "no")
    if template.kind == "yes_no" and not template.bulk:
        return ("yes", "no")
    single = template.kind in {"option", "choices"} and len(template.slots) == 1
    return tuple(slot.choices) if single else ()


def _filled(text: str, subject: str, interview: Interview) -> str:
    story = next((one for one in interview.stories if one.id == subject), None)
    told = f"{subject} (a {story.actor.replace('_', ' ')} wants to {story.want})" if story else ""
    listed = ", ".join(interview.entities()[:12])
    if not listed:
        text = text.replace(" ({entities})", "")
    filling = {"{entity}": subject, "{story}": told, "{name}": interview.name}
    for mark, words in (filling | {"{entities}": listed}).items():
        text = text.replace(mark, words)
    return text

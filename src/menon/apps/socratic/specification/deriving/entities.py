"""Entities of an interview: their fields, enumerations and life cycles, and guesses where none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from menon.apps.socratic.questions.parsers.duration import DAY_S
from menon.apps.socratic.questions.parsers.names import actor, type_name
from menon.apps.socratic.questions.state import Interview, Known
from menon.apps.socratic.specification.data import (
    Entity,
    EntityField,
    Enumeration,
    FieldType,
    LifeCycle,
    Relation,
    Transition,
)
from menon.apps.socratic.specification.deriving.relations import related
from menon.apps.socratic.specification.model import Assumption

_MOST_GUESSED: Final = 5
_LONGEST_KEPT_DAYS: Final = 36_500
_MADE: Final = frozenset({"id"})
"""Fields that every generated table has anyway."""
_NOUN: Final = re.compile(
    r"\b(?:a|an|the|my|our|new|their|all|every|each|of|for)\s(?P<noun>[^\W\d_]{3,40})",
    re.IGNORECASE,
)
_NO_NOUNS: Final = frozenset(
    [
        "system",
        "app",
        "application",
        "list",
        "overview",
        "page",
        "web",
        "time",
        "first",
        "second",
        "way",
        "lot",
        "work",
        "day",
        "week",
        "place",
        "new",
        "other",
        "same",
        "one",
        "own",
        "paper",
        "people",
        "user",
        "users",
        "it",
        "them",
        "overdue",
        "late",
        "better",
        "data",
        "problem",
    ]
)


@dataclass(slots=True)
class Data:
    """The data of a specification, and what had to be assumed for it."""

    entities: list[Entity] = field(default_factory=list[Entity])
    enums: list[Enumeration] = field(default_factory=list[Enumeration])
    assumptions: list[Assumption] = field(default_factory=list[Assumption])
    actors: dict[str, str] = field(default_factory=dict[str, str])
    """Actors that life cycles name, with the answer that named them."""


def data(interview: Interview) -> Data:
    """Everything about the data; an interview that names no entity gets those that it speaks of."""
    found = Data()
    names = interview.entities() or _guessed(interview, found)
    relations, broken = related(interview, names)
    for source, one in broken:
        text = f"{source} may exist without its {one.target}: the two would wait for each other"
        found.assumptions.append(Assumption(slot=f"data.entity[{source}].relations", text=text))
    for name in names:
        found.entities.append(_entity(name, interview, relations.get(name, []), found))
    return found


def _entity(name: str, interview: Interview, relations: list[Relation], found: Data) -> Entity:
    key = f"data.entity[{name}]"
    told = interview.known.get(f"{key}.fields")
    fields = _fields(name, interview, {one.name for one in relations}, found)
    if not fields and not relations:
        text = f"{name} has a name and a description, since nobody said more"
        found.assumptions.append(Assumption(slot=f"{key}.fields", text=text))
    if not fields and not (told and relations):
        fields = _default_fields(told, taken={one.name for one in relations})
    life = interview.known.get(f"{key}.life_cycle")
    cycle = None
    if life and life.value:
        fields, cycle = _life_cycle(name, life, fields, interview, found)
    retention = interview.value(f"{key}.retention")
    days = round(retention["seconds"] / DAY_S) if retention else None
    texts = [one.name for one in fields if one.type is FieldType.STRING]
    return Entity(
        name=name,
        fields=fields,
        relations=relations,
        life_cycle=cycle,
        owned=bool(interview.value(f"{key}.owned")),
        soft_delete=bool(interview.value(f"{key}.soft_delete")),
        search=bool(interview.value(f"{key}.search")) and _searchable(fields),
        display=texts[0] if texts else None,
        retention_days=days if days and 1 <= days <= _LONGEST_KEPT_DAYS else None,
        volume=interview.value(f"{key}.volume"),
        source=_source(interview, name),
    )


def _fields(name: str, interview: Interview, taken: set[str], found: Data) -> list[EntityField]:
    """The fields that were told; the first is required, since something must name a record."""
    made: list[EntityField] = []
    for one in interview.fields(name):
        if one["name"] in taken | _MADE:
            continue
        given = {key: value for key, value in one.items() if key != "values"}
        if values := one.get("values"):
            given["enum"] = _enumeration(f"{name} {one['name']}", values, found)
        if not made:
            given.setdefault("required", True)
        source = interview.source(f"data.entity[{name}].fields")
        made.append(EntityField.model_validate({"source": source} | given))
    return made


def _default_fields(told: Known | None, taken: set[str]) -> list[EntityField]:
    source = told.source if told else "default"
    title = EntityField(name="name", required=True, max_length=200, source=source)
    about = EntityField(name="description", type=FieldType.TEXT, source=source)
    return [one for one in (title, about) if one.name not in taken]


def _enumeration(said: str, values: list[str], found: Data) -> str:
    """The name of a new enumeration; never that of an entity or of another one."""
    taken = {one.name for one in found.enums}
    wanted = "".join(part[:1].upper() + part[1:] for part in re.split(r"[ _]", said))[:70]
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted}{number}", number + 1
    found.enums.append(Enumeration(name=name, values=values))
    return name


def _life_cycle(
    name: str, life: Known, fields: list[EntityField], interview: Interview, found: Data
) -> tuple[list[EntityField], LifeCycle]:
    """The states in the enum field that has them, or in a new field `status`."""
    value = cast("dict[str, Any]", life.value)
    states = cast("list[str]", value["states"])
    enums = {one.name: one for one in found.enums}
    chosen = next((one for one in fields if _holds(one, states, enums)), None)
    if chosen is not None and chosen.enum:
        place = found.enums.index(enums[chosen.enum])
        every = list(dict.fromkeys([*enums[chosen.enum].values, *states]))
        found.enums[place] = enums[chosen.enum].model_copy(update={"values": every})
    else:
        enum = _enumeration(f"{name} status", states, found)
        plain = [one for one in fields if one.name != "status"]
        chosen = EntityField(name="status", type=FieldType.ENUM, enum=enum, source=life.source)
        fields = [*plain, chosen]
    kept = chosen.model_copy(update={"required": True, "default": value["initial"]})
    fields = [kept if one.name == kept.name else one for one in fields]
    moves = [
        Transition(source=one["source"], target=one["target"], by=_who(one, life, interview, found))
        for one in value["transitions"]
    ]
    return fields, LifeCycle(field=kept.name, initial=value["initial"], transitions=moves)


def _holds(one: EntityField, states: list[str], enums: Mapping[str, Enumeration]) -> bool:
    if one.type is not FieldType.ENUM or not one.enum:
        return False
    return one.name in {"status", "state", "stage"} or set(states) <= set(enums[one.enum].values)


def _who(move: Mapping[str, Any], life: Known, interview: Interview, found: Data) -> list[str]:
    named = [actor(one, interview.actors()) for one in move["by"]]
    for one in named:
        found.actors.setdefault(one, life.source)
    return named


def _searchable(fields: list[EntityField]) -> bool:
    return any(one.type in {FieldType.STRING, FieldType.TEXT} for one in fields)


def _source(interview: Interview, name: str) -> str:
    told = interview.known.get(f"data.entity[{name}].fields") or interview.known.get(
        "data.entities"
    )
    return told.source if told else "default"


def _guessed(interview: Interview, found: Data) -> tuple[str, ...]:
    """What the stories, or else the description, are about; one kind of record at least."""
    told = [story.want for story in interview.stories]
    problem = str(interview.value("goal.problem") or "")
    counts: dict[str, int] = {}
    for text in told or [f"{interview.description} {problem}"[:5_000]]:
        for match in _NOUN.finditer(text):
            noun = match["noun"].lower()
            if noun not in _NO_NOUNS:
                name = type_name(noun)
                counts[name] = counts.get(name, 0) + 1
    names = sorted(counts, key=lambda one: -counts[one])[:_MOST_GUESSED] or ["Record"]
    text = f"{', '.join(names)} are kept, since nobody said what is"
    found.assumptions.append(Assumption(slot="data.entities", text=text, source="inference"))
    return tuple(names)

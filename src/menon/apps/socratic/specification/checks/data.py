"""Faults of the data: names, relations, life cycles, records that could never be made."""

from collections.abc import Iterator

from menon.apps.socratic.specification.checks.fields import field_problems
from menon.apps.socratic.specification.checks.known import Known
from menon.apps.socratic.specification.checks.problem import Problem, clashes, ended, twice
from menon.apps.socratic.specification.data import Entity, FieldType, LifeCycle, RelationKind
from menon.apps.socratic.specification.model import Specification
from menon.kit.graph import cycle
from menon.kit.text import shorten

_CIRCLES = 10
"""Circles that are told at once; breaking one often breaks others."""


def data_problems(spec: Specification, known: Known) -> Iterator[Problem]:
    """The faults of entities and enumerations."""
    yield from clashes(
        [
            *((f"/entities/{n}/name", entity.name) for n, entity in enumerate(spec.entities)),
            *((f"/enums/{n}/name", enum.name) for n, enum in enumerate(spec.enums)),
        ],
        "entities or enumerations",
    )
    for n, enum in enumerate(spec.enums):
        # Those that differ by a sign only, such as `A` and `A+`, are spelt out in code.
        named = ((f"/enums/{n}/values/{i}", value) for i, value in enumerate(enum.values))
        yield from twice(named, f"values of {enum.name!r}")
        for value in enum.labels:
            if value not in enum.values:
                text = (
                    f"The enumeration {enum.name!r} labels {value!r}, which is none of its values"
                )
                yield Problem(f"/enums/{n}/labels", "unknown_value", f"{text}; remove the label.")
    arriving = _inverses(spec)
    for n, entity in enumerate(spec.entities):
        yield from _entity(entity, f"/entities/{n}", known, arriving.get(entity.name, []))
    yield from _circles(spec)


def _entity(
    entity: Entity, at: str, known: Known, arriving: list[tuple[str, str]]
) -> Iterator[Problem]:
    own = [(f"{at}/fields/{n}/name", field.name) for n, field in enumerate(entity.fields)]
    own += [(f"{at}/relations/{n}/name", one.name) for n, one in enumerate(entity.relations)]
    yield from clashes([*own, *arriving], f"fields or relations of {entity.name!r}")
    for n, field in enumerate(entity.fields):
        yield from field_problems(field, f"{at}/fields/{n}", entity.name, known)
    for n, relation in enumerate(entity.relations):
        said = f"The relation {relation.name!r} of {entity.name!r}"
        if relation.target not in known.entities:
            hint = known.instead(relation.target, known.entities)
            text = f"{said} points at {relation.target!r}, which is unknown; {hint}"
            yield Problem(f"{at}/relations/{n}/target", "unknown_entity", ended(text))
        if relation.required and relation.on_delete == "set_null":
            text = (
                f"{said} is required and cannot become null when {relation.target!r} is deleted; "
            )
            yield Problem(f"{at}/relations/{n}/on_delete", "required_null", f"{text}restrict it.")
    names = [field.name for field in entity.fields]
    if entity.display is not None and entity.display not in names:
        hint = known.instead(entity.display, names)
        text = (
            f"{entity.name!r} is shown by {entity.display!r}, which is none of its fields; {hint}"
        )
        yield Problem(f"{at}/display", "unknown_field", ended(text))
    if entity.life_cycle is not None:
        yield from _life(entity, entity.life_cycle, f"{at}/life_cycle", known)


def _life(entity: Entity, life: LifeCycle, at: str, known: Known) -> Iterator[Problem]:
    said = f"The life cycle of {entity.name!r}"
    fields = {field.name: field for field in entity.fields}
    field = fields.get(life.field)
    if field is None:
        hint = known.instead(life.field, fields)
        text = f"{said} is kept in {life.field!r}, which is none of its fields; {hint}"
        yield Problem(f"{at}/field", "unknown_field", ended(text))
    elif field.type is not FieldType.ENUM:
        text = (
            f"{said} is kept in {life.field!r} of the type {field.type.value}; make it an `enum`."
        )
        yield Problem(f"{at}/field", "not_enum", text)
    enum = known.enums.get((field and field.enum) or "")
    states = [(f"{at}/initial", life.initial)]
    for n, step in enumerate(life.transitions):
        states += [
            (f"{at}/transitions/{n}/source", step.source),
            (f"{at}/transitions/{n}/target", step.target),
        ]
        for i, actor in enumerate(step.by):
            if actor not in known.actors:
                hint = known.instead(actor, known.actors)
                text = f"{said} lets {actor!r} act, who is no actor; {hint}"
                yield Problem(f"{at}/transitions/{n}/by/{i}", "unknown_actor", ended(text))
    for path, state in states if enum else ():
        if enum and state not in enum.values:
            hint = known.instead(state, enum.values)
            text = f"{said} has the state {state!r}, which is no value of {enum.name!r}; {hint}"
            yield Problem(path, "unknown_state", ended(text))


def _inverses(spec: Specification) -> dict[str, list[tuple[str, str]]]:
    """The names that relations give to their targets, unless the target declares the same one."""
    own = {
        (entity.name, relation.name, relation.target, relation.inverse)
        for entity in spec.entities
        for relation in entity.relations
    }
    found: dict[str, list[tuple[str, str]]] = {}
    for n, entity in enumerate(spec.entities):
        for i, relation in enumerate(entity.relations):
            name = relation.inverse
            if name and (relation.target, name, entity.name, relation.name) not in own:
                path = f"/entities/{n}/relations/{i}/inverse"
                found.setdefault(relation.target, []).append((path, name))
    return found


def _circles(spec: Specification) -> Iterator[Problem]:
    """Records that need each other before either exists."""
    places: dict[tuple[str, str], tuple[str, str]] = {}
    needs: dict[str, tuple[str, ...]] = {entity.name: () for entity in spec.entities}
    for n, entity in enumerate(spec.entities):
        for i, relation in enumerate(entity.relations):
            one = relation.kind in {RelationKind.MANY_TO_ONE, RelationKind.ONE_TO_ONE}
            if one and relation.required and relation.target in needs:
                path = f"/entities/{n}/relations/{i}/required"
                places.setdefault((entity.name, relation.target), (path, relation.name))
                needs[entity.name] = (*needs[entity.name], relation.target)
    for _ in range(_CIRCLES):
        circle = cycle(needs)[::-1]  # as it is read: who needs whom
        if not circle:
            return
        path, name = places[circle[0], circle[1]]
        way = shorten(" -> ".join(circle), 500)
        text = f"No record could ever be made, since each requires the next: {way}; "
        text += f"make one relation optional, such as {name!r} of {circle[0]!r}."
        yield Problem(path, "circular_required", text)
        needs[circle[0]] = tuple(each for each in needs[circle[0]] if each != circle[1])

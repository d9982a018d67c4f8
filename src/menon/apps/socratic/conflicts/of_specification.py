"""The conflicts inside a whole specification; statements are then its parts, by their paths."""

import re
from collections.abc import Iterator

from menon.apps.socratic.conflicts.clauses import clauses
from menon.apps.socratic.conflicts.detection import assertions_of, judge
from menon.apps.socratic.conflicts.detectors import scope
from menon.apps.socratic.conflicts.evidence import Evidence
from menon.apps.socratic.conflicts.lexicon import known
from menon.apps.socratic.conflicts.model import Assertion, Conflict, Interval, Statement
from menon.apps.socratic.conflicts.typed import typed_text
from menon.apps.socratic.specification.data import Entity, EntityField, Relation, RelationKind
from menon.apps.socratic.specification.model import Specification, Style
from menon.apps.socratic.specification.requirements import Criterion, Milestone, Requirement

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|[_\s]+")
_COUNTED = frozenset({"", "users", "user", "count", "items"})
_MANY = frozenset({RelationKind.ONE_TO_MANY, RelationKind.MANY_TO_MANY})


def of_specification(spec: Specification) -> list[Conflict]:
    """The conflicts between the parts of a specification, the worst first.

    The ids of the statements are paths, such as `features[0]` or `entities[2].fields[1]`.
    """
    statements = {one.id: one for one in _statements(spec)}
    said = [clause for one in statements.values() for clause in clauses(typed_text(one))]
    typed = list(_typed(spec))
    for one in typed:
        statements.setdefault(one.source, Statement(one.source, "", one.shown))
    assertions = [*assertions_of(said), *typed]
    first = Evidence(statements, said, assertions)
    return judge(Evidence(statements, said, [*assertions, *_gone(spec, first)]))


def _gone(spec: Specification, evidence: Evidence) -> Iterator[Assertion]:
    """Features that are out of scope, so that what depends on them is found."""
    paths = {f"features[{at}]": feature.id for at, feature in enumerate(spec.features)}
    for conflict in scope.find(evidence):
        for source in conflict.statements:
            if source in paths:
                yield Assertion(
                    source=source, slot="excluded", operator="is",
                    target=frozenset({paths[source]}), key=-1, shown="out of scope",
                )  # fmt: skip


def spaced(name: str) -> str:
    """The words of a name, such as `order line` for `OrderLine`."""
    return " ".join(part for part in _HUMP.split(name) if part).lower()


def _stems(*names: str) -> frozenset[str]:
    return frozenset(stem for name in names for stem in known(spaced(name)))


def _statements(spec: Specification) -> Iterator[Statement]:
    yield from _plain(spec)
    yield from _architecture(spec)
    for at, criterion in enumerate(spec.nfr):
        yield Statement(f"nfr[{at}]", "", _criterion(criterion), criterion.metric)
    for at, limit in enumerate(spec.constraints):
        value = None if limit.value is None else {"value": limit.value, "unit": limit.unit}
        yield Statement(f"constraints[{at}]", "", limit.text, f"plan.{limit.kind}", value)
    for at, milestone in enumerate(spec.milestones):
        yield Statement(f"milestones[{at}]", "", _milestone(milestone), "plan.milestone")
    for at, feature in enumerate(spec.features):
        yield Statement(f"features[{at}]", "", _feature(feature))


def _plain(spec: Specification) -> Iterator[Statement]:
    yield Statement("project.description", "", spec.project.description)
    texts = {
        "project.success": spec.project.success,
        "scope.inside": spec.scope.inside,
        "scope.outside": spec.scope.outside,
        "architecture.notes": spec.architecture.notes,
        "assumptions": [one.text for one in spec.assumptions],
        "notes": spec.notes,
    }
    for path, lines in texts.items():
        slot = path if path == "scope.outside" else ""
        for at, line in enumerate(lines):
            yield Statement(f"{path}[{at}]", "", line, slot)


def _architecture(spec: Specification) -> Iterator[Statement]:
    built = spec.architecture
    if built.database:
        yield Statement("architecture.database", "", f"The database is {built.database}.")
    if built.hosting:
        yield Statement("architecture.hosting", "", f"It is hosted on {built.hosting}.")
    if built.style is Style.MODULAR:
        yield Statement("architecture.style", "", "The application is a modular monolith.")
    if built.frontend != "none":
        yield Statement("architecture.frontend", "", f"The frontend uses {built.frontend}.")
    for at, name in enumerate(built.technologies):
        yield Statement(f"architecture.technologies[{at}]", "", f"We use {name}.")
    for at, name in enumerate(built.forbidden):
        yield Statement(f"architecture.forbidden[{at}]", "", f"{name} is not allowed.")


def _number(value: float) -> str:
    return f"{value:.9f}".rstrip("0").rstrip(".")


def _criterion(one: Criterion) -> str:
    name = " ".join(part for part in one.metric.replace("_", " ").split() if part)
    about = f" of {one.scope}" if one.scope else ""
    amount = f"{one.operator} {_number(one.value)}"
    if one.unit.strip() in _COUNTED:
        return f"{amount} {name}{about}"
    return f"{name}{about} {amount} {one.unit}"


def _milestone(one: Milestone) -> str:
    parts = [f"{one.name} takes {_number(one.days)} days." if one.days is not None else ""]
    parts.append(f"{one.name} is complete on {one.date}." if one.date else "")
    return "\n".join(part for part in parts if part)


def _feature(one: Requirement) -> str:
    lines = [one.title, one.description, *one.ears]
    if one.story:
        want = one.story.want.removeprefix("to ")
        lines.append(f"{spaced(one.story.actor)} can {want}")
    return "\n".join(line for line in lines if line)


def _typed(spec: Specification) -> Iterator[Assertion]:
    """What the specification already says in types."""
    for at, feature in enumerate(spec.features):
        yield from _ranked(f"features[{at}]", feature)
    for at, right in enumerate(spec.permissions):
        target = frozenset({"*"}) if right.entity == "*" else _stems(right.entity)
        for action in right.actions:
            verb = "may not" if right.effect == "deny" else "may"
            own = " own" if right.scope == "own" else ""
            yield Assertion(
                source=f"permissions[{at}]",
                slot="grant",
                operator=right.effect,
                value=right.scope,
                unit=action.value,
                about=frozenset({" ".join(known(spaced(right.actor)))}),
                target=target,
                shown=f"{spaced(right.actor)} {verb} {action.value}{own} {spaced(right.entity)}",
            )
    for at, entity in enumerate(spec.entities):
        yield from _entity(f"entities[{at}]", entity)


def _ranked(path: str, feature: Requirement) -> Iterator[Assertion]:
    name = frozenset({feature.id})
    yield Assertion(
        source=path, slot="rank", operator="is", value=feature.priority, about=name,
        shown=f"{feature.id} is {feature.priority}",
    )  # fmt: skip
    for needed in feature.depends_on:
        yield Assertion(
            source=path, slot="depends", operator="needs", about=name,
            target=frozenset({needed}), shown=f"{feature.id} depends on {needed}",
        )  # fmt: skip


def _entity(path: str, entity: Entity) -> Iterator[Assertion]:
    for at, one in enumerate(entity.fields):
        yield from _field(f"{path}.fields[{at}]", entity, one)
    for at, link in enumerate(entity.relations):
        yield _relation(f"{path}.relations[{at}]", entity, link)
    if entity.retention_days:
        days = float(entity.retention_days)
        yield Assertion(
            source=path, slot="retention", operator="in", value=Interval(days, days), unit="day",
            about=_stems(entity.name), shown=f"{spaced(entity.name)} is kept {days:.0f} days",
        )  # fmt: skip
    if entity.soft_delete:
        yield Assertion(
            source=path, slot="fact:soft", operator="is", value=True, about=_stems(entity.name),
            shown=f"{spaced(entity.name)} is only marked as deleted",
        )  # fmt: skip


def _field(path: str, entity: Entity, one: EntityField) -> Iterator[Assertion]:
    # What is not set is a default and nobody's claim.
    for kind, said in (("required", one.required), ("unique", one.unique)):
        if said:
            yield Assertion(
                source=path, slot=f"fact:{kind}", operator="is", value=True,
                about=_stems(entity.name, one.name),
                shown=f"{spaced(one.name)} of {spaced(entity.name)} is {kind}",
            )  # fmt: skip


def _relation(path: str, entity: Entity, link: Relation) -> Assertion:
    many = link.kind in _MANY
    return Assertion(
        source=path,
        slot="cardinality",
        operator="has",
        value="many" if many else "one",
        about=_stems(entity.name),
        target=_stems(link.target),
        shown=f"{spaced(entity.name)} has {'many' if many else 'one'} {spaced(link.target)}",
    )

"""Faults of requirements, permissions, criteria and the plan."""

from collections.abc import Iterator
from datetime import date

from menon.apps.socratic.specification.checks.known import Known
from menon.apps.socratic.specification.checks.problem import Problem, clashes, ended
from menon.apps.socratic.specification.model import Specification
from menon.apps.socratic.specification.requirements import Requirement
from menon.kit.graph import cycle
from menon.kit.text import shorten


def requirement_problems(spec: Specification, known: Known) -> Iterator[Problem]:
    """The faults of everything but the data."""
    yield from clashes(
        ((f"/actors/{n}/name", actor.name) for n, actor in enumerate(spec.actors)), "actors"
    )
    yield from _twice("/features", [feature.id for feature in spec.features], "requirements")
    yield from _twice("/nfr", [criterion.id for criterion in spec.nfr], "criteria")
    yield from _twice("/clarifications", [each.id for each in spec.clarifications], "answers")
    for n, feature in enumerate(spec.features):
        yield from _feature(feature, f"/features/{n}", known)
    yield from _circle(spec, known)
    for n, permission in enumerate(spec.permissions):
        if permission.actor not in known.actors:
            hint = known.instead(permission.actor, known.actors)
            text = f"A permission is for {permission.actor!r}, who is no actor; {hint}"
            yield Problem(f"/permissions/{n}/actor", "unknown_actor", ended(text))
        if permission.entity != "*" and permission.entity not in known.entities:
            hint = known.instead(permission.entity, known.entities)
            text = f"A permission of {permission.actor!r} is for {permission.entity!r}, "
            text += f"which is no entity; {hint}"
            yield Problem(f"/permissions/{n}/entity", "unknown_entity", ended(text))
    for n, milestone in enumerate(spec.milestones):
        if milestone.date is not None and not _is_date(milestone.date):
            text = f"The milestone {milestone.name!r} is on {milestone.date!r}, which is no date."
            yield Problem(f"/milestones/{n}/date", "bad_date", text)


def _feature(feature: Requirement, at: str, known: Known) -> Iterator[Problem]:
    if feature.story is not None and feature.story.actor not in known.actors:
        hint = known.instead(feature.story.actor, known.actors)
        text = f"The story of {feature.id} is told by {feature.story.actor!r}, who is no actor; "
        yield Problem(f"{at}/story/actor", "unknown_actor", ended(text + hint))
    for n, name in enumerate(feature.entities):
        if name not in known.entities:
            hint = known.instead(name, known.entities)
            text = f"{feature.id} is about {name!r}, which is no entity; {hint}"
            yield Problem(f"{at}/entities/{n}", "unknown_entity", ended(text))
    for n, other in enumerate(feature.depends_on):
        if other not in known.features:
            text = f"{feature.id} depends on {other}, which does not exist; remove or add it."
            yield Problem(f"{at}/depends_on/{n}", "unknown_requirement", text)


def _circle(spec: Specification, known: Known) -> Iterator[Problem]:
    before = {
        feature.id: tuple(other for other in feature.depends_on if other in known.features)
        for feature in spec.features
    }
    circle = cycle(before)[::-1]
    if circle:
        at = next(n for n, feature in enumerate(spec.features) if feature.id == circle[0])
        way = shorten(" -> ".join(circle), 500)
        text = f"The requirements wait for each other: {way}; remove one of these dependencies."
        yield Problem(f"/features/{at}/depends_on", "circular_dependency", text)


def _twice(at: str, ids: list[str], noun: str) -> Iterator[Problem]:
    seen = set[str]()
    for n, each in enumerate(ids):
        if each in seen:
            text = f"There are two {noun} with the id {each}; give one of them a new id."
            yield Problem(f"{at}/{n}/id", "duplicate_id", text)
        seen.add(each)


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True

"""Acceptance checks: what a requirement says, as requests and what must come of them.

A sentence → `Check`: either a test, or the reason why it cannot be one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from menon.apps.socratic.generator.model import EntityModel, FieldModel, Model
from menon.apps.socratic.generator.proving import covers, expected
from menon.apps.socratic.generator.reading import Sentence
from menon.apps.socratic.generator.spelling import limits
from menon.apps.socratic.specification.requirements import Requirement, Scenario

FILE: Final = "tests/test_acceptance.py"


@dataclass(frozen=True, kw_only=True)
class Act:
    """One request: who does what to a record of whom, with which values."""

    role: str | None
    entity: EntityModel
    verb: str
    owner: int = 1
    omitted: str = ""
    values: tuple[tuple[str, Any], ...] = ()
    twin: str = ""
    """A field whose value another record has already."""
    source: str = ""
    target: str = ""
    status: int = 0


@dataclass(frozen=True, kw_only=True)
class Check:
    """A sentence of a requirement, and the test of it, or why there is none."""

    requirement: str
    kind: str
    """`story`, `ears` or `scenario`."""
    number: int
    text: str
    act: Act | None = None
    reason: str = ""

    @property
    def name(self) -> str:
        """The name of its test."""
        return f"test_{self.requirement.lower().replace('-', '_')}_{self.kind}_{self.number}"

    @property
    def test(self) -> str:
        """The address of its test; empty where there is none."""
        return f"{FILE}::{self.name}" if self.act else ""


def checks(model: Model) -> list[Check]:
    """Every story, EARS sentence and scenario of every requirement, in their order."""
    return [check for feature in model.spec.features for check in _of(feature, model)]


def _of(feature: Requirement, model: Model) -> Iterator[Check]:
    if feature.story:
        want = f"{feature.story.actor} wants to {feature.story.want}"
        yield _check(feature, "story", 1, want, model, given="", when=want, then="is stored")
    for number, sentence in enumerate(feature.ears, 1):
        when, then = _ears(sentence)
        yield _check(feature, "ears", number, sentence, model, given="", when=when, then=then)
    for number, scenario in enumerate(feature.scenarios, 1):
        given, when, then = (". ".join(part) for part in _parts(scenario))
        told = f"Given {given}, when {when}, then {then}" if given else f"When {when}, then {then}"
        yield _check(feature, "scenario", number, told, model, given=given, when=when, then=then)


def _parts(scenario: Scenario) -> tuple[list[str], list[str], list[str]]:
    return scenario.given, scenario.when, scenario.then


def _ears(sentence: str) -> tuple[str, str]:
    """The event and the response of `When ..., the X shall ...`; no event is the response."""
    found = re.match(
        r"\s*(?:when|if|while|where)\s+(.*?),?\s+(?:then\s+)?the\s+[\w\s-]{1,60}?\s+shall\s+(.*)",
        sentence,
        re.IGNORECASE | re.DOTALL,
    )
    if found:
        return found[1], found[2]
    _, shall, response = sentence.partition(" shall ")
    return (response, response) if shall else (sentence, sentence)


def _check(
    feature: Requirement,
    kind: str,
    number: int,
    text: str,
    model: Model,
    *,
    given: str,
    when: str,
    then: str,
) -> Check:
    made = Check(requirement=feature.id, kind=kind, number=number, text=text)
    found = _Reading(feature, model, given, when, then).act()
    return replace(made, act=found) if isinstance(found, Act) else replace(made, reason=found)


class _Reading:
    """The three parts of a check, read together."""

    def __init__(
        self, feature: Requirement, model: Model, given: str, when: str, then: str
    ) -> None:
        self.feature, self.model = feature, model
        self.given = Sentence(text=given, model=model)
        self.when = Sentence(text=when, model=model)
        self.then = Sentence(text=then, model=model)
        self.all = Sentence(text=f"{given}. {when}. {then}", model=model)
        self.before = Sentence(text=f"{given}. {when}", model=model)

    def act(self) -> Act | str:
        """The request, or why there is none."""
        entity = self._entity()
        if entity is None:
            return "it names no entity of the specification"
        target = self._target(entity)
        verb = "move" if target and self._moves(entity) else self.when.verb()
        if verb is None:
            return "it names nothing that the API does to a record"
        if not (self.then.refused or self.then.done):
            return "what must follow cannot be seen through the API"
        role = self._role(entity, "update" if verb == "move" else verb)
        act = Act(role=role, entity=entity, verb=verb, owner=self._owner(role, entity, verb))
        if verb == "move":
            act = replace(act, target=target or "", source=self._source(entity, target or ""))
        return self._decided(act)

    def _entity(self) -> EntityModel | None:
        known = self.model.by_written
        preferred = [known[name] for name in self.feature.entities if name in known]
        found = self.when.entity(preferred) or self.given.entity(preferred)
        return found or self.then.entity(preferred) or (preferred[0] if preferred else None)

    def _target(self, entity: EntityModel) -> str | None:
        cycle = entity.life_cycle
        if cycle is None:
            return None
        states = [s for s in cycle.states if s != cycle.initial]
        return self.when.state(states) or (
            None if self.when.verb() in {"create", "read", "delete"} else self.then.state(states)
        )

    def _moves(self, entity: EntityModel) -> bool:
        """A state that is named moves the record, unless the record is made, read or deleted."""
        return entity.life_cycle is not None and self.when.verb() in {None, "update"}

    def _source(self, entity: EntityModel, target: str) -> str:
        """The state before: the one that is given, else one that leads on, else the first."""
        cycle = entity.life_cycle
        if cycle is None:
            return ""
        said = self.given.state([s for s in cycle.states if s != target])
        leading = next((t.source for t in cycle.transitions if t.target == target), cycle.initial)
        return said or leading

    def _role(self, entity: EntityModel, verb: str) -> str | None:
        if self.before.nobody:
            return None
        named = self.when.actor() or self.given.actor()
        said = named.name if named else self._story_actor()
        if said is not None:
            return said
        able = [r.name for r in self.model.roles if expected(entity, r.name, 1, verb) < 300]
        return able[0] if able else self.model.roles[0].name

    def _story_actor(self) -> str | None:
        story = self.feature.story
        return next((r.name for r in self.model.roles if story and r.title == story.actor), None)

    def _owner(self, role: str | None, entity: EntityModel, verb: str) -> int:
        if self.before.others:
            return 2
        action = {"move": "update"}.get(verb, verb)
        seen = entity.rights[action].get(role or "")
        return 1 if seen is None or covers(seen, 1) else 2

    def _decided(self, act: Act) -> Act | str:
        """The request with the status that the specification gives it, if the sentence agrees."""
        act = self._with_values(act)
        status = _oracle(act)
        if self.then.refused and status < 400:
            return "no rule of the specification refuses it: no right, limit or state says so"
        if not self.then.refused and status >= 400:
            return f"the specification refuses it with {status}, which contradicts the sentence"
        return replace(act, status=status)

    def _with_values(self, act: Act) -> Act:
        entity = act.entity
        if act.verb not in {"create", "update"}:
            return act
        missing = self.when.left_out(entity)
        if missing and self.then.refused:
            return replace(act, omitted=missing.name)
        values: list[tuple[str, Any]] = []
        for field in entity.writable:
            value = self._value(field)
            if value is not None:
                values.append((field.name, value))
        twin = next((f.name for f in entity.writable if f.unique and self._doubled(f)), "")
        return replace(act, values=tuple(values), twin=twin if self.then.refused else "")

    def _value(self, field: FieldModel) -> Any:
        number = self.when.number(field) if "ge" in _numeric(field) else None
        if number is not None:
            return int(number) if float(number).is_integer() else number
        text = self.when.quoted(field) if field.type.value in {"string", "text"} else None
        if text is None or field.unique:
            return None
        return text if _fits(field, text) or self.then.refused else None

    def _doubled(self, field: FieldModel) -> bool:
        return self.all.twice and self.all.says(field.title)


def _numeric(field: FieldModel) -> str:
    return "ge" if field.type.value in {"integer", "decimal", "float"} else ""


def _fits(field: FieldModel, value: Any) -> bool:
    """Whether a value is within the limits of a field."""
    given = limits(field)
    if isinstance(value, str):
        right = field.pattern is None or re.search(field.pattern, value) is not None
        return right and given.get("min_length", 0) <= len(value) <= given.get("max_length", 10**9)
    whole = field.type.value != "integer" or float(value).is_integer()
    return (
        whole
        and value >= given.get("ge", value)
        and value <= given.get("le", value)
        and ("gt" not in given or value > given["gt"])
        and ("lt" not in given or value < given["lt"])
    )


def _oracle(act: Act) -> int:
    """The status that the specification gives a request."""
    if act.role is None:
        return 401
    fields = {f.name: f for f in act.entity.fields}
    if act.omitted or _unfit(act, fields):
        return 422  # the body is read before rights are asked
    if act.verb == "create":
        allowed = act.role in act.entity.rights["create"]
        return (409 if act.twin else 201) if allowed else 403
    action = {"move": "update"}.get(act.verb, act.verb)
    status = expected(act.entity, act.role, act.owner, action)
    if status >= 400:
        return status
    if act.verb == "move":
        return _moved(act)
    return 409 if act.twin else status


def _unfit(act: Act, fields: dict[str, FieldModel]) -> bool:
    return any(not _fits(fields[name], value) for name, value in act.values)


def _moved(act: Act) -> int:
    cycle = act.entity.life_cycle
    if cycle is None or act.source == act.target:
        return 200
    steps = (t for t in cycle.transitions if (t.source, t.target) == (act.source, act.target))
    step = next(steps, None)
    if step is None:
        return 409
    return 200 if not step.roles or act.role in step.roles else 403


def executable(found: Iterable[Check]) -> list[Check]:
    """Those that have a test."""
    return [check for check in found if check.act is not None]

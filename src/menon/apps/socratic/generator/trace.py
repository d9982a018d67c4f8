"""The trace matrix: requirement → question → code → test, and what no test can prove."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from menon.apps.socratic.generator import intermediate
from menon.apps.socratic.generator.acceptance import FILE, Check, checks
from menon.apps.socratic.generator.layout import LAYOUTS, file, tests_of
from menon.apps.socratic.generator.model import EntityModel, Model, Options
from menon.apps.socratic.generator.names import words
from menon.apps.socratic.specification.model import Specification, Style
from menon.apps.socratic.specification.renderers.criteria import measured
from menon.apps.socratic.specification.requirements import Requirement


@dataclass(frozen=True, kw_only=True)
class TraceRow:
    """One requirement, from the answer that it comes from to the tests that prove it."""

    requirement: str
    title: str
    question: str
    code: list[str]
    tests: list[str]
    unproven: list[str]
    """Sentences that no test can prove, each with the reason."""

    def plain(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def matrix(spec: Specification, tree: Mapping[str, bytes]) -> list[TraceRow]:
    """The rows of a specification, with the files that a tree really has."""
    model = intermediate.build(spec)
    style = next(
        (
            s
            for s in Style
            for p in [_paths_of(s, e) for e in model.entities[:1]]
            if set(p) <= set(tree)
        ),
        model.style,
    )
    found = rows(model, Options(style=style), checks(model))
    return [
        TraceRow(
            requirement=row.requirement,
            title=row.title,
            question=row.question,
            code=[path for path in row.code if path in tree],
            tests=[test for test in row.tests if test.partition("::")[0] in tree],
            unproven=row.unproven,
        )
        for row in found
    ]


def rows(model: Model, options: Options, found: Iterable[Check]) -> list[TraceRow]:
    """The rows: features, then permissions, entities, qualities and constraints."""
    style = options.style or model.style
    told = list(found)
    return [
        *(_feature(f, model, style, told) for f in model.spec.features),
        *_permissions(model, style),
        *_entities(model, style),
        *_qualities(model),
    ]


def _feature(feature: Requirement, model: Model, style: Style, found: list[Check]) -> TraceRow:
    mine = [check for check in found if check.requirement == feature.id]
    named = [model.by_written[n] for n in feature.entities if n in model.by_written]
    acted = [check.act.entity for check in mine if check.act]
    text = " ".join(words(feature.title))
    mentioned = [e for e in model.entities if f" {e.title} " in f" {text} "]
    entities = dict.fromkeys(e.name for e in [*named, *acted, *mentioned])
    return TraceRow(
        requirement=feature.id,
        title=feature.title,
        question=feature.source,
        code=[p for name in entities for p in _paths_of(style, model.by_name[name])],
        tests=[check.test for check in mine if check.test],
        unproven=[f"{c.kind} {c.number}: {c.text} ({c.reason})" for c in mine if not c.act],
    )


def _permissions(model: Model, style: Style) -> Iterable[TraceRow]:
    for number, permission in enumerate(model.spec.permissions, 1):
        chosen = [e for e in model.entities if permission.entity in {"*", e.written}]
        actions = ", ".join(permission.actions)
        yield TraceRow(
            requirement=f"PERM-{number:03d}",
            title=f"{permission.actor}: {permission.effect} {actions} {permission.entity} "
            f"({permission.scope})",
            question=permission.source,
            code=[file(LAYOUTS[style]["rules"].format(name=e.name)) for e in chosen],
            tests=[f"{tests_of(e.name)}::TestPermissions" for e in chosen],
            unproven=[] if chosen else ["there is no such entity"],
        )


def _entities(model: Model, style: Style) -> Iterable[TraceRow]:
    for entity in model.entities:
        source = model.spec.entities
        written = next((e.source for e in source if e.name == entity.written), "")
        yield TraceRow(
            requirement=f"ENTITY-{entity.written}",
            title=f"{entity.written}: {entity.description}".rstrip(": "),
            question=written,
            code=_paths_of(style, entity),
            tests=[tests_of(entity.name)],
            unproven=[],
        )


def _qualities(model: Model) -> Iterable[TraceRow]:
    for criterion in model.spec.nfr:
        yield TraceRow(
            requirement=criterion.id,
            title=measured(criterion),
            question=criterion.source,
            code=[],
            tests=[],
            unproven=["it must be measured where the system runs; see `/metrics`"],
        )
    for number, constraint in enumerate(model.spec.constraints, 1):
        yield TraceRow(
            requirement=f"CONSTRAINT-{number:03d}",
            title=f"{constraint.kind}: {constraint.text}",
            question=constraint.source,
            code=[],
            tests=[],
            unproven=["it binds the project, not the behaviour of the code"],
        )


def _paths_of(style: Style, entity: EntityModel) -> list[str]:
    return [file(pattern.format(name=entity.name)) for pattern in LAYOUTS[style].values()]


__all__ = ["FILE", "TraceRow", "matrix", "rows"]

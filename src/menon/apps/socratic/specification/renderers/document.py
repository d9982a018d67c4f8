"""The specification as `spec.md`, by the section titles that users of GitHub's spec-kit know."""

from collections.abc import Iterator

from menon.apps.socratic.questions.titles import title
from menon.apps.socratic.specification.data import Entity, EntityField, Relation
from menon.apps.socratic.specification.model import LEFT_OPEN, Specification
from menon.apps.socratic.specification.renderers.criteria import measured
from menon.apps.socratic.specification.renderers.markdown import block, inline
from menon.apps.socratic.specification.renderers.origins import numbered
from menon.apps.socratic.specification.renderers.stories import reason, teller, wish
from menon.apps.socratic.specification.requirements import Requirement, Scenario

_RANK = {"P1": "without it the rest has no use", "P2": "it matters soon after", "P3": "it can wait"}


def render(spec: Specification) -> str:
    """Markdown; nothing that people wrote acts as mark-up."""
    parts = [
        _head(spec),
        _stories(spec),
        _edges(spec),
        _requirements(spec),
        _entities(spec),
        _success(spec),
        _listed("Constraints", (f"**{c.kind}**: {inline(c.text)}" for c in spec.constraints)),
        _plan(spec),
        _scope(spec),
        _listed("Assumptions", _assumed(spec)),
        _clarifications(spec),
        _conflicts(spec),
        _listed(
            "Glossary",
            (f"**{inline(term.term)}**: {inline(term.meaning)}" for term in spec.glossary),
        ),
        _listed("Notes", map(inline, spec.notes)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _head(spec: Specification) -> str:
    about = spec.project
    parts = [f"# Feature Specification: {inline(about.name)}", block(about.description)]
    if about.problem:
        parts.append(f"**Problem**: {block(about.problem)}")
    actors = [_dashed(inline(a.name), inline(a.description)) for a in spec.actors]
    if actors:
        parts.append("**Actors**:\n\n" + "\n".join(f"- {actor}" for actor in actors))
    return "\n\n".join(part for part in parts if part)


def _stories(spec: Specification) -> str:
    parts = ["## User Scenarios & Testing"]
    ranked = sorted(spec.features, key=lambda feature: feature.priority)
    for number, feature in enumerate(ranked, 1):
        parts += _story(number, feature)
    if not ranked:
        parts.append("No story has been told yet.")
    return "\n\n".join(parts)


def _story(number: int, feature: Requirement) -> Iterator[str]:
    yield f"### User Story {number} - {inline(feature.title)} (Priority: {feature.priority})"
    if feature.story:
        why = reason(feature.story)
        told = f"{teller(feature.story)} {wish(feature.story)}{', ' if why else ''}{why}"
        yield f"{inline(told).rstrip('.')}."
    if feature.description:
        yield block(feature.description)
    yield f"**Why this priority**: {_RANK[feature.priority]}."
    yield f"**Requirement**: {feature.id}"
    shown = [_scenario(scenario) for scenario in feature.scenarios]
    if shown:
        lines = [f"{n}. {text}" for n, text in enumerate(shown, 1)]
        yield "**Acceptance Scenarios**:\n\n" + "\n".join(lines)


def _scenario(scenario: Scenario) -> str:
    steps = [
        f"**{word}** {' **And** '.join(map(inline, lines))}"
        for word, lines in (
            ("Given", scenario.given),
            ("When", scenario.when),
            ("Then", scenario.then),
        )
        if lines
    ]
    return (f"*{inline(scenario.name)}*: " if scenario.name else "") + ", ".join(steps)


def _edges(spec: Specification) -> str:
    """What is unwanted (EARS `If`), and what each record refuses."""
    lines = [
        f"{inline(text)} ({feature.id})"
        for feature in spec.features
        for text in feature.ears
        if text.lower().startswith("if ")
    ]
    for entity in spec.entities:
        lines += [
            f"{inline(entity.name)}: {inline(field.name)} {refused}"
            for field in entity.fields
            if (refused := _limits(field))
        ]
    body = "\n".join(f"- {line}" for line in lines) or "- None has been named."
    return f"### Edge Cases\n\n{body}"


def _limits(field: EntityField) -> str:
    said = [
        f"is {words} {value:g}"
        for words, value in (
            ("at least", field.min),
            ("at most", field.max),
            ("above", field.above),
            ("below", field.below),
        )
        if value is not None
    ]
    if field.min_length is not None:
        said.append(f"has at least {field.min_length} characters")
    if field.max_length is not None:
        said.append(f"has at most {field.max_length} characters")
    if field.pattern:
        said.append(f"matches {inline(field.pattern)}")
    return ", ".join(said)


def _requirements(spec: Specification) -> str:
    lines = [_requirement(spec, feature) for feature in spec.features]
    body = "\n".join(lines) or "- None has been agreed yet."
    rights = [
        f"- {inline(p.actor)} {'may not' if p.effect == 'deny' else 'may'} "
        f"{', '.join(p.actions)} {'every entity' if p.entity == '*' else inline(p.entity)}"
        + (" of their own" if p.scope == "own" else "")
        for p in spec.permissions
    ]
    allowed = "\n\n### Permissions\n\n" + "\n".join(rights) if rights else ""
    return f"## Requirements\n\n### Functional Requirements\n\n{body}{allowed}"


def _requirement(spec: Specification, feature: Requirement) -> str:
    statements = [inline(text) for text in feature.ears] or [inline(feature.title)]
    after = f" Depends on {', '.join(feature.depends_on)}." if feature.depends_on else ""
    asked = f" ({inline(numbered(spec, feature.source))})" if feature.source else ""
    return f"- **{feature.id}** ({feature.priority}): {' '.join(statements)}{after}{asked}"


def _entities(spec: Specification) -> str:
    if not spec.entities:
        return ""
    lines: list[str] = []
    for entity in spec.entities:
        lines.append(f"- **{inline(entity.name)}**: {_entity(entity)}")
        lines += [f"  - {_field(field)}" for field in entity.fields]
        lines += [f"  - {_relation(relation)}" for relation in entity.relations]
        if entity.life_cycle:
            steps = [
                f"{inline(t.source)} → {inline(t.target)}" for t in entity.life_cycle.transitions
            ]
            way = f", then {'; '.join(steps)}" if steps else ""
            lines.append(f"  - life cycle: begins as {inline(entity.life_cycle.initial)}{way}")
    for enum in spec.enums:
        lines.append(f"- **{inline(enum.name)}**: one of {', '.join(map(inline, enum.values))}")
    return "### Key Entities\n\n" + "\n".join(lines)


def _entity(entity: Entity) -> str:
    facts = ["belongs to the user who made it"] if entity.owned else []
    facts += ["is kept when deleted"] if entity.soft_delete else []
    facts += ["can be searched"] if entity.search else []
    if entity.retention_days:
        facts.append(f"is kept for {entity.retention_days} days")
    said = "; ".join(facts) or "a record that the system keeps"
    return f"{inline(entity.description)} ({said})" if entity.description else said


def _field(field: EntityField) -> str:
    facts = [inline(field.enum) if field.enum else field.type.value]
    facts += [word for word in ("required", "unique") if getattr(field, word)]
    if field.default is not None:
        facts.append(f"at first {inline(str(field.default))}")
    return _dashed(f"{inline(field.name)} ({', '.join(facts)})", inline(field.description))


def _relation(relation: Relation) -> str:
    kind = relation.kind.value.replace("_", " ")
    needed = ", required" if relation.required else ""
    return f"{inline(relation.name)} → {inline(relation.target)} ({kind}{needed})"


def _success(spec: Specification) -> str:
    lines = [f"- **{each.id}**: {inline(measured(each))}" for each in spec.nfr]
    lines += [f"- {inline(text)}" for text in spec.project.success]
    body = "\n".join(lines) or "- None has been agreed yet."
    return f"## Success Criteria\n\n### Measurable Outcomes\n\n{body}"


def _plan(spec: Specification) -> str:
    return _listed(
        "Milestones",
        (
            inline(each.name)
            + (f", {each.days:g} days" if each.days is not None else "")
            + (f", by {each.date}" if each.date else "")
            for each in spec.milestones
        ),
    )


def _scope(spec: Specification) -> str:
    lines = [f"- in: {inline(text)}" for text in spec.scope.inside]
    lines += [f"- out: {inline(text)}" for text in spec.scope.outside]
    return "## Scope\n\n" + "\n".join(lines) if lines else ""


def _clarifications(spec: Specification) -> str:
    return _listed(
        "Clarifications",
        (
            f"Q: {inline(c.question)} → A: {inline(c.answer)} (answer {n})"
            for n, c in enumerate(spec.clarifications, 1)
        ),
    )


def _conflicts(spec: Specification) -> str:
    return _listed(
        "Conflicts",
        (
            f"**{inline(c.type)}** ({c.grade}, {c.state}): {inline(c.why)}"
            + (f" {inline(c.reason)}" if c.reason else "")
            for c in spec.conflicts
        ),
    )


def _assumed(spec: Specification) -> Iterator[str]:
    """What is assumed, the same of several things in one line, and what is left open."""
    said: dict[tuple[str, str], list[str]] = {}
    for each in spec.assumptions:
        name, subject = title(each.slot)
        said.setdefault((each.text, name), []).append(subject)
    left: list[str] = []
    for (text, name), subjects in said.items():
        of = ", ".join(subject for subject in subjects if subject)
        whole = f"{name} of {of}" if of else name
        if text == LEFT_OPEN:
            left.append(whole)
        else:
            yield f"**{inline(whole)}**: {inline(text)}"
    if left:
        yield f"Nobody could say, so these are left open: {inline('; '.join(left))}"


def _listed(title: str, lines: Iterator[str]) -> str:
    body = "\n".join(f"- {line}" for line in lines)
    return f"## {title}\n\n{body}" if body else ""


def _dashed(name: str, text: str) -> str:
    return f"{name}: {text}" if text else name

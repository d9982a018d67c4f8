"""Scenarios as Gherkin: one document with a rule for each requirement, or a file for each."""

from collections.abc import Iterator

from menon.apps.socratic.specification.model import Specification
from menon.apps.socratic.specification.naming import snake
from menon.apps.socratic.specification.renderers.stories import reason, teller, wish
from menon.apps.socratic.specification.requirements import Requirement, Scenario


def render(spec: Specification) -> str:
    """One feature, the project, with a rule for each requirement."""
    lines = [f"Feature: {_line(spec.project.name)}"]
    for feature in spec.features:
        lines += ["", f"  @{feature.id} @{feature.priority}"]
        lines.append(f"  Rule: {feature.id} {_line(feature.title)}".rstrip())
        lines += _body(feature, "    ")
    return "\n".join(lines) + "\n"


def files(spec: Specification) -> dict[str, str]:
    """A feature file for each requirement, by its name: `fr_001_order_books.feature`."""
    made: dict[str, str] = {}
    for feature in spec.features:
        lines = [f"@{feature.id} @{feature.priority}", f"Feature: {_line(feature.title)}".rstrip()]
        lines += _body(feature, "  ")
        name = f"{feature.id.lower().replace('-', '_')}_{snake(feature.title)[:60]}.feature"
        made[name] = "\n".join(lines) + "\n"
    return made


def _body(feature: Requirement, indent: str) -> Iterator[str]:
    if feature.story:
        # Each line begins with a word of ours, so that none is read as a keyword.
        yield f"{indent}{_line(teller(feature.story))}"
        yield f"{indent}{_line(wish(feature.story))}"
        if why := reason(feature.story):
            yield f"{indent}S{_line(why[1:])}"
    for number, scenario in enumerate(feature.scenarios, 1):
        yield ""
        yield f"{indent}Scenario: {_line(scenario.name) or f'{feature.id} example {number}'}"
        yield from _steps(scenario, f"{indent}  ")


def _steps(scenario: Scenario, indent: str) -> Iterator[str]:
    groups = (("Given", scenario.given), ("When", scenario.when), ("Then", scenario.then))
    for word, lines in groups:
        said = [_line(line) for line in lines if line.strip()]
        for number, text in enumerate(said):
            yield f"{indent}{'And' if number else word} {text}"


def _line(text: str) -> str:
    """One line: a line break would begin another step."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())

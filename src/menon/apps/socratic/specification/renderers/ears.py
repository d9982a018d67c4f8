"""The requirements as `requirements.md`, each a numbered EARS statement with its pattern."""

import re
from typing import Final

from menon.apps.socratic.specification.model import Specification
from menon.apps.socratic.specification.renderers.criteria import measured
from menon.apps.socratic.specification.renderers.markdown import inline
from menon.apps.socratic.specification.renderers.origins import quoted
from menon.apps.socratic.specification.requirements import Requirement

_PATTERNS: Final = (
    ("complex", re.compile(r"(?i)^(while|where)\b.*\b(when|if)\b")),
    ("event", re.compile(r"(?i)^when\b")),
    ("unwanted", re.compile(r"(?i)^if\b")),
    ("state", re.compile(r"(?i)^while\b")),
    ("optional", re.compile(r"(?i)^where\b")),
)


def pattern(statement: str) -> str:
    """Which of the EARS patterns a sentence follows; `ubiquitous` has no condition."""
    return next((name for name, form in _PATTERNS if form.match(statement)), "ubiquitous")


def render(spec: Specification) -> str:
    """Markdown; nothing that people wrote acts as mark-up."""
    parts = [f"# Requirements: {inline(spec.project.name)}"]
    parts += [_feature(spec, feature) for feature in spec.features]
    if spec.nfr:
        lines = [
            f"- **{each.id}** (ubiquitous): The system shall keep {inline(measured(each))}."
            for each in spec.nfr
        ]
        parts.append("## Quality\n\n" + "\n".join(lines))
    if spec.constraints:
        lines = [f"- ({each.kind}) {inline(each.text)}" for each in spec.constraints]
        parts.append("## Constraints\n\n" + "\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _feature(spec: Specification, feature: Requirement) -> str:
    lines = [f"## {feature.id} {inline(feature.title)} ({feature.priority})", ""]
    statements = feature.ears or [f"The system shall support: {feature.title.rstrip('.')}."]
    lines += [
        f"- **{feature.id}.{number}** ({pattern(text)}): {inline(text)}"
        for number, text in enumerate(statements, 1)
    ]
    if feature.depends_on:
        lines += ["", f"Depends on {', '.join(feature.depends_on)}."]
    if feature.source:
        lines += ["", f"Source: {inline(quoted(spec, feature.source))}"]
    return "\n".join(lines)

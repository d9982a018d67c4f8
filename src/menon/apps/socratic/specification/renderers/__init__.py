"""A specification as documents that people and other programs read; all are pure functions."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from menon.apps.socratic.specification import jdl
from menon.apps.socratic.specification.model import Specification
from menon.apps.socratic.specification.renderers import (
    as_json,
    diagram,
    document,
    ears,
    gherkin,
    json_schema,
    openapi,
)

__all__ = ["RENDERERS", "Renderer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Renderer:
    """A kind of document."""

    name: str
    title: str
    file: str
    """What it is called in a folder or a download."""
    media_type: str
    render: Callable[[Specification], str]

    def __call__(self, spec: Specification) -> str:
        return self.render(spec)


_ALL: Final = (
    Renderer(
        name="spec",
        title="Specification",
        file="spec.md",
        media_type="text/markdown",
        render=document.render,
    ),
    Renderer(
        name="requirements",
        title="Requirements (EARS)",
        file="requirements.md",
        media_type="text/markdown",
        render=ears.render,
    ),
    Renderer(
        name="gherkin",
        title="Scenarios (Gherkin)",
        file="scenarios.feature",
        media_type="text/x-gherkin",
        render=gherkin.render,
    ),
    Renderer(
        name="er",
        title="Data model (Mermaid)",
        file="data-model.mmd",
        media_type="text/vnd.mermaid",
        render=diagram.render,
    ),
    Renderer(
        name="openapi",
        title="Interface (OpenAPI 3.1)",
        file="openapi.json",
        media_type="application/vnd.oai.openapi+json;version=3.1",
        render=openapi.render,
    ),
    Renderer(
        name="json_schema",
        title="Records (JSON Schema)",
        file="schema.json",
        media_type="application/schema+json",
        render=json_schema.render,
    ),
    Renderer(
        name="jdl",
        title="Model (JDL)",
        file="model.jdl",
        media_type="text/x-jdl",
        render=jdl.write,
    ),
    Renderer(
        name="json",
        title="Specification (JSON)",
        file="specification.json",
        media_type="application/json",
        render=as_json.render,
    ),
)

RENDERERS: Final[Mapping[str, Renderer]] = {renderer.name: renderer for renderer in _ALL}
"""Every kind of document by its name; `RENDERERS["spec"](specification)` is the text."""

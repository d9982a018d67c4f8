"""What is to be known of an agent type by whoever uses it: as data, as Markdown, as a page."""

import json
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any, cast

from menon.core.web.prose import rendered
from menon.features.agents.types.schemas import TypeIn, TypeOut

_EXAMPLES: Mapping[str, Any] = {
    "string": "text",
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "null": None,
}
_DEEPEST = 6


def as_json(shown: TypeOut, body: TypeIn) -> dict[str, Any]:
    """Everything that a program may want to know."""
    return {
        "agent_type": shown.agent_type,
        "name": shown.name,
        "version": shown.version,
        "is_deprecated": shown.is_deprecated,
        "description": shown.description,
        "capabilities": shown.capabilities,
        "tools": shown.tools,
        "input_schema": body.input_schema,
        "output_schema": body.output_schema,
        "data_models": {
            name: model.model_dump(mode="json", exclude_defaults=True)
            for name, model in body.data_models.items()
        },
        "steps": [
            {"name": step.name, "type": step.type, "description": step.description}
            for step in body.processing_pipeline.steps
        ],
        "limits": body.limits.model_dump(),
        "example": _request(body),
        "breaking": shown.breaking,
    }


def as_markdown(shown: TypeOut, body: TypeIn) -> str:
    """The same for people."""
    return "\n".join(_lines(shown, body)).rstrip() + "\n"


def as_html(shown: TypeOut, body: TypeIn) -> str:
    """The same as a page of its own: no script, no style, nothing from elsewhere."""
    title = escape(shown.name)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"</head><body><main>{rendered(as_markdown(shown, body))}</main></body></html>"
    )


def example(schema: Mapping[str, Any], depth: int = 0) -> Any:
    """A value that shows the shape of a schema."""
    for name in ("const", "default"):
        if name in schema:
            return schema[name]
    for name in ("examples", "enum"):
        if schema.get(name):
            return schema[name][0]
    told = schema.get("type", "object" if "properties" in schema else "string")
    kind = told if isinstance(told, str) else next((k for k in told if k != "null"), "null")
    if kind == "object":
        parts: Mapping[str, Any] = schema.get("properties", {}) if depth < _DEEPEST else {}
        return {n: example(_part(part), depth + 1) for n, part in parts.items()}
    if kind == "array":
        items = schema.get("items")
        return [example(_part(items), depth + 1)] if items and depth < _DEEPEST else []
    return _EXAMPLES.get(kind, "text")


def _lines(shown: TypeOut, body: TypeIn) -> Iterator[str]:
    yield f"# {_text(shown.name)}"
    yield ""
    state = ", deprecated: no more agents are made of it" if shown.is_deprecated else ""
    yield f"Agent type `{shown.agent_type}`, version {shown.version}{state}."
    yield ""
    if shown.description:
        yield from (_text(shown.description), "")
    yield from _listed("What its agents can be asked for", shown.capabilities)
    yield from _table("Input", body.input_schema)
    yield from _table("Output", body.output_schema)
    if body.processing_pipeline.steps:
        yield from ("## Steps", "")
        declared = {step.name: step for step in body.processing_pipeline.steps}
        for number, step in enumerate((declared[name] for name in shown.steps), start=1):
            note = f": {_text(step.description)}" if step.description else ""
            yield f"{number}. `{step.name}` ({step.type}){note}"
        yield ""
    for name, model in body.data_models.items():
        yield from (f"## Records: `{model.table_name or name}`", "")
        yield from ("| field | type | required | what it is |", "|---|---|---|---|")
        for key, one in model.fields.items():
            needed = "yes" if one.required else "no"
            yield f"| `{key}` | {one.type} | {needed} | {_cell(one.description)} |"
        yield ""
    yield from _listed("Tools", shown.tools)
    yield from _example(body)
    yield from _listed("What this version broke of the one before", shown.breaking)


def _listed(title: str, names: list[str]) -> Iterator[str]:
    if names:
        yield from (f"## {title}", "")
        yield from (f"* `{name.replace('`', '')}`" for name in names)
        yield ""


def _table(title: str, schema: Mapping[str, Any]) -> Iterator[str]:
    parts: Mapping[str, Any] = schema.get("properties", {})
    if not parts:
        if schema:
            yield from (f"## {title}", "", _block(schema), "")
        return
    yield from (f"## {title}", "", "| field | type | required | what it is |", "|---|---|---|---|")
    required = schema.get("required", [])
    for name, part in parts.items():
        one = _part(part)
        needed = "yes" if name in required else "no"
        key = name.replace("`", "").replace("|", "")
        yield f"| `{key}` | {_kind(one)} | {needed} | {_cell(str(one.get('description', '')))} |"
    yield ""


def _example(body: TypeIn) -> Iterator[str]:
    yield from ("## Run an agent of it", "", "`POST /api/v1/agents/{agent}/run`", "")
    yield from (_block(_request(body)), "")


def _request(body: TypeIn) -> dict[str, Any]:
    return {"input": example({"type": "object", **body.input_schema})}


def _kind(schema: Mapping[str, Any]) -> str:
    told = schema.get("type", "any")
    kind = told if isinstance(told, str) else " or ".join(map(str, told))
    return f"{kind}, one of {_cell(json.dumps(schema['enum']))}" if "enum" in schema else kind


def _part(schema: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", schema) if isinstance(schema, dict) else {}


def _block(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=2).replace("```", "` ` `")
    return f"```json\n{text}\n```"


def _text(text: str) -> str:
    return " ".join(text.split())


def _cell(text: str) -> str:
    return _text(text).replace("|", "\\|")

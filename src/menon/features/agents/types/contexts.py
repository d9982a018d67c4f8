"""What the pages of agent types show and do."""

import json
from collections.abc import Mapping
from typing import Any

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import Response

from menon.core.auth import Principal
from menon.core.errors import InvalidInput, MenonError
from menon.core.http import Page
from menon.core.runtime import Runtime
from menon.core.web.forms import Form
from menon.core.web.prose import rendered
from menon.core.web.render import redirect, render
from menon.features.agents.contexts import may_write
from menon.features.agents.forms import TypeForm
from menon.features.agents.types import document as type_document
from menon.features.agents.types import service as type_service
from menon.features.agents.types.schemas import TypePut

_FIRST: Mapping[str, Any] = {
    "agent_type": "greeter",
    "metadata": {"name": "Greeter", "description": "Greets whom it is told."},
    "tools": [],
    "input_schema": {
        "type": "object",
        "required": ["whom"],
        "properties": {"whom": {"type": "string", "description": "A name."}},
    },
    "output_schema": {"type": "string"},
    "processing_pipeline": {
        "steps": [
            {"name": "hello", "type": "transform", "config": {"value": "Hello, {{ input.whom }}."}}
        ]
    },
}


async def listing(runtime: Runtime, who: Principal) -> dict[str, Any]:
    """The types that one may use."""
    found = (await type_service.listing(runtime, who, Page(200), deprecated=True)).items
    return {"types": [one.model_dump() for one in found], "may_write": may_write(who)}


async def detail(runtime: Runtime, who: Principal, name: str) -> dict[str, Any]:
    """A type with its documentation and its schema."""
    shown, body = await type_service.get(runtime, who, name)
    text = type_document.as_markdown(shown.model_copy(update={"description": ""}), body)
    return {
        "type": shown.model_dump(),
        "documentation": rendered(text.partition("\n")[2]),
        "schema": _text(await type_service.schema(runtime, who, name)),
        "may_write": may_write(who) and shown.is_mine,
    }


def fresh() -> dict[str, Any]:
    """The form of a new type, with one that works."""
    return _form(None, _text(_FIRST))


async def known(runtime: Runtime, who: Principal, name: str) -> dict[str, Any]:
    """The form of a type."""
    return _form(name, _text(await type_service.schema(runtime, who, name)))


async def save(
    request: Request, runtime: Runtime, who: Principal, name: str | None, form: Form[TypeForm]
) -> Response:
    """Declare a type or write its next version, or show the form again with what is wrong."""
    text = str(form.values.get("schema", ""))
    try:
        body = _read(text, force=form.body is not None and form.body.force)
        if name is None:
            made = await type_service.declare(runtime, who, body)
        else:
            made = await type_service.change(runtime, who, name, body)
    except MenonError as error:
        if error.status >= 500:
            raise
        breaks = error.status == 409 and bool(error.errors)
        shown = _form(name, text, faults=error.errors, error=error.detail, breaks=breaks)
        return await render(request, "agent_types/edit.html", shown, status=422)
    note = f"{made.name} is declared, version {made.version}."
    return redirect(request, f"/agent-types/{made.agent_type}", flash=("success", note))


def _read(text: str, *, force: bool) -> TypePut:
    try:
        raw = json.loads(text)
        return TypePut.model_validate({**raw, "force": force} if isinstance(raw, dict) else raw)
    except ValidationError as error:
        faults = [
            {"pointer": "".join(f"/{part}" for part in one["loc"]), "detail": one["msg"]}
            for one in error.errors()[:50]
        ]
        raise InvalidInput("This is no agent schema.", errors=faults) from error
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"This is not JSON: {error}.") from error


def _form(
    name: str | None,
    text: str,
    *,
    faults: list[dict[str, Any]] | None = None,
    error: str = "",
    breaks: bool = False,
) -> dict[str, Any]:
    return {"name": name, "schema": text, "faults": faults or [], "error": error, "breaks": breaks}


def _text(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)

"""What the forms of tools do."""

from collections.abc import Awaitable, Callable
from typing import TypeVar

from fastapi import Request
from pydantic import ValidationError
from starlette.responses import Response

from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.http import Page, Wire
from menon.core.runtime import Runtime
from menon.core.web.forms import Form, Sent
from menon.core.web.render import redirect, render
from menon.features.agents.tools import contexts, importing, invoking, service, views
from menon.features.agents.tools.forms import EnableForm, ImportForm, ToolForm, TryForm
from menon.features.agents.tools.import_schemas import DocumentIn, ImportOut, PreviewOut
from menon.features.agents.tools.schemas import ToolDetail

InT = TypeVar("InT", bound=Wire)
OutT = TypeVar("OutT")
_SHOWN = 200
"""Operations that a page lists; a filter finds the others."""


async def create(
    request: Request, runtime: Runtime, who: Principal, form: Form[ToolForm]
) -> Response:
    """Declare a tool, or show the form again."""
    sent = await form.send(_placed(lambda body: service.create(runtime, who, body.new())))
    return await _answered(request, form, sent, None)


async def change(
    request: Request, runtime: Runtime, who: Principal, name: str, form: Form[ToolForm]
) -> Response:
    """Change a declared tool, or show the form again."""
    known = await views.detail(runtime, who, name)
    sent = await form.send(_placed(lambda body: service.update(runtime, who, name, body.patch())))
    return await _answered(request, form, sent, known)


async def switch(request: Request, runtime: Runtime, who: Principal, name: str) -> Response:
    """Switch a declared tool on, or off again."""
    known = await views.detail(runtime, who, name)
    on = known.definition is not None and not known.definition.enabled
    await service.enable(runtime, who, [name], on=on)
    words = "The tool is on." if on else "The tool is off."
    return redirect(request, f"/tools/{name}", flash=("success", words))


async def attempt(
    request: Request, runtime: Runtime, who: Principal, name: str, form: Form[TryForm]
) -> Response:
    """Call a tool and show what came of it."""
    sent = await form.send(_placed(lambda body: invoking.invoke(runtime, who, name, body.call())))
    context = await contexts.tool(
        runtime,
        who,
        name,
        args=str(form.values.get("args", "")),
        errors=sent.errors,
        error=sent.error,
        outcome=sent.result,
    )
    return await render(request, "agents/tool.html", context, status=sent.status)


async def take(
    request: Request, runtime: Runtime, who: Principal, form: Form[ImportForm]
) -> Response:
    """Look at a document; once operations are chosen, import them and show them for a review."""
    looked = await form.send(_placed(lambda body: _preview(runtime, body)))
    found = looked.result
    if found is None or form.body is None or not form.body.operations:
        context = contexts.importing(
            values=form.values, errors=looked.errors, error=looked.error, found=found
        )
        return await render(request, "agents/tool_import.html", context, status=looked.status)
    sent = await form.send(_placed(lambda body: importing.take(runtime, who, body.taken())))
    if sent.result is None:
        context = contexts.importing(
            values=form.values, errors=sent.errors, error=sent.error, found=found
        )
        return await render(request, "agents/tool_import.html", context, status=sent.status)
    return await _review(request, runtime, who, sent.result)


async def enable(
    request: Request, runtime: Runtime, who: Principal, form: Form[EnableForm]
) -> Response:
    """Switch on what was reviewed."""

    async def on(body: EnableForm) -> int:
        await service.enable(runtime, who, body.wanted().names, on=True)
        return len(body.names)

    sent = await form.send(on)
    if sent.result is None:
        note = sent.error or "Choose at least one tool."
        return redirect(request, "/tools?kind=http", flash=("danger", note))
    note = f"{sent.result} tools are on."
    return redirect(request, "/tools?kind=http", flash=("success", note))


def _placed(action: Callable[[InT], Awaitable[OutT]]) -> Callable[[InT], Awaitable[OutT]]:
    """The action, whose refusals name the fields of the form rather than places within them."""

    async def placed(body: InT) -> OutT:
        try:
            return await action(body)
        except InvalidInput as error:
            fields = [
                {"pointer": "/" + e["pointer"].split("/")[1], "detail": _where(e)}
                for e in error.errors
            ]
            raise InvalidInput(error.detail, errors=fields) from error
        except ValidationError as error:
            wrong = [
                {"pointer": f"/{e['loc'][0] if e['loc'] else ''}", "detail": str(e["msg"])}
                for e in error.errors()
            ]
            raise InvalidInput(errors=wrong) from error

    return placed


def _where(error: dict[str, str]) -> str:
    rest = error["pointer"].split("/")[2:]
    return f"{'/'.join(rest)}: {error['detail']}" if rest else error["detail"]


async def _preview(runtime: Runtime, body: ImportForm) -> PreviewOut:
    document = DocumentIn.model_validate(body.source())
    return await importing.preview(runtime, document, Page(_SHOWN), words=body.q)


async def _review(request: Request, runtime: Runtime, who: Principal, made: ImportOut) -> Response:
    tools = [await views.detail(runtime, who, name) for name in made.tools]
    return await render(request, "agents/tool_review.html", contexts.review(made, tools))


async def _answered(
    request: Request, form: Form[ToolForm], sent: Sent[ToolDetail], known: ToolDetail | None
) -> Response:
    if sent.result is not None:
        note = f"The tool {sent.result.name} is saved."
        return redirect(request, f"/tools/{sent.result.name}", flash=("success", note))
    context = contexts.form(known, values=form.values, errors=sent.errors, error=sent.error)
    return await render(request, "agents/tool_edit.html", context, status=sent.status)

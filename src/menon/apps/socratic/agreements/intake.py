"""Reading a specification that exists already: as JSON, or in the language of JHipster."""

import json
from functools import partial
from typing import Any, Final

from fastapi import Request
from pydantic import ValidationError

from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.agreements.schemas import SpecificationOut
from menon.apps.socratic.agreements.service import NewVersion
from menon.apps.socratic.aside import aside
from menon.apps.socratic.projects import service as projects
from menon.apps.socratic.specification import Specification, jdl
from menon.apps.socratic.specification.checks import problems
from menon.core.auth import Principal
from menon.core.errors import InvalidInput, UnsupportedContent
from menon.core.runtime import Runtime
from menon.kit.text import clean, storable_json

JDL: Final = "text/x-jdl"
BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"type": "object"}},
            JDL: {"schema": {"type": "string"}},
        },
    }
}
"""What the route takes, for the API docs; its schema is `Specification`'s."""


async def take_in(
    runtime: Runtime, who: Principal, project_id: str, request: Request, note: str
) -> SpecificationOut:
    """Keep the specification in a request as the project's next version.

    Raises:
        UnsupportedContent: it is neither JSON nor JDL.
        InvalidInput: it cannot be read, or does not hold together; every fault has its place.
    """
    project = await projects.get(runtime, who, project_id)
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await request.body()
    if media_type == JDL:
        made = partial(_of_jdl, body, project.name, note)
    elif media_type in {"application/json", ""} or media_type.endswith("+json"):
        made = partial(_of_json, body, note)
    else:
        raise UnsupportedContent(f"A specification comes as application/json or {JDL}.")
    return await agreements.add(runtime, who, project_id, await aside(made))


async def take_text(
    runtime: Runtime, who: Principal, project_id: str, text: str
) -> SpecificationOut:
    """Keep a specification that somebody pasted: JSON where it begins with a brace, else JDL.

    Raises:
        InvalidInput: it cannot be read, or does not hold together.
    """
    project = await projects.get(runtime, who, project_id)
    body = text.encode()
    if text.lstrip().startswith("{"):
        made = partial(_of_json, body, "")
    else:
        made = partial(_of_jdl, body, project.name, "")
    return await agreements.add(runtime, who, project_id, await aside(made))


def checked(spec: Specification) -> Specification:
    """Let a specification pass that holds together.

    Raises:
        InvalidInput: it does not; every fault has its place.
    """
    if not (faults := problems(spec)):
        return spec
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    raise InvalidInput(
        f"The specification does not hold together: {faults[0].text}{more}",
        errors=[{"pointer": one.path, "detail": one.text, "code": one.code} for one in faults],
    )


def _of_json(body: bytes, note: str) -> NewVersion:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"The body is not JSON: {error}") from error
    return of_value(value, note)


def of_value(value: Any, note: str) -> NewVersion:
    """The next version of plain JSON; pure, and slow for large ones.

    Raises:
        InvalidInput: it is no specification, or does not hold together.
    """
    try:
        spec = Specification.model_validate(storable_json(value))
    except ValidationError as error:
        raise _unfit(error) from error
    return agreements.new_version(checked(spec), "json", note=note)


def _of_jdl(body: bytes, name: str, note: str) -> NewVersion:
    try:
        text = clean(body.decode())
    except UnicodeDecodeError as error:
        raise InvalidInput(f"The body is not UTF-8: {error}") from error
    try:
        spec = jdl.read(text, name=name)
    except jdl.JdlError as error:
        place = f"/line/{error.line}/column/{error.column}"
        faults = [{"pointer": place, "detail": error.detail}]
        raise InvalidInput(error.detail, errors=faults) from error
    return agreements.new_version(checked(spec), "jdl", note=note)


def _unfit(error: ValidationError) -> InvalidInput:
    faults = [
        {"pointer": "/" + "/".join(map(str, one["loc"])), "detail": one["msg"]}
        for one in error.errors(include_url=False, include_input=False)[:100]
    ]
    first = faults[0]
    return InvalidInput(
        f"The specification cannot be read: {first['pointer']}: {first['detail']}", errors=faults
    )

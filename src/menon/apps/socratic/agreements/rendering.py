"""A specification as the documents that people read."""

from functools import partial
from typing import Final

from starlette.responses import Response

from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.agreements.schemas import SpecificationOut
from menon.apps.socratic.aside import aside
from menon.apps.socratic.specification import Specification, jdl
from menon.apps.socratic.specification.renderers import RENDERERS
from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.runtime import Runtime

JSON: Final = "json"
JDL: Final = "jdl"


async def get(
    runtime: Runtime, who: Principal, spec_id: str, form: str
) -> SpecificationOut | Response:
    """A version as JSON, or as one of the documents.

    Raises:
        InvalidInput: there is no such document.
    """
    found = await agreements.get(runtime, who, spec_id)
    if form == JSON:
        return found
    text = await document(agreements.read(found.specification), form)
    media_type = "text/x-jdl" if form == JDL else RENDERERS[form].media_type
    return Response(text, media_type=media_type)


async def document(spec: Specification, form: str) -> str:
    """A specification as one of the documents.

    Raises:
        InvalidInput: there is no such document.
    """
    if form == JDL:
        return await aside(partial(jdl.write, spec))
    if (render := RENDERERS.get(form)) is None:
        known = ", ".join([JSON, JDL, *RENDERERS])
        raise InvalidInput(f"There is no document {form!r}; there are {known}.")
    return await aside(partial(render, spec))

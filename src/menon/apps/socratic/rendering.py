"""A specification as the documents that people read."""

from functools import partial
from typing import Final

from starlette.responses import Response

from menon.apps.socratic import agreements
from menon.apps.socratic.agreement_schemas import SpecificationOut
from menon.apps.socratic.intake import aside
from menon.apps.socratic.specification import Specification
from menon.apps.socratic.specification.renderers import RENDERERS
from menon.core.auth import Principal
from menon.core.errors import InvalidInput
from menon.core.runtime import Runtime

JSON: Final = "json"
_MEDIA: Final = {"openapi": "application/yaml", "jdl": "text/x-jdl"}
_TEXT: Final = "text/markdown"


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
    media_type = f"{_MEDIA.get(form, _TEXT)}; charset=utf-8"
    return Response(text, media_type=media_type)


async def document(spec: Specification, form: str) -> str:
    """A specification as one of the documents.

    Raises:
        InvalidInput: there is no such document.
    """
    render = RENDERERS.get(form)
    if render is None:
        known = ", ".join([JSON, *RENDERERS])
        raise InvalidInput(f"There is no document {form!r}; there are {known}.")
    return await aside(partial(render, spec))

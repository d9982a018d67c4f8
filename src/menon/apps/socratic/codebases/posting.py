"""What the forms of generated code do."""

from fastapi import Request
from starlette.responses import Response

from menon.apps.socratic.agreements import service as agreements
from menon.apps.socratic.codebases import service as codebases
from menon.apps.socratic.codebases.schemas import CodebaseIn
from menon.core.auth import Principal
from menon.core.errors import Conflict
from menon.core.runtime import Runtime
from menon.core.web.render import redirect


async def generate(request: Request, runtime: Runtime, who: Principal, spec_id: str) -> Response:
    """Have code made of a version and follow it."""
    found = await agreements.get(runtime, who, spec_id)
    body = CodebaseIn(project_id=found.project_id, specification_id=spec_id)
    try:
        made = await codebases.generate(runtime, who, body)
    except Conflict as error:
        return redirect(request, f"/specifications/{spec_id}", flash=("danger", error.detail))
    return redirect(request, f"/codebases/{made.id}")


async def test_again(
    request: Request, runtime: Runtime, who: Principal, codebase_id: str
) -> Response:
    """Run the tests of a codebase again and follow them."""
    place = f"/codebases/{codebase_id}?view=tests"
    try:
        await codebases.test(runtime, who, codebase_id)
    except Conflict as error:
        return redirect(request, place, flash=("danger", error.detail))
    return redirect(request, place)

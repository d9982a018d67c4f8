"""Routes of generated code."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from menon.apps.socratic.codebases import scanning
from menon.apps.socratic.codebases import service as codebases
from menon.apps.socratic.codebases.schemas import (
    CodebaseIn,
    CodebaseOut,
    FileOut,
    FileRow,
    ResultsOut,
    ScanIn,
    ScanOut,
    SecurityScanOut,
    TraceOut,
)
from menon.apps.socratic.projects import exporting
from menon.core.auth import Action
from menon.core.http import AppRuntime, Listing, PageQuery, PathText, Routes, Who

routes = Routes(tag="codebases")

ProjectId = Annotated[str | None, Query(max_length=200)]


@routes.post("/codebases/generate", action=Action.PROJECT_WORK, status_code=202)
async def generate_codebase(runtime: AppRuntime, who: Who, body: CodebaseIn) -> CodebaseOut:
    """Make code of an approved specification; its run tells how far it is."""
    return await codebases.generate(runtime, who, body)


@routes.get("/codebases", action=Action.PROJECT_VIEW)
async def list_codebases(
    runtime: AppRuntime, who: Who, page: PageQuery, project_id: ProjectId = None
) -> Listing[CodebaseOut]:
    """List generated codebases, newest first."""
    return await codebases.listing(runtime, who, project_id, page)


@routes.get("/codebases/{codebase_id}", action=Action.PROJECT_VIEW)
async def get_codebase(runtime: AppRuntime, who: Who, codebase_id: PathText) -> CodebaseOut:
    """Read a codebase: its state and the tree of its files."""
    return await codebases.get(runtime, who, codebase_id)


@routes.get(
    "/codebases/{codebase_id}/download", action=Action.PROJECT_VIEW, response_class=Response
)
async def download_codebase(runtime: AppRuntime, who: Who, codebase_id: PathText) -> Response:
    """Download a codebase as a zip file."""
    return await exporting.download(runtime, who, codebase_id)


@routes.get("/codebases/{codebase_id}/files", action=Action.PROJECT_VIEW)
async def list_files(
    runtime: AppRuntime, who: Who, codebase_id: PathText, page: PageQuery
) -> Listing[FileRow]:
    """List the files of a codebase by their paths."""
    return await codebases.files(runtime, who, codebase_id, page)


@routes.get("/codebases/{codebase_id}/files/{file_id}", action=Action.PROJECT_VIEW)
async def get_file(
    runtime: AppRuntime, who: Who, codebase_id: PathText, file_id: PathText
) -> FileOut:
    """Read a file of a codebase."""
    return await codebases.file(runtime, who, codebase_id, file_id)


@routes.post("/codebases/{codebase_id}/test", action=Action.PROJECT_WORK, status_code=202)
async def test_codebase(runtime: AppRuntime, who: Who, codebase_id: PathText) -> CodebaseOut:
    """Run the tests and gates of a codebase again."""
    return await codebases.test(runtime, who, codebase_id)


@routes.get("/codebases/{codebase_id}/test-results", action=Action.PROJECT_VIEW)
async def get_test_results(runtime: AppRuntime, who: Who, codebase_id: PathText) -> ResultsOut:
    """Read what the tests and gates of a codebase said."""
    return await codebases.results(runtime, who, codebase_id)


@routes.get("/codebases/{codebase_id}/trace", action=Action.PROJECT_VIEW)
async def get_trace(runtime: AppRuntime, who: Who, codebase_id: PathText) -> TraceOut:
    """Read where each requirement comes from, and which code and tests meet it."""
    return await codebases.traced(runtime, who, codebase_id)


@routes.post("/codebases/{codebase_id}/security-scan", action=Action.PROJECT_WORK)
async def scan_codebase(runtime: AppRuntime, who: Who, codebase_id: PathText) -> SecurityScanOut:
    """Scan the files of a codebase; nothing of it is run, nothing is changed."""
    return await codebases.scan(runtime, who, codebase_id)


@routes.post("/code/scan", action=Action.PROJECT_VIEW)
async def scan_code(runtime: AppRuntime, who: Who, body: ScanIn) -> ScanOut:
    """Scan a piece of code; it is neither run nor changed."""
    return await scanning.snippet(runtime, who, body)

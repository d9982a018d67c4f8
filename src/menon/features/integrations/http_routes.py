"""HTTP operations of the outgoing client."""

from fastapi.responses import FileResponse

from menon.core.auth import Action
from menon.core.http import AppRuntime, PathText, Routes, Who
from menon.features.integrations.http_schemas import (
    DownloadIn,
    DownloadOut,
    HttpHealthOut,
    HttpIn,
    HttpMetricsOut,
    HttpOut,
    HttpRecordOut,
)
from menon.features.integrations.service import downloads, figures, requests

http = Routes(prefix="/api/v1/http", tag="http")


@http.post("/request", action=Action.RUN, cost=2)
async def request(runtime: AppRuntime, who: Who, body: HttpIn) -> HttpOut:
    """Send a request: paced, repeated where that is safe, and put on record."""
    return await requests.request(runtime, who, body)


@http.get("/requests/{request_id}", action=Action.READ)
async def record(runtime: AppRuntime, who: Who, request_id: PathText) -> HttpRecordOut:
    """Show the record of a request, secrets masked."""
    return await requests.record(runtime, who, request_id)


@http.get("/metrics", action=Action.READ)
async def metrics(runtime: AppRuntime, who: Who) -> HttpMetricsOut:
    """Show requests in figures: yours, or everybody's for administrators."""
    return await figures.metrics(runtime, who)


@http.get("/health", action=Action.READ)
async def health(runtime: AppRuntime, who: Who) -> HttpHealthOut:
    """Show which hosts are left alone, from this process."""
    return figures.health(runtime, who)


@http.post("/stream-download", action=Action.RUN, status_code=202, cost=5)
async def stream_download(runtime: AppRuntime, who: Who, body: DownloadIn) -> DownloadOut:
    """Begin to fetch a large file; follow the run for its progress."""
    return await downloads.begin(runtime, who, body)


@http.get("/downloads/{run_id}", action=Action.READ, response_class=FileResponse)
async def downloaded(runtime: AppRuntime, who: Who, run_id: PathText) -> FileResponse:
    """Hand out a file whose download has completed, always as an attachment."""
    path, name = await downloads.content(runtime, who, run_id)
    return FileResponse(path, media_type="application/octet-stream", filename=name)

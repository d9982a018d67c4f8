"""A client for a Menon server, sync and async; it shares the events with the server, nothing else.

Client, AsyncClient ── the transport: httpx2
  calls ── what is asked, as values         patience ── whether it is asked again, and when
  following ── the events of a run, joined over as many lines as it takes
"""

from menon.client.asynchronous import AsyncClient, AsyncRunStream
from menon.client.errors import (
    AccessDenied,
    ApiError,
    ClientError,
    Conflict,
    ConnectionFailed,
    InvalidRequest,
    NotFound,
    NotSignedIn,
    RateLimited,
    RunFailed,
    ServerFailed,
)
from menon.client.synchronous import Client, RunStream
from menon.client.values import (
    AgentInfo,
    Answer,
    ApprovalInfo,
    CollectionInfo,
    DocumentInfo,
    Hit,
    RunInfo,
    SearchResult,
    SessionInfo,
)

__all__ = [
    "AccessDenied",
    "AgentInfo",
    "Answer",
    "ApiError",
    "ApprovalInfo",
    "AsyncClient",
    "AsyncRunStream",
    "Client",
    "ClientError",
    "CollectionInfo",
    "Conflict",
    "ConnectionFailed",
    "DocumentInfo",
    "Hit",
    "InvalidRequest",
    "NotFound",
    "NotSignedIn",
    "RateLimited",
    "RunFailed",
    "RunInfo",
    "RunStream",
    "SearchResult",
    "ServerFailed",
    "SessionInfo",
]

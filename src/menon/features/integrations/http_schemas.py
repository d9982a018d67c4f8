"""Wire shapes of outgoing requests and downloads."""

import re
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, JsonValue, model_validator

from menon.core.http import Wire
from menon.features.integrations.calling import OWN_HEADERS

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,100}")
_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]{0,8000}")


def _sendable(headers: dict[str, str]) -> dict[str, str]:
    for name, value in headers.items():
        if not _NAME.fullmatch(name) or not _VALUE.fullmatch(value):
            raise ValueError(f"the header {name!r} cannot be sent")
        if name.lower() in OWN_HEADERS:
            raise ValueError(f"the header {name!r} is set by the client itself")
    return headers


Headers = Annotated[
    dict[str, str], Field(max_length=50, default_factory=dict), AfterValidator(_sendable)
]


class RetryIn(Wire):
    """How often a request is tried."""

    max_attempts: Annotated[int, Field(ge=1, le=5)] = 3
    backoff_factor: Annotated[float, Field(ge=0, le=30)] = 0.5
    """Seconds before the second attempt; doubled each time."""


class RateIn(Wire):
    """How many requests to this host one allows oneself."""

    requests_per_minute: Annotated[int, Field(ge=1, le=10_000)] = 60


class HttpIn(Wire):
    """A request to send; its body is `json` or `body`."""

    method: Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] = "GET"
    url: Annotated[str, Field(min_length=1, max_length=8000)]
    headers: Headers
    content: Annotated[JsonValue, Field(alias="json")] = None
    """Sent as JSON."""
    body: Annotated[str | None, Field(max_length=1_000_000)] = None
    """Sent as it is, in UTF-8."""
    timeout: Annotated[float, Field(gt=0, le=60)] = 30.0
    """Seconds for one attempt."""
    retry_config: RetryIn = RetryIn()
    rate_limit: RateIn | None = None

    @model_validator(mode="after")
    def one_body(self) -> "HttpIn":
        """Refuse two bodies."""
        if self.content is not None and self.body is not None:
            raise ValueError("send 'json' or 'body', not both")
        return self


class HttpOut(Wire):
    """What was answered; the status is the host's, whatever it is."""

    id: str
    method: str
    url: str
    """Where the last redirect led."""
    status_code: int
    headers: dict[str, str]
    body: str
    """As text; undecodable bytes are replaced."""
    truncated: bool
    bytes: int
    attempts: int
    seconds: float


class HttpRecordOut(Wire):
    """A request that was sent, secrets masked and bodies cut."""

    id: str
    owner_id: str
    method: str
    url: str
    host: str
    request_headers: dict[str, str]
    request_body: str
    status: int | None
    response_headers: dict[str, str]
    response_body: str
    response_bytes: int
    error: str
    attempts: int
    seconds: float
    created_at: datetime


class HostOut(Wire):
    """How a host stands, from this process."""

    host: str
    state: Literal["closed", "open", "half_open"]
    failures: int
    """In a row."""
    retry_after: float
    """Seconds until it is tried again."""


class HttpHealthOut(Wire):
    """Which hosts are called."""

    status: Literal["ok", "degraded"]
    hosts: list[HostOut]


class HostFigures(Wire):
    """Requests to one host."""

    host: str
    requests: int
    failed: int
    mean_seconds: float


class HttpMetricsOut(Wire):
    """Requests of the days that are kept, in figures."""

    requests: int
    answered: int
    """With a status, whichever."""
    failed: int
    """Without an answer, or refused."""
    retried: int
    by_status: dict[str, int]
    """`2xx`, `3xx`, `4xx`, `5xx`."""
    mean_seconds: float
    p95_seconds: float
    """Of the latest thousand."""
    bytes: int
    hosts: list[HostFigures]
    """The busiest twenty."""


class DownloadIn(Wire):
    """A large file to fetch."""

    url: Annotated[str, Field(min_length=1, max_length=8000)]
    headers: Headers
    filename: Annotated[str, Field(max_length=200)] = ""


class DownloadOut(Wire):
    """Where the download can be followed, and fetched once the run has completed."""

    run_id: str
    state: str
    events: str
    content: str

"""Every error that a caller may see: one tree, each with a stable code and a status.

MenonError
├── InvalidInput        422  VALID_001      the payload is malformed
│   ├── BadRequest      400  VALID_002
│   ├── TooLarge        413  VALID_003
│   └── WrongMethod     405  VALID_004
├── Unauthenticated     401  AUTH_001
│   └── TokenExpired    401  AUTH_002
├── Forbidden           403  AUTH_003
├── NotFound            404  NOT_FOUND_001
├── Conflict            409  CONFLICT_001
│   ├── KeyInFlight     409  CONFLICT_002   the same Idempotency-Key is being worked on
│   └── KeyReused       422  CONFLICT_003   the same Idempotency-Key with another body
├── RateLimited         429  RATE_001
├── ContentError        422  CONTENT_001    a document cannot be read
│   ├── UnsupportedContent 415 CONTENT_002
│   └── ContentBomb     422  CONTENT_003    it unpacks to more than we accept
├── TargetRefused       403  SECURITY_001   the address is not allowed for outgoing requests
├── SandboxUnavailable  503  SECURITY_002   generated code cannot be confined here, so it is not run
├── ModelError          502  MODEL_003      the model server answered with nonsense
│   ├── ModelUnavailable 503 MODEL_001
│   └── ModelLimited    429  MODEL_002
├── LimitReached        409  LIMIT_001      a run used up its tokens, steps, seconds or money
├── ToolError           502  TOOL_001
│   └── ExternalError   502  TOOL_002       something that a tool called failed
├── DatabaseError       503  DB_001
│   ├── Overloaded      503  DB_002
│   └── StorageFull     507  DB_003
├── NotConfigured       503  INTEGRATION_001
├── NotReady            503  READY_001      the process cannot serve yet
├── Interrupted         409  RUN_001        the run's process ended before the run did
└── Internal            500  INTERNAL_001   a bug; the trace id finds it in the log
"""

from typing import Any, ClassVar


class MenonError(Exception):
    """Something went wrong."""

    code: ClassVar[str] = "INTERNAL_001"
    status: ClassVar[int] = 500

    def __init__(
        self,
        detail: str | None = None,
        *,
        errors: list[dict[str, Any]] | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.detail = detail or (type(self).__doc__ or "").strip().partition("\n")[0]
        self.errors = errors or []
        self.retry_after = retry_after
        super().__init__(self.detail)


class Internal(MenonError):
    """The server made a mistake; quote the trace id when you report it."""


class InvalidInput(MenonError):
    """The request is malformed; see `errors` for the fields."""

    code, status = "VALID_001", 422


class BadRequest(InvalidInput):
    """The request cannot be understood."""

    code, status = "VALID_002", 400


class TooLarge(InvalidInput):
    """The request is larger than this server accepts."""

    code, status = "VALID_003", 413


class WrongMethod(InvalidInput):
    """This address does not take that method; see /docs for those it takes."""

    code, status = "VALID_004", 405


class Unauthenticated(MenonError):
    """Sign in, or send a valid API key as a Bearer token."""

    code, status = "AUTH_001", 401


class TokenExpired(Unauthenticated):
    """The token has expired; use the refresh token to get a new one."""

    code, status = "AUTH_002", 401


class Forbidden(MenonError):
    """You may not do this; ask an administrator for the right."""

    code, status = "AUTH_003", 403


class NotFound(MenonError):
    """There is no such thing, or it is not yours."""

    code, status = "NOT_FOUND_001", 404


class Conflict(MenonError):
    """The thing changed or exists already; read it again and retry."""

    code, status = "CONFLICT_001", 409


class KeyInFlight(Conflict):
    """A request with this Idempotency-Key is being worked on; retry in a moment."""

    code, status = "CONFLICT_002", 409


class KeyReused(MenonError):
    """This Idempotency-Key was used with another body; use a fresh key."""

    code, status = "CONFLICT_003", 422


class RateLimited(MenonError):
    """Too many requests; wait for as long as Retry-After says."""

    code, status = "RATE_001", 429


class ContentError(MenonError):
    """The document cannot be read."""

    code, status = "CONTENT_001", 422


class UnsupportedContent(ContentError):
    """Documents of this type cannot be read here."""

    code, status = "CONTENT_002", 415


class ContentBomb(ContentError):
    """The document unpacks to more than this server accepts."""

    code, status = "CONTENT_003", 422


class TargetRefused(MenonError):
    """The address is not public; an operator can allow it in MENON_OUTBOUND__ALLOW."""

    code, status = "SECURITY_001", 403


class SandboxUnavailable(MenonError):
    """Generated code cannot be confined here, so it is not run; see `menon doctor`."""

    code, status = "SECURITY_002", 503


class ModelError(MenonError):
    """The model server answered with something that cannot be used; try again or another model."""

    code, status = "MODEL_003", 502


class ModelUnavailable(ModelError):
    """No model can answer; set OPENAI_API_KEY, ANTHROPIC_API_KEY or OLLAMA_BASE_URL."""

    code, status = "MODEL_001", 503


class ModelLimited(ModelError):
    """The model server asks for a pause; wait for as long as Retry-After says."""

    code, status = "MODEL_002", 429


class LimitReached(MenonError):
    """The run used up one of its limits; raise the agent's limits or ask for less."""

    code, status = "LIMIT_001", 409


class ToolError(MenonError):
    """A tool failed."""

    code, status = "TOOL_001", 502


class ExternalError(ToolError):
    """A service outside did not answer as it should."""

    code, status = "TOOL_002", 502


class DatabaseError(MenonError):
    """The database cannot be reached; retry in a moment."""

    code, status = "DB_001", 503


class Overloaded(DatabaseError):
    """The database is busy; retry in a moment."""

    code, status = "DB_002", 503


class StorageFull(DatabaseError):
    """The disk is full; nothing that was acknowledged is lost, free some space."""

    code, status = "DB_003", 507


class NotConfigured(MenonError):
    """This needs a connection that is not configured."""

    code, status = "INTEGRATION_001", 503


class NotReady(MenonError):
    """The server cannot serve yet; see `errors` for what it waits for."""

    code, status = "READY_001", 503


class Interrupted(MenonError):
    """The run's process ended before the run did; continue it or run it again."""

    code, status = "RUN_001", 409

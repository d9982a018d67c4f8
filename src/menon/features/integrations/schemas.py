"""Wire shapes of webhooks, incoming hooks, queues and their health."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, JsonValue

from menon.core.http import Wire

QueueName = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,63}$")]
Url = Annotated[str, Field(min_length=1, max_length=2000)]


class WebhookIn(Wire):
    """An address that wants to be told of events."""

    url: Url
    events: Annotated[
        list[Annotated[str, Field(max_length=80)]], Field(min_length=1, max_length=50)
    ]
    """Types of events, such as `queue.message`; `*` for all."""
    queues: Annotated[list[QueueName], Field(max_length=50, default_factory=list)]
    """Of `queue.message` only those of these queues; empty for all."""
    description: Annotated[str, Field(max_length=500)] = ""
    secret: Annotated[
        str | None,
        Field(
            max_length=100,
            description="`whsec_` and 24 to 64 bytes in base64; generated when left out.",
        ),
    ] = None


class WebhookOut(Wire):
    """A webhook without its secret."""

    id: str
    url: str
    events: list[str]
    queues: list[str]
    description: str
    owner_id: str
    active: bool
    why_off: str
    """Why it was switched off; empty while it is on."""
    failing_since: datetime | None
    previous_until: datetime | None
    """While the secret is rotated: until then the one before signs as well."""
    created_at: datetime


class WebhookMade(WebhookOut):
    """A webhook with its secret, which is shown this once."""

    secret: str


class SecretMade(Wire):
    """A new secret, which is shown this once."""

    id: str
    secret: str
    previous_until: datetime
    """Until then every delivery carries signatures by both secrets."""


class DeliveryOut(Wire):
    """A delivery and what came of it."""

    id: str
    """Also the `webhook-id` of every attempt."""
    webhook_id: str
    event_id: str
    run_id: str
    """The durable run that delivers it; empty for a test."""
    type: str
    body: str
    state: Literal["pending", "delivered", "dead"]
    attempts: int
    status: int | None
    """What the receiver answered last."""
    answer: str
    """The beginning of that answer, secrets masked."""
    error: str
    due_at: datetime | None
    """When it is tried again."""
    created_at: datetime
    tried_at: datetime | None


class IncomingIn(Wire):
    """An address at which another system may tell us of something."""

    name: Annotated[str, Field(max_length=100, pattern=r"\S")]
    workflow_id: Annotated[str, Field(max_length=100)] = ""
    """The workflow that each message starts, with the message as its input."""


class IncomingOut(Wire):
    """An incoming hook without its secret."""

    id: str
    name: str
    workflow_id: str
    url: str
    """The path to which messages are posted."""
    owner_id: str
    received: int
    last_at: datetime | None
    created_at: datetime


class IncomingMade(IncomingOut):
    """An incoming hook with its secret, which is shown this once."""

    secret: str


class Received(Wire):
    """A message was taken; every copy of it gets this same answer."""

    message_id: str
    event_id: str


class MessageIn(Wire):
    """A message for a queue."""

    queue: QueueName
    payload: JsonValue = None
    priority: Annotated[int, Field(ge=-100, le=100)] = 0
    """Higher ones are delivered first."""


class NamedMessageIn(Wire):
    """A message for the queue in the path."""

    payload: JsonValue = None
    priority: Annotated[int, Field(ge=-100, le=100)] = 0


class MessageOut(Wire):
    """A message that is kept until somebody takes it."""

    id: str
    queue: str
    priority: int
    payload: Any
    created_at: datetime


class BindingIn(Wire):
    """What each message of a queue starts."""

    workflow_id: Annotated[str, Field(max_length=100)] = ""
    """With the message as its input; empty for nothing."""


class BindingOut(Wire):
    """What each message of a queue starts."""

    queue: str
    workflow_id: str


class QueueOut(Wire):
    """How a queue stands."""

    queue: str
    kind: Literal["messages", "jobs"]
    depth: int
    """Waiting: nobody has taken them."""
    in_flight: int
    """Being delivered, or worked on."""
    oldest_seconds: float
    """Age of the one that waits longest; 0 when none does."""


class HealthOut(Wire):
    """How integrations are."""

    status: Literal["ok", "degraded"]
    webhooks: dict[str, int]
    """How many are active, failing, off."""
    deliveries: dict[str, int]
    """How many are pending, and dead."""
    messages_waiting: int
    backends: dict[str, int]
    """How many are healthy, unhealthy."""
    circuits_open: int
    """Hosts that are not called for a while, from this process."""

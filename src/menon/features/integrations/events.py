"""What integrations tell the rest of the house."""

from typing import Any, ClassVar

from menon.core.events import DomainEvent


class IncomingReceived(DomainEvent, frozen=True, kw_only=True):
    """A verified message came to an incoming webhook; told once, however often it was sent."""

    type: ClassVar[str] = "incoming.received"
    hook_id: str
    hook: str
    """The hook's name."""
    owner_id: str
    workflow_id: str = ""
    """The workflow that it is to start; empty for none."""
    scopes: list[str] | None = None
    """What that workflow may, as the hook's maker could; None for all that its owner may."""
    message_id: str
    """The sender's `webhook-id`."""
    body: Any = None
    """The JSON, or the text of anything else."""

    @property
    def subject(self) -> str:
        return f"incoming:{self.hook_id}"


class QueueMessageAdded(DomainEvent, frozen=True, kw_only=True):
    """Somebody put a message into one of their queues; the event's id is the message's."""

    type: ClassVar[str] = "queue.message"
    queue: str
    owner_id: str
    priority: int = 0
    payload: Any = None
    workflow_id: str = ""
    """The workflow that is bound to the queue; empty for none."""
    scopes: list[str] | None = None
    """What that workflow may; None for all that its owner may."""

    @property
    def subject(self) -> str:
        return f"queue_message:{self.id}"


class QueueBound(DomainEvent, frozen=True, kw_only=True):
    """A workflow was bound to a queue; it is owed what waits there."""

    type: ClassVar[str] = "queue.bound"
    queue: str
    owner_id: str
    workflow_id: str
    scopes: list[str] | None = None

    @property
    def subject(self) -> str:
        return f"queue:{self.owner_id}:{self.queue}"[:120]


class WebhookSubscribed(DomainEvent, frozen=True, kw_only=True):
    """A webhook is new, or was switched on again; it is owed what waits in queues."""

    type: ClassVar[str] = "webhook.subscribed"
    webhook_id: str
    owner_id: str

    @property
    def subject(self) -> str:
        return f"webhook:{self.webhook_id}"


class WebhookDisabled(DomainEvent, frozen=True, kw_only=True):
    """A webhook was switched off since its receiver is gone or failed for days."""

    type: ClassVar[str] = "webhook.disabled"
    webhook_id: str
    owner_id: str
    reason: str

    @property
    def subject(self) -> str:
        return f"webhook:{self.webhook_id}"


class BackendChanged(DomainEvent, frozen=True, kw_only=True):
    """A model server was registered, unregistered, or its health changed."""

    type: ClassVar[str] = "backend.changed"
    backend: str
    """Its name."""
    healthy: bool
    registered: bool = True

    @property
    def subject(self) -> str:
        return f"backend:{self.backend}"

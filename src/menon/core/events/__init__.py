"""Domain events: written with the change, delivered after its commit, in order per subject."""

from menon.core.events.dispatcher import Dispatcher, open_events
from menon.core.events.event import DomainEvent, Subscription, event_types
from menon.core.events.outbox import publish

__all__ = ["Dispatcher", "DomainEvent", "Subscription", "event_types", "open_events", "publish"]

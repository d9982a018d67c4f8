"""What the pages of webhooks and incoming hooks show, as their templates declare it."""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.events import event_types
from menon.core.feature import Installed
from menon.core.http import Page
from menon.core.http.settings import HttpSettings
from menon.core.runtime import Runtime
from menon.core.web.frame import Command, FramePart
from menon.features.integrations.schemas import DeliveryOut, IncomingOut, WebhookOut
from menon.features.integrations.service import incoming, webhooks

STATES = (("pending", "On their way"), ("delivered", "Delivered"), ("dead", "Given up"))
_ROWS, _DELIVERIES = 25, 25


async def frame(_runtime: Runtime, who: Principal) -> FramePart:
    """What the command palette offers to those who may do it."""
    if reach(who, Action.INTEGRATE) is Reach.NONE:
        return FramePart()
    return FramePart(
        commands=(
            Command(label="New webhook", href="/webhooks/new", icon="plus-lg"),
            Command(label="Incoming hooks", href="/webhooks/incoming", icon="download"),
        )
    )


async def listing(runtime: Runtime, who: Principal, cursor: str | None) -> dict[str, Any]:
    """A page of webhooks."""
    found = await webhooks.listing(runtime, who, Page(_ROWS, cursor))
    following = f"/webhooks?{urlencode({'cursor': found.next_cursor})}"
    return {
        "webhooks": [_row(each) for each in found.items],
        "next": following if found.next_cursor else None,
    }


def form(
    values: Mapping[str, Any], errors: Mapping[str, str] | None = None, error: str = ""
) -> dict[str, Any]:
    """The form of a new webhook."""
    blank: dict[str, Any] = {"url": "", "events": [], "queues": "", "description": ""}
    groups: dict[str, list[str]] = {}
    for name in sorted(event_types()):
        groups.setdefault(name.partition(".")[0], []).append(name)
    return {
        "form": {**blank, **values},
        "groups": list(groups.items()),
        "errors": errors or {},
        "error": error,
    }


async def page(
    runtime: Runtime, who: Principal, webhook_id: str, state: str, cursor: str | None
) -> dict[str, Any]:
    """A webhook with what it was told."""
    found = await webhooks.get(runtime, who, webhook_id)
    sent = await webhooks.deliveries(
        runtime, who, webhook_id, Page(_DELIVERIES, cursor), state=state or None
    )
    query = urlencode({"state": state, "cursor": sent.next_cursor})
    return {
        "webhook": _row(found),
        "deliveries": [_delivery(found, each) for each in sent.items],
        "next": f"/webhooks/{webhook_id}?{query}" if sent.next_cursor else None,
        "query": {"state": state},
        "states": STATES,
        "live": cursor is None and any(each.state == "pending" for each in sent.items),
    }


async def incoming_page(
    runtime: Runtime,
    who: Principal,
    cursor: str | None,
    workflow: str,
    *,
    sent: tuple[Mapping[str, Any], Mapping[str, str], str] | None = None,
) -> dict[str, Any]:
    """The incoming hooks with the form of a new one, or with the one that was sent."""
    values, errors, error = sent or ({"workflow_id": workflow}, {}, "")
    found = await incoming.listing(runtime, who, Page(_ROWS, cursor))
    names = await _startable(runtime, who)
    following = f"/webhooks/incoming?{urlencode({'cursor': found.next_cursor})}"
    return {
        "hooks": [_hook(runtime, each, names) for each in found.items],
        "next": following if found.next_cursor else None,
        **incoming_form(values, names, errors, error),
    }


async def _startable(runtime: Runtime, who: Principal) -> dict[str, str]:
    """The names of what a message may start, by their ids."""
    offers = [one.startable for one in runtime[Installed].features if one.startable]
    return {key: name for offer in offers for key, name in await offer(runtime, who)}


def incoming_form(
    values: Mapping[str, Any],
    names: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    error: str = "",
) -> dict[str, Any]:
    """The form of a new incoming hook."""
    shown = {"name": "", "workflow_id": "", **values}
    chosen = shown["workflow_id"]
    choices = [("", "Nothing: other systems are only told"), *names.items()]
    if chosen and chosen not in names:
        choices.append((chosen, f"Another workflow, {chosen[-8:]}"))
    return {"form": shown, "workflows": choices, "errors": errors or {}, "error": error}


def secret(title: str, text: str, value: str, back: str, address: str = "") -> dict[str, Any]:
    """A secret that is shown this once."""
    return {"title": title, "text": text, "secret": value, "back": back, "address": address}


def address(runtime: Runtime, path: str) -> str:
    """A path as others call it, where the server knows its own name."""
    return f"{(runtime.settings[HttpSettings].public_url or '').rstrip('/')}{path}"


def _row(each: WebhookOut) -> dict[str, Any]:
    return {
        "id": each.id,
        "url": each.url,
        "host": urlsplit(each.url).hostname or each.url,
        "description": each.description,
        "events": each.events,
        "queues": each.queues,
        "active": each.active,
        "why_off": each.why_off,
        "failing_since": each.failing_since,
        "previous_until": each.previous_until,
        "created_at": each.created_at,
    }


def _delivery(hook: WebhookOut, each: DeliveryOut) -> dict[str, Any]:
    return {
        "id": each.id,
        "type": each.type,
        "state": each.state,
        "attempts": each.attempts,
        "status": each.status,
        "answer": each.answer,
        "error": each.error,
        "body": _pretty(each.body),
        "due_at": each.due_at,
        "created_at": each.created_at,
        "tried_at": each.tried_at,
        "run": each.run_id or None,
        "replayable": hook.active and each.state != "pending",
    }


def _pretty(body: str) -> str:
    try:
        return json.dumps(json.loads(body), ensure_ascii=False, indent=2)
    except ValueError:
        return body


def _hook(runtime: Runtime, each: IncomingOut, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "id": each.id,
        "name": each.name,
        "workflow_id": each.workflow_id,
        "workflow": names.get(each.workflow_id, ""),
        "address": address(runtime, each.url),
        "received": each.received,
        "last_at": each.last_at,
        "created_at": each.created_at,
    }

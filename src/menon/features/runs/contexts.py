"""What the pages of runs show, in the shapes that their templates declare."""

import contextlib
import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from menon.core.auth import Action, Principal, Reach, reach
from menon.core.errors import NotFound
from menon.core.http import Page
from menon.core.runs.events import Content, Envelope, Error, Thinking
from menon.core.runs.log import RunLog
from menon.core.runs.models import ENDED, RunKind, RunState
from menon.core.runtime import Runtime
from menon.core.web import values
from menon.core.web.frame import Command, FramePart
from menon.features.accounts import service as accounts
from menon.features.runs import inbox, service
from menon.features.runs.approval_schemas import ApprovalOut
from menon.features.runs.models import ApprovalState, Remember
from menon.features.runs.queries import Filter
from menon.features.runs.rules import visible
from menon.features.runs.schemas import RunOut
from menon.kit.text import shorten, worded

KINDS = {
    RunKind.CHAT: "Answer",
    RunKind.AGENT: "Agent",
    RunKind.TASK: "Task",
    RunKind.WORKFLOW: "Workflow",
    RunKind.INGEST: "Reading of a document",
    RunKind.CODEGEN: "Generation of code",
    RunKind.EVALUATION: "Evaluation",
    RunKind.TUNING: "Tuning",
    RunKind.SYNC: "Synchronisation",
    RunKind.DELIVERY: "Delivery",
}
"""What people call the kinds of runs."""
_ICONS = {
    "metadata": "info-circle",
    "content": "chat-left-text",
    "thinking": "three-dots",
    "tool_call": "tools",
    "tool_result": "check-lg",
    "citation": "quote",
    "progress": "arrow-repeat",
    "state": "activity",
    "approval_required": "shield-check",
    "approval_resolved": "shield-check",
    "step_started": "play",
    "step_finished": "check-lg",
    "retrying": "arrow-repeat",
    "usage": "bar-chart",
    "complete": "check-circle",
    "error": "exclamation-circle",
    "cancelled": "stop-fill",
}
_INBOX = Command(label="See what waits for your approval", href="/approvals", icon="shield-check")
_INBOX_SIZE, _LATELY = 100, 20
_REMEMBERED = {"run": "for the run", "always": "always for the agent"}
_ROWS = 40
_PERIODS = (("", "Any time"), ("1", "Last 24 hours"), ("7", "Last 7 days"), ("30", "Last 30 days"))
_SHOWN = 500
_FOLDED = 120


async def listing(
    runtime: Runtime, who: Principal, query: Mapping[str, str], cursor: str | None
) -> dict[str, Any]:
    """A page of runs with the choices above it."""
    kind, state, days = query["kind"], query["state"], query["days"]
    wanted = Filter(
        kind=RunKind(kind) if kind else None,
        state=RunState(state) if state else None,
        since=runtime.clock.now() - timedelta(days=int(days)) if days else None,
    )
    found = await service.listing(runtime, who, wanted, Page(_ROWS, cursor))
    following = None
    if found.next_cursor:
        following = f"/runs?{urlencode({**query, 'cursor': found.next_cursor})}"
    any_at_all = found.items or (await service.listing(runtime, who, Filter(), Page(1))).items
    return {
        "runs": await _rows(runtime, who, found.items),
        "next": following,
        "total": len(any_at_all),
        "live": cursor is None and any(run.ended_at is None for run in found.items),
        "query": query,
        "kinds": [(each.value, KINDS[each]) for each in RunKind],
        "states": [(each.value, each.value.capitalize()) for each in RunState],
        "periods": _PERIODS,
    }


async def _rows(runtime: Runtime, who: Principal, runs: Sequence[RunOut]) -> list[dict[str, Any]]:
    names = await owners(runtime, who, runs)
    return [row(run, names) for run in runs]


async def owners(runtime: Runtime, who: Principal, runs: Sequence[RunOut]) -> dict[str, str]:
    """The user names of the owners, by their ids; who is gone is left out."""
    names = {who.user_id: who.name}
    for one in {run.owner_id for run in runs} - {who.user_id}:
        with contextlib.suppress(NotFound):
            names[one] = (await accounts.get_user(runtime, one)).username
    return names


def row(run: RunOut, names: Mapping[str, str]) -> dict[str, Any]:
    """A run in the list."""
    end = run.ended_at
    seconds = (end - run.started_at).total_seconds() if end and run.started_at else None
    return {
        "id": run.id,
        "kind": KINDS[RunKind(run.kind)],
        "title": run.title or KINDS[RunKind(run.kind)],
        "state": run.state,
        "owner": names.get(run.owner_id, "somebody who is gone"),
        "model": run.model or None,
        "started_at": run.started_at or run.created_at,
        "seconds": seconds,
        "note": worded(run.progress.note),
        "done": run.progress.done,
        "total": run.progress.total,
    }


async def page(runtime: Runtime, who: Principal, run_id: str) -> dict[str, Any]:
    """One run with what happened so far."""
    run = await service.get(runtime, who, run_id)
    events = await runtime[RunLog].stored(run_id, epoch=run.epoch, limit=_SHOWN)
    return {
        **await asked(runtime, who, run_id),
        "run": shown(run, await owners(runtime, who, [run])),
        "events": [event(each) for each in events],
        "children": await _rows(runtime, who, await service.children(runtime, who, run_id)),
        "may_act": True,
    }


async def asked(runtime: Runtime, who: Principal, run_id: str) -> dict[str, Any]:
    """What a run asked."""
    run = await service.get(runtime, who, run_id)
    found = await inbox.of_run(runtime, who, run_id)
    return {
        "run": {"id": run.id, "state": run.state},
        "approvals": [approval(who, each) for each in found],
    }


def shown(run: RunOut, names: Mapping[str, str]) -> dict[str, Any]:
    """A run on its own page."""
    ended = RunState(run.state) in ENDED
    failure = run.error if run.state == RunState.FAILED else None
    return {
        **row(run, names),
        "ended_at": run.ended_at,
        "attempts": run.attempts,
        "epoch": run.epoch,
        "trace_id": run.trace_id or run.id,
        "parent": run.parent_id,
        "error": failure,
        "usage": run.usage if run.usage["requests"] else None,
        "input": values.shown(run.input),
        "output": values.shown(run.output),
        "origin": _origin(run.subject),
        "cancellable": not ended,
        "continuable": False,
    }


async def frame(runtime: Runtime, who: Principal) -> FramePart:
    """The bell, and the inbox in the command palette."""
    if reach(who, Action.APPROVE) is Reach.NONE:
        return FramePart()
    return FramePart(approvals=await inbox.count(runtime, who), commands=(_INBOX,))


async def inbox_page(runtime: Runtime, who: Principal) -> dict[str, Any]:
    """What waits, then the last ones that were decided."""
    waiting = await inbox.listing(runtime, who, ApprovalState.WAITING, Page(_INBOX_SIZE))
    lately = await inbox.listing(runtime, who, None, Page(_LATELY))
    decided = [each for each in lately.items if each.state is not ApprovalState.WAITING]
    return {"approvals": [approval(who, each) for each in (*waiting.items, *decided)]}


def approval(who: Principal, each: ApprovalOut) -> dict[str, Any]:
    """An approval as a card."""
    return {
        "id": each.id,
        "what": each.what,
        "tool": each.tool,
        "effect": each.effect,
        "args": visible(_json(each.args)),
        "args_hash": each.args_hash,
        "why": each.why,
        "tainted": each.tainted,
        "remember": _choices(who, each),
        "remembered": _REMEMBERED.get(each.remember, ""),
        "run_id": each.run_id,
        "run_title": each.run_title or "a run",
        "asked_at": each.requested_at,
        "expires_at": each.expires_at,
        "state": each.state.value,
        "by": each.decided_by or None,
        "comment": each.comment,
        "delegated": each.delegate_id is not None and each.delegate_id != who.user_id,
    }


def _choices(who: Principal, each: ApprovalOut) -> list[tuple[str, str]]:
    """For how long a yes may count."""
    if not each.may_remember:
        return []
    what = "these arguments" if each.tainted else "this tool"
    choices = [(Remember.RUN.value, f"{what}, for this run")]
    if each.owner_id == who.user_id:
        choices.append((Remember.ALWAYS.value, f"{what}, always for this agent"))
    return choices


def event(each: Envelope) -> dict[str, Any]:
    """An event as one line that may open."""
    data = each.data
    if isinstance(data, Content | Thinking):
        text, detail = shorten(data.text, _FOLDED), data.text if len(data.text) > _FOLDED else ""
    else:
        fields = {name: getattr(data, name) for name in data.__struct_fields__}
        text, detail = _sentence(each.type, fields), _json(fields)
    return {
        "id": each.id,
        "at": each.at,
        "type": each.type,
        "icon": _ICONS.get(each.type, "info-circle"),
        "text": text,
        "detail": detail,
        "bad": isinstance(data, Error),
    }


def _sentence(kind: str, data: Mapping[str, Any]) -> str:
    words = {
        "metadata": "{agent} answers with {model}",
        "tool_call": "Calls {name}",
        "tool_result": "{summary}",
        "citation": "Cites {title}",
        "progress": "{note} ({done} of {total})",
        "state": "{before} → {after}",
        "approval_required": "Waits for approval: {what}",
        "approval_resolved": "{decision} by {by}",
        "step_started": "{node}, attempt {attempt}",
        "step_finished": "{node}: {outcome}",
        "retrying": "Tries again in {after_s} s: {cause}",
        "usage": "{input_tokens} tokens in, {output_tokens} out",
        "complete": "Completed",
        "error": "{code}: {detail}",
        "cancelled": "Cancelled by {by}",
    }
    if kind == "progress":
        data = {**data, "note": worded(data["note"])}
    return shorten(words.get(kind, kind).format_map(data), 200)


def _json(value: Any) -> str:
    if not value:
        return ""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str)


def _origin(subject: str) -> dict[str, str] | None:
    kind, _, ident = subject.partition(":")
    places = {
        "conversation": ("the conversation", "/chat/"),
        "document": ("the document", "/knowledge/documents/"),
        "agent": ("the agent", "/agents/"),
        "webhook": ("the webhook", "/webhooks/"),
        "project": ("the project", "/projects/"),
    }
    if kind not in places:
        return None
    label, path = places[kind]
    return {"label": label, "href": f"{path}{ident}"}

"""What is asked of the server, as values: the sync and the async client send the same."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, BinaryIO, Generic, Literal, TypeVar
from urllib.parse import quote

import msgspec

from menon.client.values import (
    AgentInfo,
    ApprovalInfo,
    CollectionInfo,
    DocumentInfo,
    RunInfo,
    SearchResult,
    SessionInfo,
)
from menon.kit.ids import new_token

T = TypeVar("T")

NDJSON = "application/x-ndjson"
SSE = "text/event-stream"
_API = "/api/v1"


@dataclass(frozen=True, kw_only=True)
class Call(Generic[T]):
    """A request, and what its answer is."""

    method: Literal["GET", "POST", "PUT", "DELETE"]
    path: str
    kind: type[T]
    params: Mapping[str, Any] = field(default_factory=dict[str, Any])
    json: Mapping[str, Any] | None = None
    form: Mapping[str, str] | None = None
    file: "tuple[str, Callable[[], AbstractContextManager[BinaryIO]]] | None" = None
    """A name, and what opens the file: for each attempt anew."""
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class Page(msgspec.Struct, Generic[T]):
    """A piece of a list."""

    items: list[T]
    next_cursor: str | None = None


def agents(*, cursor: str | None = None) -> Call[Page[AgentInfo]]:
    """A page of the agents."""
    return _get("agents", Page[AgentInfo], limit=100, cursor=cursor)


def agent(name: str) -> Call[AgentInfo]:
    """One agent."""
    return _get(f"agents/{_part(name)}", AgentInfo)


def create_agent(name: str, fields: Mapping[str, Any]) -> Call[AgentInfo]:
    """A new agent; what is no field of its own is its configuration's."""
    body = {key: fields[key] for key in ("slug", "description", "visibility") if key in fields}
    rest = {key: value for key, value in fields.items() if key not in body}
    return _post("agents", AgentInfo, {"name": name, **body, "configuration": rest})


def delete_agent(name: str) -> Call[None]:
    """An agent goes."""
    return Call(method="DELETE", path=f"{_API}/agents/{_part(name)}", kind=type(None))


def run(agent: str, message: str, fields: Mapping[str, Any]) -> Call[None]:
    """The events of a run of an agent."""
    path = f"agents/{_part(agent)}/run"
    return _post(path, type(None), {"message": message, **fields}, accept=NDJSON)


def chat(message: str, fields: Mapping[str, Any]) -> Call[None]:
    """The events of a turn of a conversation."""
    return _post("chat", type(None), {"message": message, **fields}, accept=NDJSON)


def create_session(agent: str, title: str) -> Call[SessionInfo]:
    """A new conversation."""
    return _post("chat/sessions", SessionInfo, {"agent": agent, "title": title})


def search(query: str, fields: Mapping[str, Any]) -> Call[SearchResult]:
    """A question to the documents."""
    return _post("knowledge/search", SearchResult, {"query": query, **fields})


def create_collection(name: str, fields: Mapping[str, Any]) -> Call[CollectionInfo]:
    """A new collection."""
    return _post("collections", CollectionInfo, {"name": name, **fields})


def upload(
    name: str,
    opened: "Callable[[], AbstractContextManager[BinaryIO]]",
    form: Mapping[str, str],
) -> Call[DocumentInfo]:
    """A file for a collection."""
    return Call(
        method="POST",
        path=f"{_API}/knowledge/documents",
        kind=DocumentInfo,
        form=form,
        file=(name, opened),
        headers=_key(),
    )


def runs(fields: Mapping[str, Any], *, cursor: str | None = None) -> Call[Page[RunInfo]]:
    """A page of runs."""
    return _get("runs", Page[RunInfo], limit=100, cursor=cursor, **fields)


def get_run(run_id: str) -> Call[RunInfo]:
    """One run."""
    return _get(f"runs/{_part(run_id)}", RunInfo)


def cancel_run(run_id: str) -> Call[RunInfo]:
    """A run stops."""
    return Call(method="DELETE", path=f"{_API}/runs/{_part(run_id)}", kind=RunInfo)


def follow(run_id: str, after: str | None) -> Call[None]:
    """The events of a run, after the one that was seen last."""
    headers = {"Accept": SSE} | ({"Last-Event-ID": after} if after else {})
    path = f"{_API}/runs/{_part(run_id)}/events"
    return Call(method="GET", path=path, kind=type(None), headers=headers)


def approvals(*, cursor: str | None = None) -> Call[Page[ApprovalInfo]]:
    """A page of what waits."""
    return _get("approvals", Page[ApprovalInfo], limit=100, cursor=cursor)


def decide(
    approval: ApprovalInfo, decision: Literal["approve", "deny"], comment: str
) -> Call[ApprovalInfo]:
    """A person's decision."""
    body = {"decision": decision, "args_hash": approval.args_hash, "comment": comment}
    return _post(f"approvals/{_part(approval.id)}", ApprovalInfo, body)


def _get(path: str, answer: type[T], /, **params: Any) -> Call[T]:
    given = {key: value for key, value in params.items() if value is not None}
    return Call(method="GET", path=f"{_API}/{path}", kind=answer, params=given)


def _post(
    path: str, kind: type[T], body: Mapping[str, Any], *, accept: str = "application/json"
) -> Call[T]:
    given = {key: value for key, value in body.items() if value is not None}
    headers = {"Accept": accept, **_key()}
    return Call(method="POST", path=f"{_API}/{path}", kind=kind, json=given, headers=headers)


def _key() -> dict[str, str]:
    """Names the request, so that sending it again has no second effect."""
    return {"Idempotency-Key": new_token(24)}


def _part(name: str) -> str:
    return quote(name, safe="")

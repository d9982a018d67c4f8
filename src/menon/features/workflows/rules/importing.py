"""Definitions out of what others call a workflow: a task graph, or a pipeline of agents."""

import json
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, cast

from menon.features.workflows.rules.check import Fault

_TYPES: Final = {
    **dict.fromkeys(("str", "string", "text"), "string"),
    **dict.fromkeys(("int", "integer"), "integer"),
    **dict.fromkeys(("float", "number"), "number"),
    **dict.fromkeys(("bool", "boolean"), "boolean"),
    **dict.fromkeys(("list", "array"), "array"),
    **dict.fromkeys(("dict", "object"), "object"),
}
_NO_INTENT: Final = frozenset({"", "none", "null", "others"})
_MESSAGE: Final = "{{ input.message }}"


@dataclass(kw_only=True)
class Imported:
    """A definition, and what is to be said of it."""

    steps: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    inputs: dict[str, dict[str, Any]] = field(default_factory=dict[str, dict[str, Any]])
    notes: list[str] = field(default_factory=list[str])
    faults: list[Fault] = field(default_factory=list[Fault])

    def refuse(self, pointer: str, detail: str) -> None:
        """This cannot be mapped."""
        self.faults.append(Fault(pointer, detail))


@dataclass(frozen=True, kw_only=True)
class Edge:
    """A way from a node to another."""

    source: str
    target: str
    intent: str


def task_graph(
    source: Mapping[str, Any], *, kinds: Collection[str], tools: Collection[str]
) -> Imported:
    """Nodes become steps, intents conditions over an input, slots required inputs."""
    found = Imported()
    nodes = dict(_nodes(source.get("nodes"), found))
    edges = list(_edges(source.get("edges"), found))
    names = {key: _name(key) for key in nodes}
    for n, edge in enumerate(edges):
        for end in (edge.source, edge.target):
            if end not in nodes:
                found.refuse(f"/edges/{n}", f"the edge {n} names {end!r}, which is no node")
    _slots(source.get("slots"), found)
    for key, node in nodes.items():
        step = _step(key, node, found, kinds=kinds, tools=tools)
        step["name"] = str(node.get("name") or _attribute(node).get("task") or key)[:200]
        step["dependencies"] = [
            names[e.source] for e in edges if e.target == key and e.source in names
        ]
        _slots(_attribute(node).get("slots") or node.get("slots"), found)
        found.steps[names[key]] = step
    _intents(edges, names, found)
    if _MESSAGE in json.dumps(found.steps):
        found.inputs.setdefault("message", {"type": "string", "description": "what the user says"})
    return found


def pipeline(source: Sequence[Any]) -> Imported:
    """A sequence of agents, each of which is given what the one before answered."""
    found = Imported(
        inputs={"message": {"type": "string", "description": "what the first is told"}}
    )
    given, before = _MESSAGE, ""
    for n, item in enumerate(source):
        one = _object(item) or {"agent": item}
        agent = one.get("agent") or one.get("agent_id") or one.get("slug")
        if not isinstance(agent, str) or not agent:
            found.refuse(f"/pipeline/{n}", f"step {n + 1} of the pipeline names no `agent`")
            continue
        task = str(one.get("task") or one.get("prompt") or one.get("message") or "")
        name = _name(str(one.get("id") or one.get("name") or f"agent_{n + 1}"))
        if name in found.steps:
            name = f"{name}_{n + 1}"
        found.steps[name] = {
            "type": "agent",
            "name": str(one.get("name") or agent)[:200],
            "config": {"agent": agent, "message": f"{task}\n\n{given}" if task else given},
            "dependencies": [before] if before else [],
        }
        given, before = f"{{{{ steps.{name}.output.answer }}}}", name
        known = {"agent", "agent_id", "slug", "task", "prompt", "message", "id", "name"}
        if left := sorted(set(one) - known):
            found.notes.append(f"Step {n + 1} of the pipeline: {', '.join(left)} was left aside.")
    return found


def _nodes(raw: Any, found: Imported) -> Iterator[tuple[str, dict[str, Any]]]:
    """Nodes by id: a list of objects, a list of `[id, object]`, or an object."""
    items: list[Any] = []
    if isinstance(raw, dict):
        items = [[key, node] for key, node in cast("dict[str, Any]", raw).items()]
    elif isinstance(raw, list):
        items = cast("list[Any]", raw)
    if not items:
        found.refuse("/nodes", "the graph has no nodes")
    for n, item in enumerate(items):
        match item:
            case [str() | int() as key, *rest] if len(rest) == 1:
                yield str(key), _object(rest[0])
            case {"id": str() | int() as key}:
                yield str(key), _object(item)
            case _:
                found.refuse(f"/nodes/{n}", f"the node {n} has no `id`")


def _edges(raw: Any, found: Imported) -> Iterator[Edge]:
    for n, item in enumerate(cast("list[Any]", raw) if isinstance(raw, list) else []):
        about = _object(item)
        source, target = (
            about.get("source", about.get("from")),
            about.get("target", about.get("to")),
        )
        if isinstance(item, list) and len(pair := cast("list[Any]", item)) in {2, 3}:
            source, target, about = pair[0], pair[1], _object(pair[-1])
        if source is None or target is None:
            found.refuse(f"/edges/{n}", f"the edge {n} has no `source` and `target`")
            continue
        intent = str(about.get("intent") or "")
        yield Edge(source=str(source), target=str(target), intent=intent)


def _step(
    key: str,
    node: Mapping[str, Any],
    found: Imported,
    *,
    kinds: Collection[str],
    tools: Collection[str],
) -> dict[str, Any]:
    """The step of a node: its own kind, or the counterpart of the resource that it uses."""
    kind, attribute = str(node.get("type") or ""), _attribute(node)
    if kind in kinds:
        return {"type": kind, "config": node.get("config") or {}}
    raw = node.get("resource")
    resource = _object(raw) or {"name": raw}
    name = str(resource.get("name") or resource.get("id") or kind)
    low, text = name.lower(), attribute.get("value") or attribute.get("message")
    if name in tools:
        given = _object(attribute.get("arguments"))
        return {"type": "tool", "config": {"tool": name, "arguments": given}}
    if "http" in low and (url := attribute.get("url") or attribute.get("endpoint")):
        config = {"url": url, "method": str(attribute.get("method") or "GET").upper()}
        return {"type": "http", "config": config}
    if ("message" in low or "msg" in low) and "rag" not in low and text:
        return {"type": "transform", "config": {"value": {"message": text}}}
    if "rag" in low or "message" in low or "msg" in low:
        task = str(attribute.get("task") or text or "")
        message = f"{task}\n\n{_MESSAGE}" if task else _MESSAGE
        return {"type": "agent", "config": {"agent": "assistant", "message": message}}
    found.refuse(
        f"/nodes/{key}",
        f"the node {key!r} uses {name or 'no resource'!r}, which has no counterpart here; give it a"
        f" `type` ({', '.join(sorted(kinds))}) with a `config`, or the name of a tool"
        f" ({', '.join(sorted(tools))})",
    )
    return {"type": "transform", "config": {"value": None}}


def _intents(edges: Sequence[Edge], names: Mapping[str, str], found: Imported) -> None:
    """Conditions of the nodes that are reached by intents only."""
    meant: dict[str, list[str]] = {}
    for key in names:
        intents = [edge.intent for edge in edges if edge.target == key]
        if intents and all(intent.lower() not in _NO_INTENT for intent in intents):
            meant[key] = list(dict.fromkeys(intents))
    # A user who goes on after a first wish has several: then each is looked for in a list.
    several = any(edge.source in meant and edge.target in meant for edge in edges)
    for key, intents in meant.items():
        words = json.dumps(intents, ensure_ascii=False)
        tests = " or ".join(
            f"{json.dumps(i, ensure_ascii=False)} in input.intents" for i in intents
        )
        condition = tests if several else f"input.intent in {words}"
        found.steps[names[key]]["conditions"] = [condition]
    if meant:
        known = ", ".join(dict.fromkeys(intent for each in meant.values() for intent in each))
        kind = ("intents", "array") if several else ("intent", "string")
        found.inputs[kind[0]] = {"type": kind[1], "description": f"one of {known}"[:500]}


def _slots(raw: Any, found: Imported) -> None:
    if isinstance(raw, dict):
        pairs = cast("dict[str, Any]", raw).items()
        raw = [{"name": k, **(v if isinstance(v, dict) else {"type": v})} for k, v in pairs]
    for item in cast("list[Any]", raw) if isinstance(raw, list) else []:
        one = _object(item) or {"name": item}
        name = one.get("name")
        if not isinstance(name, str) or not name:
            found.refuse("/slots", f"a slot has no `name`: {json.dumps(item, default=str)[:60]}")
            continue
        told = str(one.get("type") or "any").lower()
        if told not in _TYPES and told != "any":
            found.notes.append(f"The slot {name!r} is of type {told!r}, which is taken for any.")
        found.inputs[name] = {
            "type": _TYPES.get(told, "any"),
            "required": bool(one.get("required", True)),
            "description": str(one.get("description") or one.get("prompt") or "")[:500],
        }


def _attribute(node: Mapping[str, Any]) -> dict[str, Any]:
    return _object(node.get("attribute") or node.get("attributes"))


def _object(value: Any) -> dict[str, Any]:
    """The object itself; an empty one for everything else."""
    return cast("dict[str, Any]", value) if isinstance(value, dict) else {}


def _name(text: str) -> str:
    """An id for expressions: a letter first, then letters, digits, `_` and `-`."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "_", text).strip("_")[:70] or "step"
    return plain if plain[0].isalpha() else f"node_{plain}"

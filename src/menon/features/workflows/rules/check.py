"""Whether a definition can run: every fault, each naming its step and what to do."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import msgspec

from menon.engine.steps.branches import written
from menon.engine.steps.expressions import ExpressionError, evaluate, parse, reads
from menon.engine.steps.grammar import Path, paths
from menon.engine.steps.step import Step
from menon.features.workflows.rules.definition import Graph, Node, StepBody, connected, step_of
from menon.features.workflows.rules.graph import edges
from menon.features.workflows.rules.turn import possible
from menon.kit.graph import ancestors, cycle

MOST_STEPS: Final = 200
MOST_BYTES: Final = 200_000
MOST_RETRIES: Final = 3
LONGEST_S: Final = 7 * 86_400.0
DEEPEST: Final = 3
"""Steps below steps."""

_ID = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,79}")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, and where."""

    pointer: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class Around:
    """What a graph of steps stands in."""

    kinds: Mapping[str, Step]
    inputs: frozenset[str] | None
    """The inputs that are declared; None where nothing is said of them."""
    pointer: str = ""
    label: str = ""
    roots: frozenset[str] = frozenset({"input", "steps", "run", "secrets"})
    steps: frozenset[str] = frozenset()
    """Steps outside whose outputs can be read."""
    depth: int = 0


def check(body: Mapping[str, Any], kinds: Mapping[str, Step]) -> list[Fault]:
    """Every fault of a definition; none where it can run."""
    size = len(json.dumps(body, default=str))
    if size > MOST_BYTES:
        return [Fault("", f"the definition has {size} bytes; at most {MOST_BYTES} are allowed")]
    inputs = cast("Mapping[str, Any] | None", body.get("inputs"))
    around = Around(kinds=kinds, inputs=frozenset(inputs) if inputs else None)
    found = list(_run_limits(body))
    return found + _steps(cast("Mapping[str, Any]", body.get("steps", {})), around)


def _run_limits(body: Mapping[str, Any]) -> Iterator[Fault]:
    seconds = body.get("max_execution_time")
    if seconds is not None and not 0 < seconds <= LONGEST_S:
        yield Fault("/max_execution_time", f"it is above 0 and at most {LONGEST_S:g} s, or null")


def _steps(raw: Mapping[str, Any], around: Around) -> list[Fault]:
    where = f"{around.pointer}/steps"
    if not 1 <= len(raw) <= MOST_STEPS:
        return [
            Fault(where, f"{around.label}there are {len(raw)} steps; 1 to {MOST_STEPS} can run")
        ]
    found: list[Fault] = []
    steps: dict[str, StepBody] = {}
    for key, one in raw.items():
        try:
            steps[key] = step_of(one)
        except ValueError as error:
            found.append(Fault(f"{where}/{key}", f"{around.label}step {key!r}: {error}"))
            continue
        found += _fault_of(key, steps[key], around)
    if len(steps) < len(raw):
        return found
    graph = connected(steps)
    unknown = list(_unknown(graph, around))
    found += unknown
    if circle := cycle(edges(graph)):
        text = f"{around.label}the steps wait for each other: {' -> '.join(circle)}"
        return [*found, Fault(where, text)]
    for node in graph.values():
        found += _reading(node, graph, around)
        found += _below(node, graph, around)
    return found if unknown else [*found, *_unreachable(graph, around)]


def _fault_of(key: str, step: StepBody, around: Around) -> Iterator[Fault]:
    def fault(field: str, detail: str) -> Fault:
        return Fault(
            f"{around.pointer}/steps/{key}/{field}", f"{around.label}step {key!r}: {detail}"
        )

    if not _ID.fullmatch(key):
        yield fault("id", "an id begins with a letter and has letters, digits, `_` and `-`")
    if step.id and step.id != key:
        yield fault("id", f"it stands under {key!r} but calls itself {step.id!r}")
    if not 0 <= step.max_retries <= MOST_RETRIES:
        yield fault("max_retries", f"`max_retries` is 0 to {MOST_RETRIES}, not {step.max_retries}")
    seconds = step.timeout_seconds
    if seconds is not None and not 0 < seconds <= LONGEST_S:
        yield fault("timeout_seconds", f"`timeout_seconds` is above 0 and at most {LONGEST_S:g}")
    kind = around.kinds.get(step.type)
    if kind is None:
        known = ", ".join(sorted(around.kinds))
        yield fault("type", f"there is no kind {step.type!r}; there are {known}")
        return
    for detail in _misfits(kind, step.config):
        yield fault("config", detail)


def _misfits(kind: Step, config: Mapping[str, Any]) -> Iterator[str]:
    """What is wrong with a configuration; what an expression will give is not known yet."""
    fields = {field.encode_name: field for field in msgspec.structs.fields(kind.config)}
    if unknown := [name for name in config if name not in fields]:
        yield f"{kind.name!r} takes no {unknown[0]!r}; it takes {', '.join(fields)}"
    if missing := [name for name, f in fields.items() if f.required and name not in config]:
        yield f"{kind.name!r} needs `{missing[0]}`"
    if unknown or missing:
        return
    sound = True
    for name, value in config.items():
        if isinstance(value, str) and "{{" in value and name not in kind.raw:
            continue
        try:
            msgspec.convert(value, fields[name].type)
        except msgspec.ValidationError as error:
            sound = False
            yield f"`{name}`: {error}"
    if sound:
        try:
            configured = kind.configured(config)
        except ValueError:
            return  # of the type that an expression will give
        yield from kind.check(configured)


def _unknown(graph: Graph, around: Around) -> Iterator[Fault]:
    for key, node in graph.items():
        at, said = f"{around.pointer}/steps/{key}", f"{around.label}step {key!r}"
        for earlier in node.dependencies:
            if earlier not in graph:
                yield Fault(
                    f"{at}/dependencies", f"{said} depends on {earlier!r}, which is no step"
                )
        if node.on_failure is not None and node.on_failure not in graph:
            yield Fault(f"{at}/on_failure", f"{said} names {node.on_failure!r}, which is no step")
        for branch in ("then", "else") if node.kind == "condition" else ():
            for chosen in cast("list[str]", node.config.get(branch) or []):
                if chosen not in graph:
                    text = f"{said} chooses {chosen!r} in `{branch}`, which is no step"
                    yield Fault(f"{at}/config/{branch}", text)


def _reading(node: Node, graph: Graph, around: Around) -> Iterator[Fault]:
    at, said = f"{around.pointer}/steps/{node.id}", f"{around.label}step {node.id!r}"
    kind = around.kinds.get(node.kind)
    raw = kind.raw if kind else frozenset[str]()
    filled = {name: value for name, value in node.config.items() if name not in raw}
    texts = list(node.conditions)
    if node.kind == "condition" and isinstance(node.config.get("expression"), str):
        texts.append(node.config["expression"])
    try:
        asked = [path for text in texts for path in paths(parse(text))]
        read = [*reads(filled), *asked]
    except ExpressionError as error:
        yield Fault(at, f"{said}: {error}")
        return
    if any(path.parts[0] == "secrets" for path in asked):
        yield Fault(at, f"{said} decides by a secret; secrets are only filled into configurations")
    earlier = ancestors(edges(graph), node.id)
    for path in dict.fromkeys(read):
        if detail := _unreadable(path, graph, earlier, around):
            yield Fault(at, f"{said} reads {str(path)!r}, but {detail}")


def _unreadable(path: Path, graph: Graph, earlier: set[str], around: Around) -> str:
    root = path.parts[0]
    if root not in around.roots:
        return f"{root!r} is none of {', '.join(sorted(around.roots))}"
    name = str(path.parts[1]) if len(path.parts) > 1 else ""
    if root == "input" and name and around.inputs is not None and name not in around.inputs:
        return f"the workflow declares no input {name!r}, only {', '.join(sorted(around.inputs))}"
    if root != "steps" or not name or name in earlier:
        return ""
    if name in graph:
        return f"does not come after {name!r}; add it to `dependencies`"
    return "" if name in around.steps else f"there is no step {name!r}"


def _below(node: Node, graph: Graph, around: Around) -> list[Fault]:
    inner = written(node.config) if node.kind in {"map", "parallel"} else []
    if inner and around.depth >= DEEPEST:
        text = f"{around.label}step {node.id!r} has steps below steps more than {DEEPEST} deep"
        return [Fault(f"{around.pointer}/steps/{node.id}", text)]
    earlier = ancestors(edges(graph), node.id)
    roots = around.roots | frozenset(("item", "index") if node.kind == "map" else ())
    found: list[Fault] = []
    for name, body in inner:
        below = replace(
            around,
            pointer=f"{around.pointer}/steps/{node.id}/config",
            label=f"{around.label}{node.id}{name}: ",
            roots=roots,
            steps=around.steps | earlier,
            depth=around.depth + 1,
        )
        found += _steps(cast("Mapping[str, Any]", body["steps"]), below)
    return found


def _unreachable(graph: Graph, around: Around) -> Iterator[Fault]:
    never = set(_never(graph))
    can = possible(graph, never)
    for key, node in graph.items():
        if key in can:
            continue
        why = "its conditions are never true" if key in never else ""
        why = why or "no way leads there: what stands before it never completes"
        at = f"{around.pointer}/steps/{key}"
        yield Fault(at, f"{around.label}step {key!r} ({node.kind}) can never run; {why}")


def _never(graph: Graph) -> Iterator[str]:
    """What is decided before anything runs: conditions that read nothing."""
    for key, node in graph.items():
        if any(_constant(text) is False for text in node.conditions):
            yield key
        if node.kind == "condition":
            decided = _constant(str(node.config.get("expression", "")))
            if decided is not None:
                yield f"{key}:{'else' if decided else 'then'}"


def _constant(text: str) -> bool | None:
    try:
        tree = parse(text)
        return None if any(paths(tree)) else bool(evaluate(text, {}))
    except ExpressionError:
        return None

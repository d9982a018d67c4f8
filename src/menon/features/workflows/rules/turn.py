"""What happens next in an execution, decided from where its nodes stand."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from menon.features.workflows.models import NodeState
from menon.features.workflows.rules.definition import Graph, Node

FINAL = frozenset({NodeState.COMPLETED, NodeState.FAILED, NodeState.SKIPPED})


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a node stands."""

    state: NodeState
    branch: str = ""
    """What a condition step chose."""


@dataclass(frozen=True, slots=True)
class Moves:
    """What may begin, and what will never."""

    ready: tuple[str, ...]
    skipped: tuple[str, ...]


def moves(graph: Graph, seen: Mapping[str, Seen]) -> Moves:
    """The nodes whose turn it is; none once a failure stands that nothing answers."""
    if failure(graph, seen) is not None:
        return Moves((), ())
    ready: list[str] = []
    skipped: list[str] = []
    for key, node in graph.items():
        if key in seen or not all(_final(seen, before) for before in node.before):
            continue
        (ready if _wanted(node, seen) else skipped).append(key)
    return Moves(tuple(ready), tuple(skipped))


def failure(graph: Graph, seen: Mapping[str, Seen]) -> str | None:
    """The first node in definition order that failed with nothing to answer for it."""
    for key, node in graph.items():
        stands = seen.get(key)
        if stands and stands.state is NodeState.FAILED and node.on_failure is None:
            return key
    return None


def over(graph: Graph, seen: Mapping[str, Seen]) -> bool:
    """Whether every node has ended."""
    return all(_final(seen, key) for key in graph)


def sinks(graph: Graph) -> list[str]:
    """The nodes that nothing follows: what they give is what the execution gives."""
    followed = {before for node in graph.values() for before in node.before}
    return [key for key in graph if key not in followed]


def possible(graph: Graph, never: Collection[str]) -> set[str]:
    """The nodes that some run can come to, where the branches or steps in `never` are not taken.

    Args:
        graph: an acyclic definition.
        never: ids of steps that always skip, and `condition:branch` that is never chosen.
    """
    found: set[str] = set()
    grown = True
    while grown:
        grown = False
        for key, node in graph.items():
            if key in found or key in never:
                continue
            gates = [c for c, branch in node.gates if f"{c}:{branch}" not in never]
            closed = bool(node.gates) and not any(c in found for c in gates)
            sources = (*node.dependencies, *gates, *node.handles)
            if not closed and (not node.before or any(s in found for s in sources)):
                found.add(key)
                grown = True
    return found


def _final(seen: Mapping[str, Seen], key: str) -> bool:
    return key in seen and seen[key].state in FINAL


def _wanted(node: Node, seen: Mapping[str, Seen]) -> bool:
    """Whether a node runs whose predecessors have all ended.

    A handler runs where what it answers for failed. A branch runs where it was chosen. Any other
    node runs where one of those before it has completed: a join waits for all and needs one.
    """
    if node.handles:
        return any(seen[failed].state is NodeState.FAILED for failed in node.handles)
    chosen = [c for c, branch in node.gates if seen[c].branch == branch]
    if node.gates and not chosen:
        return False
    sources = (*node.dependencies, *chosen)
    return not sources or any(seen[s].state is NodeState.COMPLETED for s in sources)

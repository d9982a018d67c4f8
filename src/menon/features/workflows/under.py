"""What stands below the nodes of an execution: single steps here, graphs as runs of their own."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from menon.core.jobs import Job
from menon.engine.steps.step import Below, Branch
from menon.features.workflows.attempts import World
from menon.features.workflows.errors import StepFailed
from menon.features.workflows.models import NodeState
from menon.features.workflows.records import Loaded
from menon.features.workflows.rows import Row
from menon.features.workflows.rules.definition import Node, read
from menon.features.workflows.rules.turn import FINAL
from menon.features.workflows.starting import Start, start
from menon.kit.ids import new_id

DEEPEST = 8
"""Runs below runs."""


@dataclass(frozen=True, kw_only=True)
class Next:
    """A branch that begins: a single step, or a run of its own."""

    row: Row
    node: Node | None = None
    scope: Mapping[str, Any] = field(default_factory=dict[str, Any])
    start: Callable[[Session], object] | None = None


class Under:
    """The branches of the nodes that wait for what is below them."""

    def __init__(self, rows: dict[str, Row], loaded: Loaded, world: World, job: Job) -> None:
        self._rows = rows
        self._loaded = loaded
        self._world = world
        self._job = job
        self._open: dict[str, Below] = {}

    def add(self, row: Row, below: Below) -> None:
        """The node waits for these branches."""
        self._open[row.node] = below

    def know(self, row: Row) -> None:
        """The node waits for one run that an earlier attempt began."""
        self._open[row.node] = Below(branches=(Branch(name=".run", body={}),), shape="one")

    def next(self, scope: Mapping[str, Any], has_room: Callable[[], bool]) -> Iterator[Next]:
        """The branches that begin now, as many as may run at the same time."""
        for path, below in self._open.items():
            names = [f"{path}{branch.name}" for branch in below.branches]
            busy = sum(n in self._rows and self._rows[n].state not in FINAL for n in names)
            for name, branch in zip(names, below.branches, strict=True):
                if name in self._rows:
                    continue
                if below.at_once is not None and busy >= below.at_once:
                    break
                single = self._single(branch, name)
                if single is not None and not has_room():
                    break
                busy += 1
                yield self._begun(name, branch, single, scope)

    def gather(self, now: datetime) -> list[Row]:
        """The nodes whose branches have all ended, with what these gave."""
        ended: list[Row] = []
        for path, below in list(self._open.items()):
            rows = [self._rows.get(f"{path}{branch.name}") for branch in below.branches]
            if all(row is not None and row.state in FINAL for row in rows):
                del self._open[path]
                row = self._rows[path]
                _gathered(row, below, [row for row in rows if row is not None], now)
                ended.append(row)
        return ended

    def _single(self, branch: Branch, name: str) -> Node | None:
        """The one step of a branch, where it can run here."""
        if branch.input is not None:
            return None
        nodes = list(read(branch.body).values())
        kind = self._world.kinds.get(nodes[0].kind)
        if len(nodes) > 1 or (kind is not None and kind.parks):
            return None
        return replace(nodes[0], id=name)

    def _begun(
        self, name: str, branch: Branch, single: Node | None, scope: Mapping[str, Any]
    ) -> Next:
        now = self._world.runtime.clock.now()
        if single is not None:
            row = Row(node=name, kind=single.kind, state=NodeState.RUNNING)
            return Next(row=row, node=single, scope={**scope, **branch.sees})
        row = Row(node=name, kind="run", state=NodeState.WAITING, started_at=now)
        if self._loaded.depth >= DEEPEST:
            row.fail(StepFailed.code, f"Runs stand below runs more than {DEEPEST} deep.", now)
            return Next(row=row, start=lambda _session: None)
        row.child_id = new_id()
        new = self._run(row, branch)
        return Next(row=row, start=partial(start, new=new, job=self._job, now=now))

    def _run(self, row: Row, branch: Branch) -> Start:
        inherits = branch.input is None
        given = self._loaded.input if branch.input is None else branch.input
        sees = {**(self._loaded.sees or {}), **branch.sees}
        return Start(
            run_id=row.child_id or "",
            owner_id=self._world.who.user_id,
            scopes=self._loaded.scopes,
            title=f"{self._loaded.title} / {row.node}",
            body=branch.body,
            input=given,
            workflow_id=branch.workflow_id,
            version=branch.version,
            parent_id=self._world.run_id,
            parent_node=row.node,
            inherits=sees if inherits else None,
        )


def _gathered(row: Row, below: Below, ended: list[Row], now: datetime) -> None:
    failed = next((one for one in ended if one.state is NodeState.FAILED), None)
    if failed is not None:
        detail = f"{failed.node}: {failed.error_detail}"
        row.fail(failed.error_code or StepFailed.code, detail, now)
        return
    outputs = [one.output for one in ended]
    names = [branch.name.removeprefix(".") for branch in below.branches]
    shapes: dict[str, Any] = {
        "list": outputs,
        "object": dict(zip(names, outputs, strict=True)),
        "one": outputs[0] if outputs else None,
    }
    row.end(NodeState.COMPLETED, now, output=shapes[below.shape])

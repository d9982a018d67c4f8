"""What slows a codebase down: shapes of its code, tangled functions, slow checks."""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from typing import Any, Final

from sqlalchemy.orm import Session

from menon.apps.socratic.aside import aside
from menon.apps.socratic.codebases import facts, files, rows
from menon.apps.socratic.scan.slow import REMEDIES, slow
from menon.core.auth import Principal
from menon.core.runtime import Runtime

_MOST: Final = 500
_TANGLED: Final = 10
"""Files whose functions have the most paths."""
_GRAVE: Final = {"high": 0, "medium": 1, "low": 2}


async def advice(runtime: Runtime, who: Principal, codebase_id: str) -> dict[str, Any]:
    """What to make faster in a codebase, the gravest first, and how."""
    tree, gates = await runtime.db.read(_gather, who, codebase_id)
    found = await aside(partial(of_tree, tree))
    timed = sorted(gates, key=lambda gate: -float(gate.get("seconds") or 0.0))
    return {
        "codebase_id": codebase_id,
        **found,
        "gates": [
            {"name": gate["name"], "seconds": round(float(gate.get("seconds") or 0.0), 3)}
            for gate in timed
        ],
    }


def of_tree(tree: Mapping[str, bytes]) -> dict[str, Any]:
    """The findings in a tree, apart from its tests; pure."""
    told: list[dict[str, Any]] = []
    paths: dict[str, float] = {}
    for path, body in tree.items():
        if not path.endswith(".py") or files.purpose(path) == "test":
            continue
        known = facts.of_file(path, body)
        if known.complexity is not None:
            paths[path] = known.complexity
        told += [
            {
                "rule": one.rule,
                "severity": one.severity,
                "path": path,
                "line": one.line,
                "text": one.text,
                "remedy": REMEDIES[one.rule],
            }
            for one in slow(body.decode(errors="replace"))
        ]
    told.sort(key=lambda one: (_GRAVE[one["severity"]], one["path"], one["line"]))
    tangled = sorted(paths.items(), key=lambda item: (-item[1], item[0]))[:_TANGLED]
    return {
        "findings": told[:_MOST],
        "by_rule": dict(Counter(one["rule"] for one in told)),
        "tangled": [{"path": path, "paths": count} for path, count in tangled],
    }


def _gather(
    session: Session, who: Principal, codebase_id: str
) -> tuple[dict[str, bytes], list[dict[str, Any]]]:
    row, _ = rows.visible(session, who, codebase_id)
    return files.tree(session, row.id), row.detail.get("gates") or []

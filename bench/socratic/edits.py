"""Thirty edits of people times ten changes of a specification: none may be lost without a word.

`python -m bench.socratic.edits [SPECIFICATION.json ...] [--json]`
"""

import argparse
import ast
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.figures import Figure, line
from bench.socratic.spec_changes import CHANGES
from bench.socratic.user_edits import EDITS, Tree
from menon.apps.socratic.generator.phases import generate
from menon.apps.socratic.proof.merge import Merged, merge
from menon.apps.socratic.specification import Specification

SPECIFICATIONS = Path(__file__).with_name("specifications")
Lines = Counter[bytes]


def lines(content: bytes) -> Lines:
    """How often each line stands in a file, whatever ends it."""
    return Counter(part.rstrip(b"\r") for part in content.split(b"\n") if part.strip())


def lost(base: Tree, ours: Tree, theirs: Tree, merged: Merged) -> list[str]:
    """What somebody wrote or took away, and what neither the result nor a conflict shows."""
    listed = {conflict.path for conflict in merged.conflicts}
    found: list[str] = []
    for path, content in ours.items():
        if content == base.get(path):
            continue
        result = merged.tree.get(path, b"")
        if path not in listed and (missing := _missing(base, path, content, result)):
            found.append(f"{path}: {missing!r}")
        elif path in listed and _not_shown(path, content, merged):
            found.append(f"{path}: the conflict does not show it")
        elif path not in listed and (back := _back(base, path, content, theirs, result)):
            found.append(f"{path}: taken away, and back: {back!r}")
    found += [
        f"{path}: it was deleted, and is back"
        for path in base.keys() - ours.keys() - listed
        if path in merged.tree
    ]
    for path, content in theirs.items():
        if content in (base.get(path), merged.tree.get(path)):
            continue
        result = merged.tree.get(path, b"")
        deleted = path in base and path not in ours
        if (
            path not in listed
            and not deleted
            and (missing := _missing(base, path, content, result))
        ):
            found.append(f"{path}: generated, and lost: {missing!r}")
    return found


def _missing(base: Tree, path: str, side: bytes, result: bytes) -> list[bytes]:
    """Lines that a side added and that are not in the result as often as they were added."""
    before, after, there = lines(base.get(path, b"")), lines(side), lines(result)
    return [line for line in after - before if there[line] < (after - before)[line]][:3]


def _back(base: Tree, path: str, side: bytes, theirs: Tree, result: bytes) -> list[bytes]:
    """Lines that a side took away and that stand in the result all the same."""
    before, after, there = lines(base.get(path, b"")), lines(side), lines(result)
    new = lines(theirs.get(path, b""))
    return [line for line, times in (before - after).items() if there[line] > new[line] - times][:3]


def _not_shown(path: str, content: bytes, merged: Merged) -> bool:
    return not any(one.path == path and one.ours == content for one in merged.conflicts)


def broken(ours: Tree, theirs: Tree, merged: Merged) -> int:
    """Python files of both sides, without a conflict, that are no Python any more."""
    listed = {conflict.path for conflict in merged.conflicts}
    return sum(
        not _parses(content)
        for path, content in merged.tree.items()
        if path.endswith(".py")
        and path not in listed
        and content not in (ours.get(path), theirs.get(path))
    )


def _readable(tree: Tree) -> bool:
    return all(_parses(content) for path, content in tree.items() if path.endswith(".py"))


def _parses(content: bytes) -> bool:
    try:
        ast.parse(content)
    except (SyntaxError, ValueError):
        return False
    return True


def measured(name: str, spec: Specification) -> Iterator[Figure]:
    """The figures of one specification."""
    base = generate(spec)
    regenerated = {change: generate(make(spec)) for change, make in CHANGES.items()}
    losses: list[str] = []
    kinds: Counter[str] = Counter()
    clean = pairs = unreadable = 0
    begun = time.perf_counter()
    for edit, make in EDITS.items():
        ours = make(base)
        readable = _readable(ours)
        for change, theirs in regenerated.items():
            merged = merge(base, ours, theirs)
            losses += [f"{edit} x {change}: {one}" for one in lost(base, ours, theirs, merged)]
            kinds.update(conflict.kind for conflict in merged.conflicts)
            clean += not merged.conflicts
            unreadable += broken(ours, theirs, merged) if readable else 0
            pairs += 1
    each = (time.perf_counter() - begun) / pairs * 1e3
    notes = {"pairs": pairs, "first": losses[:3]}
    yield Figure(name=f"{name}: edits lost", value=len(losses), limit=0, notes=notes)
    yield Figure(name=f"{name}: broken without a conflict", value=unreadable, limit=0)
    yield Figure(name=f"{name}: merged without a conflict", value=round(clean / pairs, 3))
    yield Figure(name=f"{name}: conflicts", value=kinds.total(), notes=dict(kinds))
    yield Figure(name=f"{name}: merge and check", value=round(each, 1), unit="ms")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure every specification, or those that are named."""
    parser = argparse.ArgumentParser(prog="python -m bench.socratic.edits", description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--json", action="store_true", help="an object a line")
    asked = parser.parse_args(arguments)
    wrong = 0
    for path in asked.files or sorted(SPECIFICATIONS.glob("*.json")):
        spec = Specification.model_validate_json(path.read_bytes())
        for figure in measured(path.stem, spec):
            print(json.dumps(figure.row()) if asked.json else line(figure), flush=True)
            wrong += not figure.ok
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

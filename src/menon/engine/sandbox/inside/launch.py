"""The whole of a run, from the plan on standard input to the report on standard output."""

from __future__ import annotations

import marshal
import os
import sys

from . import box, processes, rooms
from .plan import Plan
from .supervise import Run


def main() -> None:
    """Run what the server asks for; a report of `failed` says that nothing was run."""
    os.umask(0o022)  # the program's user has to get through what we make
    plan = Plan(**marshal.load(sys.stdin.buffer))  # noqa: S302 - written by the server
    report: dict[str, object] = {}
    contents: list[bytes] = []
    try:
        if plan.walls == "own":
            rooms.enter(plan)
        while plan.uid and not plan.walled and processes.tasks(plan.uid):
            plan.uid += 1  # all of this user's processes are killed in the end
        seen = box.fill(plan)
        run = Run(plan)
        report["failed"] = run.go()
        contents = _told(run, seen, report)
    except OSError as error:
        report["failed"] = str(error)
    try:
        _send(report, contents)
    finally:
        if not plan.walled and os.path.isdir(plan.box):
            box.remove(plan.box)


def _told(run: Run, seen: box.Seen, report: dict[str, object]) -> list[bytes]:
    found, more = box.changed(run.plan, seen)
    out, err = run.out.text(), run.err.text()
    report |= {
        "exit": run.exit,
        "killed_by": run.killed_by,
        "seconds": run.seconds,
        "cpu_seconds": run.cpu_seconds,
        "left_out": [run.out.left_out, run.err.left_out],
        "texts": [len(out), len(err)],
        "more_files": more,
        "files": [(name, size, content is not None) for name, size, content in found],
    }
    return [out, err, *(content for _, _, content in found if content is not None)]


def _send(report: dict[str, object], contents: list[bytes]) -> None:
    head = ascii(report).encode()  # a literal: `json` would cost each run 10 ms
    left = memoryview(b"%d\n%s%s" % (len(head), head, b"".join(contents)))
    while left:
        left = left[os.write(1, left) :]

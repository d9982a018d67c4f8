"""Starting the program, watching it, ending all that it started, and saying how it went."""

from __future__ import annotations

import os
import resource
import select
import time

from . import box, processes
from .confine import become
from .plan import Plan
from .system import PR_SET_CHILD_SUBREAPER, PR_SET_DUMPABLE, SIGKILL, prctl

_TICK_S = 0.05
"""Between two looks at memory and disk: a process fills some 100 MB in it."""
_LOOKING = 10
"""Looking may take this part of the time."""
_CHUNK = 1 << 16
_SERVER = 0
"""The pipe that the server keeps open for as long as it wants the run."""
_LIMITS = {-24: "cpu", -25: "file size"}
"""How SIGXCPU and SIGXFSZ end a program."""


class Output:
    """The beginning and the end of what a program writes."""

    def __init__(self, most: int) -> None:
        self._most = most // 2
        self._begin = bytearray()
        self._end = bytearray()
        self.left_out = 0

    def add(self, data: bytes) -> None:
        room = self._most - len(self._begin)
        self._begin += data[:room]
        self._end += data[room:] if room > 0 else data
        over = len(self._end) - self._most
        if over > 0:
            self.left_out += over
            del self._end[:over]

    def text(self) -> bytes:
        """All of it, or both ends and how much lay between them."""
        note = b"\n[... %d bytes left out ...]\n" % self.left_out if self.left_out else b""
        return bytes(self._begin) + note + bytes(self._end)


class Run:
    """One program and what it has started."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.out = Output(plan.output_bytes)
        self.err = Output(plan.output_bytes)
        self.killed_by = ""
        self.exit = 0
        self.seconds = 0.0
        self.cpu_seconds = 0.0
        self._child = 0
        self._statuses: dict[int, int] = {}
        self._look_at = 0.0

    def go(self) -> str:
        """Run it to its end; what is answered says why it was not begun."""
        prctl(PR_SET_CHILD_SUBREAPER, 1)
        out, err, status = os.pipe(), os.pipe(), os.pipe()
        tasks = 0 if self.plan.uid or self.plan.walled else processes.tasks(os.getuid())
        self._child = os.fork()
        if self._child == 0:
            _child(self.plan, out[1], err[1], status[1], tasks)
        # Nobody of the same user looks into us; later than the fork, which has to write to /proc.
        prctl(PR_SET_DUMPABLE, 0)
        for _, write_end in (out, err, status):
            os.close(write_end)
        with open(status[0], "rb") as reader:
            refused = reader.read().decode()
        if not refused:
            self._watch({out[0]: self.out, err[0]: self.err})
        return refused

    def _watch(self, outputs: dict[int, Output]) -> None:
        begun = time.monotonic()
        ended = os.pidfd_open(self._child)
        poll = select.poll()
        for file in (*outputs, ended, _SERVER):
            poll.register(file, select.POLLIN)
        ready: list[int] = []
        try:
            while ended not in ready and not self.killed_by:
                ready = [file for file, _ in poll.poll(_TICK_S * 1000)]
                for file in ready:
                    if file in outputs and not self._take(file, outputs[file]):
                        poll.unregister(file)
                self.seconds = time.monotonic() - begun
                if ended not in ready:
                    self.killed_by = "server" if _SERVER in ready else self._violation()
        finally:
            self._end()
        for file, output in outputs.items():
            while self._take(file, output):
                pass

    def _take(self, file: int, output: Output) -> int:
        data = os.read(file, _CHUNK)
        output.add(data)
        return len(data)

    def _violation(self) -> str:
        """The limit that is broken; the dead are taken away, since they count as processes."""
        if self.seconds > self.plan.seconds:
            return "time"
        if self.seconds < self._look_at:
            return ""
        processes.reap(self._statuses)
        begun = time.monotonic()
        if self.plan.uid and not self.plan.walled:
            found = self._excess_as(self.plan.uid)
        else:
            found = self._excess()
        took = time.monotonic() - begun
        self._look_at = self.seconds + max(_TICK_S, took * _LOOKING)
        return found

    def _excess_as(self, user: int) -> str:
        """Root in a container may not look into processes of others; their own user may."""
        os.setegid(user)
        os.seteuid(user)
        try:
            return self._excess()
        finally:
            os.seteuid(0)
            os.setegid(0)

    def _excess(self) -> str:
        plan, pids = self.plan, processes.family(self.plan)
        if processes.memory(pids, plan.memory_bytes) > plan.memory_bytes:
            return "memory"
        if not plan.walled and processes.threads(pids) > plan.processes:
            return "processes"
        size, files = box.used(plan)
        if not plan.walled:
            size += processes.unlinked(pids, plan.box)
        # Inside walls the box is no larger than it may be: a write fails, and says why.
        return "disk" if files > plan.disk_files or size > plan.disk_bytes else ""

    def _end(self) -> None:
        processes.end(self.plan, self._statuses)
        self.exit = os.waitstatus_to_exitcode(self._statuses[self._child])
        used = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.cpu_seconds = used.ru_utime + used.ru_stime
        if not self.killed_by:
            ignored = self.exit == -SIGKILL and self.cpu_seconds >= self.plan.cpu_seconds
            self.killed_by = "cpu" if ignored else _LIMITS.get(self.exit, "")


def _child(plan: Plan, out: int, err: int, status: int, tasks: int) -> None:
    """Become the program, or say why not; the pipe `status` closes when it has begun."""
    why = ""
    try:
        become(plan, out=out, err=err, status=status, tasks=tasks)
    except Exception as error:  # noqa: BLE001 - whatever it is, the program must not run
        why = f"{type(error).__name__}: {error}"
    finally:
        os.write(status, why.encode())
        os._exit(126)

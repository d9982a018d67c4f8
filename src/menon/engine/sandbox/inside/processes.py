"""The processes of a run, as its supervisor sees and ends them."""

from __future__ import annotations

import os
import stat
import time

from .plan import Plan
from .system import SIGKILL

_PAGE = os.sysconf("SC_PAGE_SIZE")
_BLOCK = 512
_MOMENT_S = 0.001


def family(plan: Plan) -> list[int]:
    """Everything that the run has started and that lives."""
    if plan.walled:
        return [int(name) for name in os.listdir("/proc") if name.isdigit() and name != "1"]
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        below = _children(waiting.pop())
        found += below
        waiting += below
    return found


def tasks(user: int) -> int:
    """Processes and threads of a user, which the kernel counts together."""
    count = 0
    for name in os.listdir("/proc"):
        try:
            if name.isdigit() and os.stat(f"/proc/{name}").st_uid == user:
                count += len(os.listdir(f"/proc/{name}/task"))
        except OSError:  # it has ended
            continue
    return count


def threads(pids: list[int]) -> int:
    """How many there are in these processes, each with one at least."""
    return sum(len(_names(f"/proc/{pid}/task")) for pid in pids)


def memory(pids: list[int], most: int) -> int:
    """Bytes that processes hold together; pages that they share count once if it matters."""
    total = sum(_resident(pid) for pid in pids)
    return total if total <= most else sum(_proportional(pid) for pid in pids)


def unlinked(pids: list[int], box: str) -> int:
    """Bytes of files that are open and have no name any more: no walk finds them."""
    device = os.stat(box).st_dev
    found: dict[int, int] = {}
    for pid in pids:
        for name in _names(f"/proc/{pid}/fd"):
            try:
                file = os.stat(f"/proc/{pid}/fd/{name}")
            except OSError:  # closed meanwhile
                continue
            if stat.S_ISREG(file.st_mode) and file.st_nlink == 0 and file.st_dev == device:
                found[file.st_ino] = file.st_blocks * _BLOCK
    return sum(found.values())


def reap(statuses: dict[int, int]) -> bool:
    """Note how processes ended that have ended; True while there are others."""
    try:
        while (ended := os.waitpid(-1, os.WNOHANG))[0]:
            statuses[ended[0]] = ended[1]
    except ChildProcessError:
        return False
    return True


def end(plan: Plan, statuses: dict[int, int]) -> None:
    """Kill everything that the run has started, wait until it is gone, and note how it ended."""
    if plan.walled:
        _kill(-1)
    elif plan.uid:
        _kill_as(plan.uid)
    while reap(statuses):
        # One that was being forked meanwhile is seen the next time: it is our child by then.
        for pid in family(plan) if not plan.walled else ():
            _kill(pid)
        time.sleep(_MOMENT_S)


def _kill(pid: int) -> None:
    try:
        os.kill(pid, SIGKILL)
    except ProcessLookupError:
        return


def _kill_as(user: int) -> None:
    """At one blow, which no fork escapes."""
    killer = os.fork()
    if killer == 0:
        try:
            os.setresuid(user, user, user)
            os.kill(-1, SIGKILL)
        finally:
            os._exit(0)
    os.waitpid(killer, 0)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in _names(f"/proc/{pid}/task"):
        found += [int(word) for word in _text(f"/proc/{pid}/task/{task}/children").split()]
    return found


def _resident(pid: int) -> int:
    words = _text(f"/proc/{pid}/statm").split()
    return int(words[1]) * _PAGE if words else 0


def _proportional(pid: int) -> int:
    for line in _text(f"/proc/{pid}/smaps_rollup").splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) << 10
    return 0


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:  # the process has ended
        return []


def _text(path: str) -> str:
    try:
        with open(path) as file:
            return file.read()
    except OSError:  # the process has ended
        return ""

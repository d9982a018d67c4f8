"""What the child gives up before it becomes the program."""

from __future__ import annotations

import os
import resource
from struct import pack

from . import calls, landlock
from .plan import DEVICES, Plan
from .system import (
    PR_CAP_AMBIENT,
    PR_CAP_AMBIENT_CLEAR_ALL,
    PR_CAPBSET_DROP,
    PR_SET_NO_NEW_PRIVS,
    PR_SET_PDEATHSIG,
    SIGKILL,
    call,
    prctl,
)

_CAPABILITIES_VERSION = 0x20080522
_SIGPIPE, _DEFAULT = 13, None
_NICE = 5
_ROOM = 4
"""Where our user starts other processes meanwhile, they count too; the watch is stricter."""
_NO_CORE = 1
"""0 would not stop the kernel from handing the memory of a crash to the machine's own collector."""
_OURS = 64
"""Our files have lower numbers."""


def become(plan: Plan, *, out: int, err: int, status: int, tasks: int) -> None:
    """Give up everything, then run the program; comes back only by raising.

    Args:
        plan: what to run.
        out: where its standard output goes.
        err: the same for errors.
        status: the only other file that stays open, until the program starts.
        tasks: how many processes and threads its user has already.
    """
    os.setsid()
    _keep_files(out, err, status)
    _limit(plan, tasks)
    with open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")
    if plan.uid:
        os.setgroups([])
        os.setresgid(plan.uid, plan.uid, plan.uid)
        os.setresuid(plan.uid, plan.uid, plan.uid)
    _drop_capabilities()
    prctl(PR_SET_NO_NEW_PRIVS, 1)
    prctl(PR_SET_PDEATHSIG, SIGKILL)
    os.chdir(plan.work)
    os.umask(0o022)
    _restrict(plan)
    try:
        os.execvpe(plan.command[0], plan.command, {**plan.environ, **_places(plan)})  # noqa: S606
    except (OSError, ValueError) as error:
        # As a shell says it; all guards hold already.
        why = error.strerror if isinstance(error, OSError) else error
        os.write(2, f"{plan.command[0]}: {why}\n".encode(errors="replace"))
        os._exit(127)


def _places(plan: Plan) -> dict[str, str]:
    return {"HOME": plan.work, "PWD": plan.work, "TMPDIR": plan.temporary}


def _keep_files(out: int, err: int, status: int) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    for number, kept in enumerate((nothing, out, err)):
        os.dup2(kept, number)
    # What Python opens closes by itself; this is for what came from above.
    os.closerange(3, status)
    os.closerange(status + 1, _OURS)


def _limit(plan: Plan, tasks: int) -> None:
    limits = {
        resource.RLIMIT_AS: plan.memory_bytes,
        resource.RLIMIT_NPROC: tasks + plan.processes * (_ROOM if tasks else 1),
        resource.RLIMIT_FSIZE: plan.file_bytes,
        resource.RLIMIT_NOFILE: plan.open_files,
        resource.RLIMIT_CORE: _NO_CORE,
        resource.RLIMIT_MEMLOCK: 0,
        resource.RLIMIT_MSGQUEUE: 0,
        resource.RLIMIT_RTPRIO: 0,
    }
    for kind, wanted in limits.items():
        hard = resource.getrlimit(kind)[1]
        most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        resource.setrlimit(kind, (most, most))
    # The soft limit ends it with a signal that tells why, the hard one whatever it does.
    resource.setrlimit(resource.RLIMIT_CPU, (plan.cpu_seconds, plan.cpu_seconds + 1))
    os.nice(_NICE)
    # Python ignores it, and what it starts would too.
    call("signal", _SIGPIPE, _DEFAULT)


def _drop_capabilities() -> None:
    for number in range(64):
        try:
            prctl(PR_CAPBSET_DROP, number)
        except OSError:  # not known here, or nothing to drop it with
            break
    call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    call("capset", pack("=Ii", _CAPABILITIES_VERSION, 0), bytes(24))


def _restrict(plan: Plan) -> None:
    allowed = [(path, landlock.READ) for path in plan.read]
    allowed += [(path, landlock.WRITE) for path in (plan.work, plan.temporary)]
    allowed += [(path, landlock.DEVICE) for path in DEVICES]
    if plan.walled:
        # Processes of this run only; elsewhere it would show those of the whole machine.
        allowed.append(("/proc", landlock.LOOK))
    sockets = plan.walled and plan.loopback
    landlock.restrict(allowed, network=sockets)
    calls.restrict(sockets=sockets, walled=plan.walled, own_user=bool(plan.uid))

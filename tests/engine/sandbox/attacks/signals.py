"""Ends, stops and hampers the server."""

import ctypes
import fcntl
import os
import resource
import signal
import time

from world import ALONE, VICTIM, call, done

QUIET = signal.SIGURG  # ignored unless somebody waits for it


def by_owner() -> None:
    """The kernel sends the signal, for a pipe that became readable."""
    out, into = os.pipe()
    fcntl.fcntl(out, fcntl.F_SETOWN, VICTIM)
    fcntl.fcntl(out, 10, signal.SIGTERM)  # F_SETSIG
    fcntl.fcntl(out, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
    os.write(into, b"x")


done("signals", lambda: os.kill(VICTIM, QUIET))
done("signals a thread", lambda: call("tgkill", VICTIM, VICTIM, int(QUIET)))
done("queues a signal", lambda: call("sigqueue", VICTIM, int(QUIET), ctypes.c_void_p(0)))
done("signals by handle", lambda: signal.pidfd_send_signal(os.pidfd_open(VICTIM), QUIET))
done("takes its files", lambda: resource.prlimit(VICTIM, resource.RLIMIT_NOFILE, (9, 9)))
done("moves it", lambda: os.sched_setaffinity(VICTIM, os.sched_getaffinity(0)))
done("slows it", lambda: os.setpriority(os.PRIO_PROCESS, VICTIM, 19))
if not ALONE:
    done("slows its user", lambda: os.setpriority(os.PRIO_USER, 0, 19))
done("signals by owner", by_owner)
time.sleep(0.1)
done("ends it", lambda: os.kill(VICTIM, signal.SIGKILL))
if not ALONE:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for everybody in (signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
        try:
            os.kill(-1, everybody)
        except OSError:
            continue

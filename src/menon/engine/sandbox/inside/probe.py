"""A few attacks on the sandbox in which this runs; it prints those that came through.

The arguments are a file outside, a folder outside, the server's process, and `loopback` where the
run should have a network of its own.
"""

import ctypes
import errno
import json
import os
import resource
import socket
import sys
from collections.abc import Callable

_libc = ctypes.CDLL(None, use_errno=True)
_CLONE_NEWUSER, _TRACEME, _IO_URING_SETUP = 0x10000000, 0, 425
_REFUSED = {errno.EPERM, errno.ENOSYS}
_NOWHERE = ("192.0.2.1", 9)
"""An address for documentation: nobody has it."""


def main(canary: str, folder: str, server: str, network: str) -> None:
    """Try everything."""
    attacks = {
        "reads files outside": lambda: os.read(os.open(canary, os.O_RDONLY), 1),
        "writes outside": lambda: os.open(f"{folder}/written", os.O_CREAT | os.O_WRONLY),
        "reads the server's environment": lambda: os.open(f"/proc/{server}/environ", os.O_RDONLY),
        "becomes root": lambda: os.setuid(0) or not os.getuid(),
        "makes namespaces": lambda: _reached("unshare", _CLONE_NEWUSER),
        "traces": lambda: _reached("ptrace", _TRACEME, 0, 0, 0),
        "uses io_uring": lambda: _reached("syscall", _IO_URING_SETUP, 1, 0),
        "reaches a network": _send,
        "has no limits": _is_unlimited,
        "starts no processes": _cannot_leave_one,
    }
    if network == "loopback":
        attacks["has no loopback"] = _is_mute
    else:
        # In a namespace of its own the number means another process.
        attacks["sends signals to the server"] = lambda: os.kill(int(server), 0) is None
    through = [name for name, attack in attacks.items() if _came_through(attack)]
    sys.stdout.write(json.dumps(through))


def _came_through(attack: Callable[[], object]) -> bool:
    try:
        return bool(attack())
    except OSError:
        return False


def _reached(name: str, *args: int) -> bool:
    return getattr(_libc, name)(*args) != -1 or ctypes.get_errno() not in _REFUSED


def _send() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as out:
        return out.sendto(b"x", _NOWHERE)


def _is_mute() -> bool:
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            socket.create_connection(server.getsockname()).close()
    except OSError:
        return True
    return False


def _is_unlimited() -> bool:
    kinds = (resource.RLIMIT_AS, resource.RLIMIT_NPROC, resource.RLIMIT_FSIZE)
    return resource.RLIM_INFINITY in {resource.getrlimit(kind)[0] for kind in kinds}


def _cannot_leave_one() -> bool:
    """Leave a process behind; the server looks whether it still lives."""
    try:
        child = os.fork()
    except OSError:
        return True
    if child == 0:
        os.setsid()
        if os.fork() == 0:
            with open("left-behind", "w") as file:
                file.write(str(os.getpid()))
            os.execvp("sleep", ["sleep", "60"])  # noqa: S606, S607 - any, inside
        os._exit(0)
    os.waitpid(child, 0)
    return False


if __name__ == "__main__":
    main(*sys.argv[1:])

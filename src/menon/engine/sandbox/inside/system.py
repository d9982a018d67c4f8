"""Calls of the kernel that the standard library lacks."""

from __future__ import annotations

import ctypes
import os

SIGKILL = 9

PR_SET_PDEATHSIG = 1
PR_SET_DUMPABLE = 4
PR_SET_SECCOMP = 22
PR_CAPBSET_DROP = 24
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_CLEAR_ALL = 4

_libc = ctypes.CDLL(None, use_errno=True)


def call(name: str, *args: int | bytes | None) -> int:
    """Call a function of the C library; bytes go as a pointer.

    Raises:
        OSError: it answered -1.
    """
    given = [ctypes.c_long(arg) if isinstance(arg, int) else arg for arg in args]
    answer = int(getattr(_libc, name)(*given))
    if answer == -1:
        number = ctypes.get_errno()
        raise OSError(number, f"{name}: {os.strerror(number)}")
    return answer


def prctl(option: int, value: int = 0) -> None:
    """Change something of this process."""
    call("prctl", option, value, 0, 0, 0)


def address(data: bytes) -> int:
    """Where these bytes lie, for a structure that points to them; keep them as long as it."""
    return ctypes.cast(ctypes.c_char_p(data), ctypes.c_void_p).value or 0

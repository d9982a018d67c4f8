"""What an attack knows of the world outside, and how it tells that it got there."""

import ctypes
import json
import os
import sys
from collections.abc import Callable

WORLD = json.loads(os.environ["WORLD"])
FOLDER: str = WORLD["folder"]
"""A folder of the server that everybody may write to."""
SECRET: str = WORLD["secret"]
"""A file in it that everybody may read."""
VICTIM: int = WORLD["victim"]
"""A process of the server's user, which has the secret in its environment and memory."""
ALONE: bool = WORLD["alone"]
"""Without a sandbox: leave alone what would hurt."""

MARK = b"cnry" + b":"
"""How the secret begins; never written in one piece, so that no search finds the attack itself."""

_libc = ctypes.CDLL(None, use_errno=True)
_CLOSED = {1, 2, 13, 19, 30, 38, 97}
"""EPERM, ENOENT, EACCES, ENODEV, EROFS, ENOSYS, EAFNOSUPPORT: nobody was there."""


def through(what: str) -> None:
    """Tell the judge."""
    sys.stdout.write(f"THROUGH {what}\n")
    sys.stdout.flush()


def attempt(what: str, act: Callable[[], object]) -> None:
    """It came through if it answers something true."""
    try:
        if act():
            through(what)
    except (OSError, ValueError):
        return


def done(what: str, act: Callable[[], object]) -> None:
    """It came through if it raises nothing."""

    def whole() -> bool:
        act()
        return True

    attempt(what, whole)


def call(name: str, *args: object) -> int:
    """A function of the C library."""
    answer = int(getattr(_libc, name)(*args))
    if answer == -1:
        raise OSError(ctypes.get_errno(), name)
    return answer


def reached(what: str, name: str, *args: object) -> None:
    """It came through unless the kernel says that there is nothing, or not for us."""
    try:
        call(name, *args)
    except OSError as error:
        if error.errno in _CLOSED:
            return
        what = f"{what} (errno {error.errno})"
    through(what)

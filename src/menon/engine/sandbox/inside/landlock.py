"""Landlock: which files may be touched, whatever their permissions say."""

from __future__ import annotations

import os
from struct import pack

from .system import call

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _PATH_BENEATH = 1, 1

_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_MAKE_CHAR, _MAKE_BLOCK = 1 << 6, 1 << 11
_TRUNCATE, _IOCTL_DEV = 1 << 14, 1 << 15
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE | _IOCTL_DEV

READ = _EXECUTE | _READ_FILE | _READ_DIR
LOOK = _READ_FILE | _READ_DIR
DEVICE = _READ_FILE | _WRITE_FILE
WRITE = ~(_MAKE_CHAR | _MAKE_BLOCK | _IOCTL_DEV)

_HANDLED = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1}
_ALL_HANDLED = (1 << 16) - 1
"""Since ABI 5, device ioctls too."""
_NET_SINCE, _SCOPES_SINCE = 4, 6
_TCP = 0b11
_SCOPES = 0b11
"""Abstract sockets and signals."""


def version() -> int:
    """The kernel's ABI.

    Raises:
        OSError: there is no Landlock.
    """
    return call("syscall", _CREATE_RULESET, None, 0, _VERSION)


def scopes_signals() -> bool:
    """Whether Landlock keeps signals from processes outside: since Linux 6.12."""
    return version() >= _SCOPES_SINCE


def restrict(allowed: list[tuple[str, int]], *, network: bool) -> None:
    """Leave this process and its children only these paths; no TCP unless `network`."""
    abi = version()
    handled = _HANDLED.get(abi, _ALL_HANDLED)
    attributes = pack("=QQQ", handled, 0 if network else _TCP, _SCOPES)
    size = 8 if abi < _NET_SINCE else 16 if abi < _SCOPES_SINCE else 24
    rules = call("syscall", _CREATE_RULESET, attributes, size, 0)
    for path, access in allowed:
        try:
            below = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except FileNotFoundError:
            continue
        kinds = handled if os.path.isdir(path) else handled & _OF_FILES
        call("syscall", _ADD_RULE, rules, _PATH_BENEATH, pack("=Qi", access & kinds, below), 0)
        os.close(below)
    call("syscall", _RESTRICT_SELF, rules, 0)
    os.close(rules)

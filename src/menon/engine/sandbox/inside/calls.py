"""The filter of system calls, as a program for the kernel.

Landlock knows files; this takes away what reaches the kernel otherwise: namespaces, mounts, other
processes, key rings, io_uring, shared memory, sockets. Everything newer than `_KNOWN` does not
exist, so that a new kernel opens nothing.
"""

from __future__ import annotations

import os
from struct import pack

from .landlock import scopes_signals
from .system import PR_SET_SECCOMP, address, call

_EPERM, _ENOSYS = 1, 38
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _AND, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x54, 0x06
_NUMBER, _MACHINE, _ARGUMENTS = 0, 4, 16
_KNOWN = 466
"""The last call that we have read about: removexattrat, Linux 6.13."""

_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}
"""Column in the tables, and the kernel's name for it."""

_ABSENT = -1
_NEVER = {
    "acct": (163, 89),
    "add_key": (248, 217),
    "adjtimex": (159, 171),
    "bpf": (321, 280),
    "capset": (126, 91),
    "chroot": (161, 51),
    "clock_adjtime": (305, 266),
    "clock_settime": (227, 112),
    "delete_module": (176, 106),
    "fanotify_init": (300, 262),
    "finit_module": (313, 273),
    "fsconfig": (431, 431),
    "fsmount": (432, 432),
    "fsopen": (430, 430),
    "fspick": (433, 433),
    "init_module": (175, 105),
    "ioperm": (173, _ABSENT),
    "iopl": (172, _ABSENT),
    "ioprio_set": (251, 30),
    "kcmp": (312, 272),
    "kexec_file_load": (320, 294),
    "kexec_load": (246, 104),
    "keyctl": (250, 219),
    "listmount": (458, 458),
    "lookup_dcookie": (212, 18),
    "mbind": (237, 235),
    "migrate_pages": (256, 238),
    "modify_ldt": (154, _ABSENT),
    "mount": (165, 40),
    "mount_setattr": (442, 442),
    "move_mount": (429, 429),
    "move_pages": (279, 239),
    "mq_open": (240, 180),
    "mq_unlink": (241, 181),
    "msgctl": (71, 187),
    "msgget": (68, 186),
    "msgrcv": (70, 188),
    "msgsnd": (69, 189),
    "name_to_handle_at": (303, 264),
    "nfsservctl": (180, 42),
    "open_by_handle_at": (304, 265),
    "open_tree": (428, 428),
    "perf_event_open": (298, 241),
    "personality": (135, 92),
    "pidfd_getfd": (438, 438),
    "pivot_root": (155, 41),
    "process_madvise": (440, 440),
    "process_mrelease": (448, 448),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "ptrace": (101, 117),
    "quotactl": (179, 60),
    "quotactl_fd": (443, 443),
    "reboot": (169, 142),
    "request_key": (249, 218),
    "semctl": (66, 191),
    "semget": (64, 190),
    "semop": (65, 193),
    "semtimedop": (220, 192),
    "set_mempolicy": (238, 237),
    "set_mempolicy_home_node": (450, 450),
    "setdomainname": (171, 162),
    "sethostname": (170, 161),
    "setns": (308, 268),
    "setpriority": (141, 140),
    "settimeofday": (164, 170),
    "shmat": (30, 196),
    "shmctl": (31, 195),
    "shmget": (29, 194),
    "statmount": (457, 457),
    "swapoff": (168, 225),
    "swapon": (167, 224),
    "sysfs": (139, _ABSENT),
    "syslog": (103, 116),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "uselib": (134, _ABSENT),
    "ustat": (136, _ABSENT),
    "vhangup": (153, 58),
}
"""Calls that are refused, by their numbers on x86-64 and aarch64."""

_MISSING = {
    "clone3": (435, 435),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    "io_uring_setup": (425, 425),
    "memfd_create": (319, 279),
    "memfd_secret": (447, 447),
    "userfaultfd": (323, 282),
}
"""Calls that seem not to exist: libraries then take an older way. The flags of clone3 lie in
memory, where no filter sees them; memory of memfd counts as nobody's."""

_OWN_ONLY = {
    "prlimit64": (302, 261),
    "sched_setaffinity": (203, 122),
    "sched_setattr": (314, 274),
    "sched_setparam": (142, 118),
    "sched_setscheduler": (144, 119),
}
"""Calls that change a process; its number has to be 0, which is the caller."""

_SIGNALS = {
    "pidfd_send_signal": (424, 424),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "tkill": (200, 130),
}
_KILL, _TGKILL = (62, 129), (234, 131)
"""Refused towards others where neither Landlock nor a namespace keeps signals inside."""

_UNSEEN = {
    "inotify_add_watch": (254, 27),
    "truncate": (76, 45),
}
"""Refused where files of others are in reach: Landlock does not look at watches, and at truncation
since Linux 6.2 only."""
_PRETENDED = {
    "chmod": (90, _ABSENT),
    "chown": (92, _ABSENT),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "fchown": (93, 55),
    "fchownat": (260, 54),
    "fremovexattr": (199, 16),
    "fsetxattr": (190, 7),
    "futimesat": (261, _ABSENT),
    "lchown": (94, _ABSENT),
    "lremovexattr": (198, 15),
    "lsetxattr": (189, 6),
    "removexattr": (197, 14),
    "removexattrat": (466, 466),
    "setxattr": (188, 5),
    "setxattrat": (463, 463),
    "utime": (132, _ABSENT),
    "utimensat": (280, 88),
    "utimes": (235, _ABSENT),
}
"""There they do nothing and say that they did: Landlock does not look at permissions and times,
and whatever copies a file sets them."""

_OPEN, _OPENAT, _OPENAT2 = (2, _ABSENT), (257, 56), (437, 437)
_MODE_AND_TRUNCATE, _TRUNCATE = 0o1003, 0o1000
"""O_TRUNC on what is opened for reading only, which Landlock allowed before Linux 6.2."""
_CLONE = (56, 220)
_NEW_NAMESPACES = 0x7E020080
_IOCTL = (16, 29)
_TERMINALS = (0x5412, 0x541C, 0x8901, 0x8902)
"""TIOCSTI and TIOCLINUX type into a terminal; FIOSETOWN and SIOCSPGRP send signals."""
_FCNTL = (72, 25)
_OWNERS = (8, 10, 15)
"""F_SETOWN, F_SETSIG, F_SETOWN_EX: a signal of one's choice to any process of the same user."""
_SOCKET, _SOCKETPAIR = (41, 198), (53, 199)
_UNIX, _INET, _INET6 = 1, 2, 10


def _step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
    return pack("=HBBI", code, yes, no, value)


def _answer(action: int) -> bytes:
    return _step(_RETURN, action)


def _when(number: int, inside: bytes) -> bytes:
    """Run `inside`, which ends with an answer, for this call."""
    return _step(_EQUAL, number, no=len(inside) // 8) + inside if number >= 0 else b""


def _argument(position: int) -> bytes:
    return _step(_LOAD, _ARGUMENTS + 8 * position)


def _unless(position: int, values: list[int]) -> bytes:
    """Refuse, unless an argument is one of the values."""
    tests = [_step(_EQUAL, value, yes=len(values) - at) for at, value in enumerate(values)]
    refuse = _answer(_REFUSE | _EPERM)
    return _argument(position) + b"".join(tests) + refuse + _answer(_ALLOW)


def _if(position: int, values: tuple[int, ...]) -> bytes:
    """Refuse, if an argument is one of the values."""
    tests = [_step(_EQUAL, value, yes=len(values) - at) for at, value in enumerate(values)]
    refuse = _answer(_REFUSE | _EPERM)
    return _argument(position) + b"".join(tests) + _answer(_ALLOW) + refuse


def _if_any_bit(position: int, bits: int) -> bytes:
    """Refuse, if an argument has one of the bits."""
    refuse = _answer(_REFUSE | _EPERM)
    return _argument(position) + _step(_ANY_BIT, bits, no=1) + refuse + _answer(_ALLOW)


def _if_truncating(position: int) -> bytes:
    """Refuse to truncate what is opened for reading."""
    test = _step(_AND, _MODE_AND_TRUNCATE) + _step(_EQUAL, _TRUNCATE, no=1)
    return _argument(position) + test + _answer(_REFUSE | _EPERM) + _answer(_ALLOW)


def program(machine: str, *, families: list[int], walled: bool, own_signals: int) -> bytes:
    """The filter.

    Args:
        machine: as `uname -m` says it.
        families: kinds of sockets that may be made.
        walled: nobody else's files are in reach.
        own_signals: the only process that may be sent signals; 0 where others are out of reach.

    Raises:
        OSError: the machine is not one of ours.
    """
    if machine not in _MACHINES:
        raise OSError(_ENOSYS, f"there is no filter of system calls for {machine}")
    column, audit = _MACHINES[machine]
    refuse, missing = _answer(_REFUSE | _EPERM), _answer(_REFUSE | _ENOSYS)
    pretend = _answer(_REFUSE)

    def each(calls: dict[str, tuple[int, int]], inside: bytes) -> list[bytes]:
        return [_when(numbers[column], inside) for numbers in calls.values()]

    parts = [
        _step(_LOAD, _MACHINE) + _step(_EQUAL, audit, yes=1) + missing,
        _step(_LOAD, _NUMBER) + _step(_AT_LEAST, _KNOWN + 1, no=1) + missing,
        *each(_NEVER, refuse),
        *each(_MISSING, missing),
        *each(_OWN_ONLY, _unless(0, [0])),
        *each({"clone": _CLONE}, _if_any_bit(0, _NEW_NAMESPACES)),
        *each({"ioctl": _IOCTL}, _if(1, _TERMINALS)),
        *each({"fcntl": _FCNTL}, _if(1, _OWNERS)),
        *each({"socket": _SOCKET}, _unless(0, families)),
        *each({"socketpair": _SOCKETPAIR}, _unless(0, [_UNIX])),
    ]
    if not walled:
        parts += [*each(_UNSEEN, refuse), *each(_PRETENDED, pretend)]
        parts += each({"openat2": _OPENAT2}, missing)
        parts += each({"open": _OPEN}, _if_truncating(1))
        parts += each({"openat": _OPENAT}, _if_truncating(2))
    if own_signals:
        parts += each(_SIGNALS, refuse)
        parts += each({"kill": _KILL}, _unless(0, [0, own_signals]))
        parts += each({"tgkill": _TGKILL}, _unless(0, [own_signals]))
    return b"".join(parts) + _answer(_ALLOW)


def restrict(*, sockets: bool, walled: bool, own_user: bool) -> None:
    """Put the filter on this process and all that it starts."""
    reach = not walled and not own_user and not scopes_signals()
    written = program(
        os.uname().machine,
        families=[_UNIX, _INET, _INET6] if sockets else [],
        walled=walled,
        own_signals=os.getpid() if reach else 0,
    )
    filter_mode = 2
    call("prctl", PR_SET_SECCOMP, filter_mode, pack("=H6xQ", len(written) // 8, address(written)))

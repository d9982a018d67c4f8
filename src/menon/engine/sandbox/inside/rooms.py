"""Namespaces and mounts of our own, where no bubblewrap makes them.

The new root holds what the plan lets be read, at its usual path, and the box; the network has its
loopback alone.
"""

from __future__ import annotations

import os
from struct import pack

from .plan import DEVICES, Plan
from .system import PR_SET_PDEATHSIG, SIGKILL, call, prctl

_NEW_NS, _NEW_CGROUP, _NEW_UTS = 0x00020000, 0x02000000, 0x04000000
_NEW_IPC, _NEW_USER, _NEW_PID, _NEW_NET = 0x08000000, 0x10000000, 0x20000000, 0x40000000
_ROOMS = _NEW_NS | _NEW_CGROUP | _NEW_UTS | _NEW_IPC | _NEW_PID | _NEW_NET

_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC = 1, 2, 4, 8
_MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 32, 4096, 16384, 1 << 18
_MNT_DETACH = 2
_MOUNT_SETATTR, _AT_FDCWD, _AT_RECURSIVE = 442, -100, 0x8000
_PIVOT_ROOT = {"x86_64": 155, "aarch64": 41}
_AF_INET, _SOCK_DGRAM, _SIOCSIFFLAGS, _UP = 2, 2, 0x8914, 1


def enter(plan: Plan) -> None:
    """Come back as the first process of new namespaces, in a root of its own.

    Raises:
        OSError: the kernel, or the container around us, does not let us.
    """
    uid, gid = os.getuid(), os.getgid()
    if uid:
        call("unshare", _ROOMS | _NEW_USER)
        _write("/proc/self/uid_map", f"{uid} {uid} 1")
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/gid_map", f"{gid} {gid} 1")
    else:
        call("unshare", _ROOMS)
    first = os.fork()
    if first:
        os._exit(os.waitstatus_to_exitcode(os.waitpid(first, 0)[1]) & 0xFF)
    prctl(PR_SET_PDEATHSIG, SIGKILL)
    _loopback()
    _root(plan)


def _root(plan: Plan) -> None:
    _mount("none", "/", flags=_MS_REC | _MS_PRIVATE)
    _mount("tmpfs", "/tmp", "tmpfs", _MS_NOSUID | _MS_NODEV, "mode=755")  # noqa: S108
    os.chdir("/tmp")  # noqa: S108
    os.mkdir("old")
    call("syscall", _PIVOT_ROOT[os.uname().machine], b".", b"old")
    os.chdir("/")
    os.mkdir(plan.box)
    size = f"mode=1777,size={plan.disk_bytes}"
    _mount("tmpfs", plan.box, "tmpfs", _MS_NOSUID | _MS_NODEV, size)
    for path in plan.read:
        _bind(path)
        attributes = pack("=QQQQ", _MS_RDONLY | _MS_NOSUID | _MS_NODEV, 0, 0, 0)
        call("syscall", _MOUNT_SETATTR, _AT_FDCWD, os.fsencode(path), _AT_RECURSIVE, attributes, 32)
    for path in DEVICES:
        _bind(path)
    for path, target in [*plan.links, ("/dev/shm", f"{plan.box}/shm")]:  # noqa: S108
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(target, path)
    os.mkdir("/proc")
    _mount("proc", "/proc", "proc", _MS_NOSUID | _MS_NODEV | _MS_NOEXEC)
    call("umount2", b"/old", _MNT_DETACH)
    os.rmdir("/old")
    _mount("none", "/", flags=_MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV)


def _bind(path: str) -> None:
    old = f"/old{path}"
    if os.path.isdir(old):
        os.makedirs(path, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
    _mount(old, path, flags=_MS_BIND | _MS_REC)


def _mount(source: str, target: str, kind: str = "", flags: int = 0, data: str = "") -> None:
    given = [os.fsencode(text) for text in (source, target, kind)]
    call("mount", *given, flags, data.encode())


def _loopback() -> None:
    socket = call("socket", _AF_INET, _SOCK_DGRAM, 0)
    call("ioctl", socket, _SIOCSIFFLAGS, pack("=16sh22x", b"lo", _UP))
    os.close(socket)


def _write(path: str, text: str) -> None:
    with open(path, "w") as file:
        file.write(text)

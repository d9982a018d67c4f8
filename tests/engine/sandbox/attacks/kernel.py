"""Reaches parts of the kernel that had holes before."""

import fcntl
import os
import socket

from world import ALONE, attempt, done, reached

X86 = os.uname().machine == "x86_64"
CALLS = {
    "io_uring": (425, 425),
    "bpf": (321, 280),
    "perf events": (298, 241),
    "user faults": (323, 282),
    "key rings": (250, 219),
    "a key": (248, 217),
    "memory without a name": (319, 279),
    "secret memory": (447, 447),
    "file handles": (304, 265),
    "kernel log": (103, 116),
    "quotas": (179, 60),
    "modules": (175, 105),
    "another kernel": (246, 104),
    "swap": (168, 225),
    "the clock": (227, 112),
    "the name": (170, 161),
    "accounting": (163, 89),
    "another personality": (135, 92),
    "watches on all": (300, 262),
    "what is new": (470, 470),
    "clone3": (435, 435),
}
for what, numbers in CALLS.items():
    if not ALONE or what in {"io_uring", "key rings", "memory without a name"}:
        reached(what, "syscall", numbers[0 if X86 else 1], 0, 0, 0, 0, 0)
if X86 and not ALONE:
    reached("the other table of calls", "syscall", 0x40000000 | 39)
for family in ("AF_PACKET", "AF_NETLINK", "AF_VSOCK", "AF_ALG", "AF_XDP", "AF_TIPC", "AF_RDS"):
    kind = socket.SOCK_SEQPACKET if family == "AF_ALG" else socket.SOCK_RAW
    number = getattr(socket, family, 0)
    for kind in (socket.SOCK_RAW, socket.SOCK_STREAM, socket.SOCK_SEQPACKET):
        done(family, lambda number=number, kind=kind: socket.socket(number, kind))
TERMINALS = ["/dev/tty", "/dev/console", "/dev/ptmx", "/dev/tty1", "/dev/pts/0", "/dev/pts/1"]
for path in [
    *TERMINALS,
    "/dev/kmsg",
    "/dev/kvm",
    "/dev/fuse",
    "/dev/vda",
    "/dev/vsock",
    "/dev/port",
]:
    done(path, lambda path=path: os.open(path, os.O_RDWR | os.O_NOCTTY))
for number in (0, 1, 2):
    for command in (0x5412, 0x541C):  # TIOCSTI, TIOCLINUX
        done("typed", lambda number=number, c=command: fcntl.ioctl(number, c, b"\x07"))
for path in ("/proc/sysrq-trigger", "/proc/sys/kernel/core_pattern", "/sys/kernel/uevent_helper"):
    done(path, lambda path=path: os.open(path, os.O_WRONLY))
attempt("/sys", lambda: os.listdir("/sys/kernel"))

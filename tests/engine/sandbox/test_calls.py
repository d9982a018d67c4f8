"""The filter of system calls decides as it says, on machines and kernels that are not at hand."""

from struct import iter_unpack

import pytest

from menon.engine.sandbox.inside.calls import program

ALLOWED, REFUSED, MISSING, PRETENDED = 0x7FFF0000, 0x00050001, 0x00050026, 0x00050000
X86, ARM, OTHER = ("x86_64", 0xC000003E), ("aarch64", 0xC00000B7), ("x86_64", 0x40000003)


def walled(machine: str) -> bytes:
    """With namespaces, and sockets."""
    return program(machine, families=[1, 2], walled=True, own_signals=0)


def among_ours(machine: str) -> bytes:
    """Without, as the server's own user, on a kernel before 6.12."""
    return program(machine, families=[], walled=False, own_signals=77)


def decided(steps: bytes, machine: int, number: int, *args: int) -> int:
    """Run the program as the kernel does."""
    data = {0: number, 4: machine} | {16 + 8 * at: arg for at, arg in enumerate(args)}
    rows = list(iter_unpack("=HBBI", steps))
    at, held = 0, 0
    while True:
        code, yes, no, value = rows[at]
        at += 1
        match code:
            case 0x20:
                held = data.get(value, 0)
            case 0x54:
                held &= value
            case 0x06:
                return value
            case _:
                test = {0x15: held == value, 0x35: held >= value, 0x45: bool(held & value)}[code]
                at += yes if test else no


@pytest.mark.parametrize(
    ("machine", "call", "expected"),
    [
        (X86, (0,), ALLOWED),  # read
        (X86, (59,), ALLOWED),  # execve
        (ARM, (221,), ALLOWED),  # execve
        (OTHER, (0,), MISSING),  # 32 bits, whose numbers are others
        (X86, (0x40000000,), MISSING),  # x32
        (X86, (467,), MISSING),  # newer than this filter
        (ARM, (467,), MISSING),
        (X86, (101,), REFUSED),  # ptrace
        (ARM, (117,), REFUSED),
        (ARM, (101,), ALLOWED),  # nanosleep there
        (X86, (272, 0x10000000), REFUSED),  # unshare
        (ARM, (97, 0x10000000), REFUSED),
        (X86, (435,), MISSING),  # clone3
        (X86, (56, 0x10000011), REFUSED),  # clone, a namespace
        (X86, (56, 0x01200011), ALLOWED),  # clone, a fork
        (ARM, (220, 0x40000011), REFUSED),
        (X86, (16, 0, 0x5412), REFUSED),  # ioctl, TIOCSTI
        (X86, (16, 0, 0x5413), ALLOWED),  # ioctl, TIOCGWINSZ
        (X86, (72, 3, 8), REFUSED),  # fcntl, F_SETOWN
        (X86, (72, 3, 4), ALLOWED),  # fcntl, F_SETFL
        (X86, (302, 0), ALLOWED),  # prlimit64 of oneself
        (X86, (302, 1), REFUSED),
        (X86, (41, 2), ALLOWED),  # socket, AF_INET
        (X86, (41, 40), REFUSED),  # socket, AF_VSOCK
        (X86, (53, 1), ALLOWED),  # socketpair
        (X86, (62, 1), ALLOWED),  # kill
        (X86, (90,), ALLOWED),  # chmod
    ],
)
def test_within_walls(machine: tuple[str, int], call: tuple[int, ...], expected: int) -> None:
    assert decided(walled(machine[0]), machine[1], *call) == expected


@pytest.mark.parametrize(
    ("machine", "call", "expected"),
    [
        (X86, (41, 1), REFUSED),  # socket, AF_UNIX
        (X86, (53, 1), ALLOWED),  # socketpair
        (X86, (62, 77), ALLOWED),  # kill, itself
        (X86, (62, 0), ALLOWED),  # kill, its group
        (X86, (62, 78), REFUSED),
        (X86, (62, 0xFFFFFFFF), REFUSED),  # kill, everybody
        (X86, (234, 77), ALLOWED),  # tgkill, itself
        (X86, (234, 78), REFUSED),
        (ARM, (131, 78), REFUSED),
        (X86, (424, 5), REFUSED),  # pidfd_send_signal
        (X86, (129, 78), REFUSED),  # rt_sigqueueinfo
        (X86, (90,), PRETENDED),  # chmod
        (ARM, (53,), PRETENDED),  # fchmodat
        (X86, (280,), PRETENDED),  # utimensat
        (X86, (76,), REFUSED),  # truncate
        (X86, (77,), ALLOWED),  # ftruncate
        (X86, (254,), REFUSED),  # inotify_add_watch
        (X86, (2, 0, 0o1000), REFUSED),  # open, O_RDONLY | O_TRUNC
        (X86, (2, 0, 0o1101), ALLOWED),  # open, O_WRONLY | O_CREAT | O_TRUNC
        (X86, (2, 0, 0o100), ALLOWED),
        (X86, (257, 0, 0, 0o1000), REFUSED),  # openat
        (ARM, (56, 0, 0, 0o1000), REFUSED),
        (X86, (437,), MISSING),  # openat2, whose flags lie in memory
    ],
)
def test_among_files_and_processes_of_ours(
    machine: tuple[str, int], call: tuple[int, ...], expected: int
) -> None:
    assert decided(among_ours(machine[0]), machine[1], *call) == expected


def test_an_unknown_machine_has_no_filter() -> None:
    with pytest.raises(OSError, match="no filter of system calls for riscv64"):
        walled("riscv64")

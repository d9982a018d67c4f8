"""Takes the server apart as a debugger would."""

import ctypes
import os

from world import VICTIM, call, done

ATTACH, SEIZE, DETACH = 16, 0x4206, 17
PIDFD_GETFD, PROCESS_VM_READV, KCMP = 438, {"x86_64": 310}.get(os.uname().machine, 270), 312


class Piece(ctypes.Structure):
    _fields_ = [("at", ctypes.c_void_p), ("size", ctypes.c_size_t)]


def seize(pid: int) -> None:
    call("ptrace", SEIZE, pid, None, None)


def copy(pid: int) -> None:
    """Any byte of it: the start of a mapping that every program has at some known place."""
    into = ctypes.create_string_buffer(8)
    here = Piece(ctypes.addressof(into), 8)
    there = Piece(ctypes.addressof(ctypes.pythonapi.Py_GetVersion), 8)
    try:
        call("process_vm_readv", pid, ctypes.byref(here), 1, ctypes.byref(there), 1, 0)
    except OSError as error:
        if error.errno != 14:  # EFAULT: it was let in, and nothing lay there
            raise


def steal(pid: int) -> None:
    call("syscall", PIDFD_GETFD, os.pidfd_open(pid), 0, 0)


for pid in {VICTIM, os.getppid()}:
    done(f"copied from {pid}", lambda pid=pid: copy(pid))
    done(f"took a file of {pid}", lambda pid=pid: steal(pid))
    done(f"traced {pid}", lambda pid=pid: seize(pid))

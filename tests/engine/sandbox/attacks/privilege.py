"""Becomes somebody else."""

import ctypes
import os
import subprocess

from world import ALONE, WORLD, attempt, call, done, through

if not ALONE and os.geteuid() == 0:
    through("was root from the start")


def run(*command: str) -> bool:
    return (
        subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip() == "0"
    )


done("became root", lambda: os.setuid(0))
done("became root for good", lambda: os.setresuid(0, 0, 0))
done("joined root", lambda: os.setgid(0))
done("joined groups", lambda: os.setgroups([0]))
attempt("ran a program of root's", lambda: run(WORLD["setuid"], "-u"))
attempt("ran su", lambda: run("su", "-c", "id -u"))
every = (ctypes.c_uint32 * 6)(*[0xFFFFFFFF] * 6)
head = (ctypes.c_uint32 * 2)(0x20080522, 0)
done("took capabilities", lambda: call("capset", head, every))
attempt("kept capabilities", lambda: call("capget", head, every) or any(every))
attempt("may gain privileges", lambda: not ALONE and not call("prctl", 39, 0, 0, 0, 0))

"""Reads the environment, memory and open files of the server."""

import os
from contextlib import suppress
from pathlib import Path

from world import ALONE, MARK, VICTIM, attempt, done, through

if MARK in repr(os.environ).encode():
    through("the server's variables were inherited")
pids = {str(VICTIM)}
with suppress(OSError):
    pids |= set() if ALONE else {"1", str(os.getppid()), *filter(str.isdigit, os.listdir("/proc"))}
for pid in pids - {str(os.getpid())}:
    proc = Path("/proc") / pid
    for name in ("environ", "cmdline"):
        attempt(f"{proc}/{name}", lambda file=proc / name: MARK in file.read_bytes())
    for name in ("mem", "root", "cwd"):
        if pid != "1":
            done(f"{proc}/{name}", lambda file=proc / name: os.open(file, os.O_RDONLY))
    attempt(f"{proc}/fd", lambda folder=proc / "fd": os.listdir(folder))

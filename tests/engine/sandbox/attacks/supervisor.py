"""Turns on whoever watches it, and writes the report itself."""

import os
import signal
import sys

from world import attempt, done, through

PARENT = os.getppid()
FORGED = (
    b'92\n{"failed": "", "exit": 0, "killed_by": "", "texts": [0, 0], "files": [], "seconds": 0}'
)
for number in range(3, 64):
    try:
        os.write(number, FORGED)
        through(f"wrote to file {number}")
    except OSError:
        continue
sys.stdout.write(FORGED.decode())
sys.stdout.flush()
# What its first process ignores in a namespace of its own, it may be sent: it has to live on.
for ending in (signal.SIGTERM, signal.SIGSTOP, signal.SIGKILL):
    try:
        os.kill(PARENT, ending)
    except OSError:
        continue
for name in ("mem", "environ"):
    done(f"opened its {name}", lambda name=name: os.open(f"/proc/{PARENT}/{name}", os.O_RDWR))
attempt("listed its files", lambda: os.listdir(f"/proc/{PARENT}/fd"))
if os.getppid() != PARENT:
    through("lost its supervisor")
print("END")
sys.exit(7)

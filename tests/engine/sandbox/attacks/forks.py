"""Starts more processes than it may, and does not stop."""

import os
import time

from world import ALONE, WORLD, through

WANTED = 100
made = 0
for _ in range(WANTED):
    try:
        if os.fork() == 0:
            time.sleep(1 if ALONE else 20)
            os._exit(0)
        made += 1
    except OSError:
        break
if made > WORLD["processes"]:
    through(f"{made} processes")
ends = time.monotonic() + 0.5
while time.monotonic() < ends and not ALONE:
    try:
        os.fork()
    except OSError:
        continue

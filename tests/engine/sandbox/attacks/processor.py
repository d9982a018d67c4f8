"""Computes for longer than it may."""

import signal
import time

from world import ALONE, WORLD, through

signal.signal(signal.SIGXCPU, signal.SIG_IGN)
while time.process_time() < WORLD["cpu_seconds"] + (0.2 if ALONE else 1.2):
    sum(range(10_000))
through(f"{time.process_time():.1f} s")

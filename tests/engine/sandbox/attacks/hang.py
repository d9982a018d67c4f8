"""Does nothing, for ever, and ignores all who ask it to end."""

import os
import signal
import time

from world import ALONE, through

for number in set(signal.Signals) - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(number, signal.SIG_IGN)
os.fork()
time.sleep(3 if ALONE else 60)
through("slept for as long as it wanted")

"""Writes more than anybody wants to keep."""

import os

for _ in range(128):
    os.write(1, b"x" * (1 << 16))
    os.write(2, b"x" * (1 << 16))

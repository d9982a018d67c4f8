"""Fills the disk: with one large file, with many, and with files that have no name."""

import os

from world import WORLD, through

FAR = WORLD["disk_far_mb"]
BLOCK = b"x" * (1 << 20)
kept: list[int] = []
written = 0
try:
    with open("large", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, (WORLD["file_mb"] + 1) << 20)
        through("a large file")
except OSError:
    os.unlink("large")
try:
    while written < FAR:
        file = os.open(f"nameless-{written}", os.O_CREAT | os.O_WRONLY)
        os.unlink(f"nameless-{written}")
        kept.append(file)
        for _ in range(min(WORLD["file_mb"], FAR)):
            written += os.write(file, BLOCK) >> 20
    through(f"{written} MB in files without a name")
except OSError:
    pass
try:
    for number in range(FAR):
        with open(f"file-{number}", "wb") as file:
            file.write(BLOCK)
        written += 1
except OSError:
    pass
if written >= FAR:
    through(f"{written} MB")

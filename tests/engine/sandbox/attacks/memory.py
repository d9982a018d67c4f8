"""Takes more memory than it may."""

import mmap

from world import WORLD, through

kept: list[bytearray | mmap.mmap] = []
try:
    for _ in range(3 * WORLD["memory_mb"] // 2):
        kept.append(bytearray(1 << 20))
        shared = mmap.mmap(-1, 1 << 20)
        shared.write(b"x" * (1 << 20))
        kept.append(shared)
except (MemoryError, OSError):
    kept = kept[:-8]
if len(kept) > 2 * WORLD["memory_mb"]:
    through(f"{len(kept)} MB")

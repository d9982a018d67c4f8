"""Opens more files than it may."""

import os
import resource

from world import WORLD, attempt, done, through

opened = 0
try:
    while opened < 4 * WORLD["open_files"]:
        os.dup(0)
        opened += 1
except OSError:
    pass
if opened > WORLD["open_files"]:
    through(f"{opened} files")
for kind in (resource.RLIMIT_NOFILE, resource.RLIMIT_AS, resource.RLIMIT_NPROC):
    soft, hard = resource.getrlimit(kind)
    more = (hard, resource.RLIM_INFINITY)
    done(f"more of {kind}", lambda kind=kind, more=more: resource.setrlimit(kind, more))
    attempt(f"no limit of {kind}", lambda soft=soft: soft == resource.RLIM_INFINITY)

"""Reads files of the server and of the machine."""

import os
from pathlib import Path

from world import FOLDER, MARK, SECRET, attempt

WAYS = [
    SECRET,
    f"{FOLDER}/.ssh/id_ed25519",
    "../" * 20 + SECRET,
    f"/proc/self/root{SECRET}",
    f"/proc/self/cwd/{'../' * 20}{SECRET}",
    f"/old{SECRET}",
    f"/proc/1/root{SECRET}",
]
os.symlink(SECRET, "way")
for way in [*WAYS, "way"]:
    attempt(way, lambda way=way: MARK in Path(way).read_bytes())


def by_handle() -> bool:
    number = os.open(SECRET, os.O_PATH)
    return MARK in Path(f"/proc/self/fd/{number}").read_bytes()


attempt("through a handle", by_handle)
attempt("the list of files", lambda: os.listdir(FOLDER))
for path in ("/etc/shadow", "/etc/ssh/ssh_host_ed25519_key", "/proc/kcore", "/dev/mem"):
    attempt(path, lambda path=path: os.read(os.open(path, os.O_RDONLY), 1))
attempt("/home", lambda: os.listdir("/home"))
os.chdir("/")
attempt("from the top", lambda: MARK in Path(SECRET[1:]).read_bytes())

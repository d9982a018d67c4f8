"""Leaves results that lead whoever reads them to the secret, or nowhere at all."""

import os
import socket
from contextlib import suppress
from pathlib import Path

from world import FOLDER, SECRET

os.symlink(SECRET, "report.txt")
os.symlink(FOLDER, "reports")
with suppress(OSError):
    os.link(SECRET, "copy.txt")
with suppress(OSError):
    os.mkfifo("pipe.txt")
with suppress(OSError):
    socket.socket(socket.AF_UNIX).bind("socket.txt")
Path(os.fsdecode(b"bad-\xff\n-name.txt")).write_text("x")
Path("closed").mkdir()
Path("closed/inner.txt").write_text("x")
Path("closed").chmod(0)
os.mkdir("deep")
for _ in range(20):
    os.chdir("deep")
    os.mkdir("deep")
print("END")

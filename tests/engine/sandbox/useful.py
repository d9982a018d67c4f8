"""What honest programs do; it prints what does not work, and `done`."""

import asyncio
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path


def database() -> bool:
    with sqlite3.connect("a.db") as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("CREATE TABLE t (x)")
        db.execute("INSERT INTO t VALUES (1)")
    return db.execute("SELECT x FROM t").fetchall() == [(1,)]


def program() -> bool:
    words = [sys.executable, "-c", "print(input())"]
    return subprocess.run(words, input=b"x", capture_output=True, check=True).stdout == b"x\n"


def shell() -> bool:
    return subprocess.run("echo a | cat; exit 3", shell=True, check=False).returncode == 3


def ending() -> bool:
    """A child that is told to end, as every test runner does."""
    process = subprocess.Popen(["sleep", "60"])
    process.terminate()
    return process.wait() == -15


def copies() -> bool:
    Path("a/b").mkdir(parents=True)
    Path("a/b/c.txt").write_text("x")
    shutil.copytree("a", "copy")
    shutil.copy2("a/b/c.txt", "d.txt")
    os.rename("d.txt", "a/e.txt")
    shutil.rmtree("a")
    return Path("copy/b/c.txt").read_text() == "x"


def temporary() -> bool:
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as file:
        Path(folder, "x").write_text("x")
        return file.write(b"x") == 1


def thread() -> bool:
    seen: list[int] = []
    worker = threading.Thread(target=seen.append, args=(1,))
    worker.start()
    worker.join()
    return seen == [1]


async def later() -> bool:
    process = await asyncio.create_subprocess_exec("true")
    return await process.wait() == 0


USES: dict[str, Callable[[], bool]] = {
    "database": database,
    "program": program,
    "shell": shell,
    "ending": ending,
    "copies": copies,
    "temporary": temporary,
    "thread": thread,
    "loop": lambda: asyncio.run(later()),
    "random": lambda: len(os.urandom(8)) == 8 and bool(Path("/dev/null").write_text("x")),
}

for name, use in USES.items():
    try:
        worked = use()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is told
        print(name, repr(error))
    else:
        if not worked:
            print(name, "gave something else")
print("done")

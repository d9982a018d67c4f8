"""Small repositories, and what git says of them."""

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

from menon.apps.socratic import repository
from menon.apps.socratic.repository import Author, Committed

ADA = Author("Ada Lovelace", "ada@example.org")
NOON = datetime(2027, 1, 2, 12, 0, tzinfo=UTC)


def init(folder: Path) -> Committed:
    """A repository with one file and a `.gitignore`."""
    return repository.init(folder, author=ADA, at=NOON, files={"app/main.py": b"print(1)\n"})


def commit(folder: Path, message: str, minutes: int = 1) -> Committed:
    """Commit the folder some minutes after noon."""
    return repository.commit(folder, message, author=ADA, at=NOON + timedelta(minutes=minutes))


def write(folder: Path, branch: str, files: dict[str, bytes], minutes: int = 1) -> Committed:
    """Write a tree onto a branch some minutes after noon."""
    at = NOON + timedelta(minutes=minutes)
    return repository.write_tree(folder, branch, files, "Generate.", author=ADA, at=at)


def git(folder: Path, *words: str) -> str:
    """What git itself says, without any configuration of the machine."""
    assert shutil.which("git"), "git must be installed to see whether it reads what we write"
    alone = {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "PATH": os.environ["PATH"],
    }
    done = subprocess.run(
        ["git", "-C", str(folder), *words], capture_output=True, text=True, env=alone, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout

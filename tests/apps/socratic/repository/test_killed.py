"""A writer that is killed leaves nothing that keeps the next one out."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.apps.socratic.repository.making import commit, git, init

from menon.apps.socratic import repository

KILLED = """
import os, signal, sys
from pathlib import Path
from tests.apps.socratic.repository.making import commit

left = int(sys.argv[2])

def rename(*_, **__):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return moved(*_, **__)

moved = os.rename
os.rename = os.replace = rename
commit(Path(sys.argv[1]), "Print two.")
"""


@pytest.mark.parametrize("before", range(4))
def test_what_a_killed_writer_had_locked_is_free(tmp_path: Path, before: int):
    """Killed before its first object stands, and before later ones, or before its branch moves."""
    init(tmp_path)
    (tmp_path / "app" / "main.py").write_text("print(2)\n")
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(before)]
    done = subprocess.run(command, cwd=Path(__file__).parents[4], check=False)
    assert done.returncode == -signal.SIGKILL
    left = [one for one in (tmp_path / ".git").rglob("*.lock") if one.name != "menon.lock"]
    assert left, "it was killed with something locked"
    made = commit(tmp_path, "Print two.")
    assert made.made
    assert repository.status(tmp_path).clean
    git(tmp_path, "fsck", "--full", "--strict")
    assert not [one for one in (tmp_path / ".git").rglob("*.lock") if one.name != "menon.lock"]

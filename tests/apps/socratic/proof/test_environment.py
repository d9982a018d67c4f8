"""The environment of generated projects: made once, whole or not at all, by any number at once."""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from menon.apps.socratic.proof.environment import digest, find, prepare
from menon.core.errors import ExternalError, NotConfigured

SMALL = "iniconfig==2.3.0\n"
"""A package of a few files."""
PREPARE = """
import asyncio, json, sys
from pathlib import Path
from menon.apps.socratic.proof.environment import prepare
made = asyncio.run(prepare(Path(sys.argv[1]), sys.argv[2]))
print(json.dumps([str(made.path), made.made]))
"""

SAME = {
    "comments": "# versions\na==1  # why\n\nb==2\n",
    "order": "b==2\na==1\n",
    "line ends": "a==1\r\nb==2\r\n",
}


@pytest.mark.parametrize("name", SAME)
def test_what_means_the_same_has_one_name(name: str) -> None:
    assert digest(SAME[name]) == digest("a==1\nb==2\n")


def test_another_version_has_another_name() -> None:
    assert digest("a==1\n") != digest("a==2\n")


async def test_it_is_made_once_and_found_afterwards(tmp_path: Path) -> None:
    made = await prepare(tmp_path / "deep" / "kept", SMALL)
    assert made.made
    assert made.size > 1000
    python = made.path / "bin" / "python"
    seen = subprocess.run([python, "-I", "-c", "import iniconfig"], check=False)
    assert seen.returncode == 0
    again = await prepare(tmp_path / "deep" / "kept", SMALL)
    assert (again.path, again.digest, again.made) == (made.path, digest(SMALL), False)
    assert find(tmp_path / "deep" / "kept", SMALL).size == made.size
    assert [path.name for path in (tmp_path / "deep" / "kept").iterdir()] == [made.digest]


async def test_two_processes_at_once_share_one(tmp_path: Path) -> None:
    async def one() -> tuple[str, bool]:
        words = (sys.executable, "-c", PREPARE, str(tmp_path), SMALL)
        process = await asyncio.create_subprocess_exec(*words, stdout=subprocess.PIPE)
        out, _ = await process.communicate()
        path, made = json.loads(out)
        return path, made

    both = await asyncio.gather(one(), one())
    assert {path for path, _ in both} == {str(tmp_path / digest(SMALL))}
    assert [path.name for path in tmp_path.iterdir()] == [digest(SMALL)]


async def test_what_a_dead_process_left_is_taken_away(tmp_path: Path) -> None:
    old, new = tmp_path / ".making-old", tmp_path / ".making-new"
    for left in (old, new):
        (left / "environment").mkdir(parents=True)
    os.utime(old, (0, 0))
    half = tmp_path / digest(SMALL)
    (half / "bin").mkdir(parents=True)
    made = await prepare(tmp_path, SMALL)
    assert made.made
    assert (made.path / "bin" / "python").exists()
    assert not old.exists()
    assert new.exists()


def test_one_that_is_not_there_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="menon studio prepare"):
        find(tmp_path, SMALL)


async def test_one_that_cannot_be_made_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ExternalError, match="cannot be made") as failed:
        await prepare(tmp_path, "no-such-index-here @ file:///nowhere/at-all.whl\n")
    assert "nowhere" in failed.value.detail
    assert "menon studio prepare" in failed.value.detail
    assert list(tmp_path.iterdir()) == []


async def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ExternalError, match="choose a folder"):
        await prepare(tmp_path / "file" / "kept", SMALL)


async def test_without_uv_pip_makes_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    made = await prepare(tmp_path, SMALL)
    python = made.path / "bin" / "python"
    assert subprocess.run([python, "-I", "-c", "import iniconfig"], check=False).returncode == 0

"""What a caller of the sandbox is promised; that nothing escapes is shown by the battery."""

import asyncio
import os
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest

from menon.core.errors import InvalidInput, SandboxUnavailable
from menon.engine.sandbox import ALL, Limits, Sandbox, SandboxSettings, Tier

LIMITS = Limits.of(SandboxSettings())
SLEEPER = "import time; print('here', flush=True); time.sleep(60)"


class TestARun:
    async def test_gives_back_what_code_printed_and_wrote(self, sandbox: Sandbox) -> None:
        code = """
import pathlib, sys
pathlib.Path("out/deep").mkdir(parents=True)
pathlib.Path("out/deep/a.txt").write_text("new")
pathlib.Path("given.txt").write_text("changed")
pathlib.Path("empty.txt").touch()
print(pathlib.Path("kept.txt").read_text())
print("trouble", file=sys.stderr)
sys.exit(3)
"""
        outcome = await sandbox.run(code, files={"given.txt": b"as it was", "kept.txt": b"kept"})
        assert (outcome.exit, outcome.stdout, outcome.stderr) == (3, "kept\n", "trouble\n")
        assert not outcome.ok
        assert {file.name: file.content for file in outcome.files} == {
            "out/deep/a.txt": b"new",
            "given.txt": b"changed",
            "empty.txt": b"",
        }
        assert outcome.tier in Tier
        assert (outcome.killed_by, outcome.left_out, outcome.more_files) == ("", 0, 0)
        assert 0 < outcome.seconds < LIMITS.seconds

    async def test_begins_with_nothing_but_what_it_is_given(
        self, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("MENON_SECRET_KEY", "hush")
        code = "import os; print(os.listdir('.'), sorted(os.environ))"
        outcome = await sandbox.run(
            ("python", "-c", code), environ={"A": "b"}, files={"x/y.txt": b""}
        )
        names, variables = outcome.stdout.split("] ")
        assert names == "['x'"
        assert "'A'" in variables
        assert "MENON" not in variables

    async def test_can_be_another_program(self, sandbox: Sandbox) -> None:
        outcome = await sandbox.run(("sh", "-c", "echo $HOME; kill -9 $$"))
        assert outcome.stdout.startswith("/")
        assert outcome.exit == -signal.SIGKILL

    async def test_says_that_a_program_is_missing(self, sandbox: Sandbox) -> None:
        outcome = await sandbox.run(("no-such-program",))
        assert outcome.exit == 127
        assert outcome.stderr == "no-such-program: No such file or directory\n"

    async def test_takes_a_folder_as_a_copy(self, sandbox: Sandbox, tmp_path: Path) -> None:
        (tmp_path / "project/.git").mkdir(parents=True)
        (tmp_path / "project/.git/config").write_text("x")
        (tmp_path / "project/a.txt").write_text("a")
        (tmp_path / "secret").write_text("hush")
        (tmp_path / "project/link.txt").symlink_to(tmp_path / "secret")
        os.mkfifo(tmp_path / "project/pipe")
        code = "import os; print(sorted(os.listdir('.'))); os.remove('a.txt')"
        outcome = await sandbox.run(
            ("python", "-c", code), workdir=tmp_path / "project", files={"b.txt": b""}
        )
        assert outcome.stdout == "['a.txt', 'b.txt']\n"
        assert (tmp_path / "project/a.txt").read_text() == "a"

    async def test_may_talk_to_itself_where_it_has_a_network(self, sandbox: Sandbox) -> None:
        code = """
import socket
try:
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(socket.create_connection(server.getsockname()).getpeername()[0])
except PermissionError:
    print("refused")
"""
        walls = (await sandbox.verdict()).walls
        outcome = await sandbox.run(code, loopback=True)
        assert outcome.loopback == walls.walled
        assert outcome.stdout == ("127.0.0.1\n" if walls.walled else "refused\n")
        outcome = await sandbox.run(code)
        assert (outcome.loopback, outcome.stdout) == (False, "refused\n")

    async def test_may_use_many_processes(self, sandbox: Sandbox) -> None:
        code = """
import multiprocessing
if __name__ == "__main__":
    with multiprocessing.Pool(3) as pool:
        print(pool.map(abs, [-1, -2]))
"""
        if (await sandbox.verdict()).walls.walled:  # it needs shared memory, which is outside's
            outcome = await sandbox.run(code)
            assert (outcome.stdout, outcome.killed_by) == ("[1, 2]\n", "")

    async def test_refuses_words_that_no_program_can_be_given(self, sandbox: Sandbox) -> None:
        outcome = await sandbox.run(("sh", "-c", "a\0b"))
        assert (outcome.exit, outcome.stderr) == (127, "sh: embedded null byte\n")
        with pytest.raises(InvalidInput, match="no command"):
            await sandbox.run(())


class TestLimits:
    async def test_time_ends_it_and_keeps_what_it_said(self, sandbox: Sandbox) -> None:
        for seconds in (0.5, 2, 8, 30):  # until Python has begun before its time is over
            outcome = await sandbox.run(SLEEPER, limits=replace(LIMITS, seconds=seconds))
            assert (outcome.timed_out, outcome.exit) == (True, -signal.SIGKILL)
            assert outcome.seconds < seconds + 20
            if outcome.stdout:
                break
        assert outcome.stdout == "here\n"

    async def test_others_are_told_by_name(self, sandbox: Sandbox) -> None:
        small = replace(LIMITS, file_mb=1, disk_files=200, cpu_seconds=1, seconds=30)
        code = {
            "cpu": "while True: pass",
            "disk": "for n in range(10**6): open(str(n), 'w').close()",
            "file size": "import os, signal; signal.signal(25, 0); os.truncate('x', 2**21)",
        }
        files = {"x": b""}
        outcomes = await asyncio.gather(
            *(sandbox.run(text, files=files, limits=small) for text in code.values())
        )
        assert [outcome.killed_by for outcome in outcomes] == list(code)
        # Folders of the place are counted too: it may be ended two or three files before.
        assert outcomes[1].more_files + len(outcomes[1].files) >= 190

    async def test_memory_is_that_of_all_processes_but_counts_shared_pages_once(
        self, sandbox: Sandbox
    ) -> None:
        code = """
import os, time
held = bytearray(b"x" * (60 << 20))
for _ in range({processes}):
    if os.fork() == 0:
        {child}
        time.sleep(0.4)
        os._exit(0)
while True:
    try:
        os.wait()
    except ChildProcessError:
        break
print("all")
"""
        limits = replace(LIMITS, memory_mb=160)
        shared, own = await asyncio.gather(
            sandbox.run(code.format(processes=8, child="pass"), limits=limits),
            sandbox.run(
                code.format(processes=3, child="held[::4096] = held[::4096]"), limits=limits
            ),
        )
        assert (shared.stdout, shared.killed_by) == ("all\n", "")
        assert (own.stdout, own.killed_by) == ("", "memory")

    async def test_both_ends_of_a_long_output_are_kept(self, sandbox: Sandbox) -> None:
        limits = replace(LIMITS, output_bytes=2000)
        outcome = await sandbox.run("print('a' + 'x' * 100_000 + 'b')", limits=limits)
        assert outcome.stdout.startswith("axx")
        assert outcome.stdout.endswith("xxb\n")
        assert f"[... {outcome.left_out} bytes left out ...]" in outcome.stdout
        assert outcome.left_out == 100_003 - 2000

    async def test_large_results_are_named_only(self, sandbox: Sandbox) -> None:
        code = "open('a', 'w').write('x' * 10); open('b', 'w').write('x' * 2**21)"
        outcome = await sandbox.run(code, limits=replace(LIMITS, result_mb=1))
        assert [(file.name, file.size) for file in outcome.files] == [("a", 10), ("b", 2**21)]
        assert [file.content for file in outcome.files] == [b"x" * 10, None]

    @pytest.mark.parametrize(
        "name",
        [
            *("/etc/passwd", "../x", "a/../../x", "", ".", "a//b", "./a", "a/", "nul\0", "a/b/c"),
            *("x" * 256, "\ud800", "a/" * 40 + "b"),
        ],
    )
    async def test_impossible_files_are_refused(self, sandbox: Sandbox, name: str) -> None:
        with pytest.raises(InvalidInput):
            await sandbox.run("pass", files={name: b"", "a/b": b""})

    async def test_more_files_than_disk_are_refused(self, sandbox: Sandbox) -> None:
        with pytest.raises(InvalidInput, match="larger than the run's 1 MB"):
            await sandbox.run(
                "pass", files={"a": bytes(2 << 20)}, limits=replace(LIMITS, disk_mb=1)
            )

    async def test_runs_wait_for_each_other(self) -> None:
        sandbox = Sandbox(SandboxSettings(concurrent=1))
        await sandbox.verdict()
        begun = time.monotonic()
        outcomes = await asyncio.gather(
            *(sandbox.run("import time; time.sleep(0.2)") for _ in range(3))
        )
        assert time.monotonic() - begun > sum(outcome.seconds for outcome in outcomes)


class TestRefusals:
    async def test_an_operator_can_switch_it_off(self) -> None:
        with pytest.raises(SandboxUnavailable, match="MENON_SANDBOX__TIER=auto"):
            await Sandbox(SandboxSettings(tier="off")).run("pass")

    async def test_nothing_runs_where_nothing_holds(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """It says what was wrong with each way, and what it takes."""

        def nowhere(name: str) -> str:
            return f"/nowhere/{name}"

        monkeypatch.setattr("shutil.which", nowhere)
        sandbox = Sandbox(SandboxSettings(tier="T2", read_only=[Path("/usr/share")]))
        with pytest.raises(SandboxUnavailable, match="/nowhere/bwrap cannot be started") as error:
            await sandbox.run("pass")
        assert "Linux 5.13" in error.value.detail
        assert (error.value.code, error.value.status) == ("SECURITY_002", 503)

    async def test_the_tier_can_be_asked_for(self) -> None:
        walls = (await Sandbox(SandboxSettings(tier="T1")).verdict()).walls
        assert walls.tier is Tier.T1

    async def test_what_is_hidden_is_not_shown(self, tmp_path: Path) -> None:
        (tmp_path / "data").mkdir()
        sandbox = Sandbox(SandboxSettings(read_only=[tmp_path]), hidden=[tmp_path / "data"])
        with pytest.raises(SandboxUnavailable, match="would see"):
            await sandbox.run("pass")

    async def test_what_is_not_there_cannot_be_shown(self, tmp_path: Path) -> None:
        with pytest.raises(SandboxUnavailable, match=r"There is no .*/none"):
            await Sandbox(SandboxSettings(environment=tmp_path / "none")).run("pass")

    def test_the_strongest_come_first(self) -> None:
        assert [walls.kind for walls in ALL] == ["bwrap", "own", "none"]

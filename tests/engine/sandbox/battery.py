"""The battery: every attack against every way to confine that holds for this user here.

`python -m tests.engine.sandbox.battery USER PLACE` prints as JSON what came through, by walls; USER
is `root` or `user`, PLACE is `machine` or `container`, which lacks what containers lack. With
`ALONE` as the place the attacks run without a sandbox, as far as they are harmless.
"""

import asyncio
import json
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.engine.sandbox.place import become, in_container, open_way
from tests.engine.sandbox.targets import Targets, show, targets

from menon.core.errors import SandboxUnavailable
from menon.engine.sandbox import ALL, Limits, Outcome, Sandbox, SandboxSettings, Walls

ATTACKS = Path(__file__).with_name("attacks")
NAMES = sorted(path.stem for path in ATTACKS.glob("*.py") if path.stem != "world")
USEFUL = Path(__file__).with_name("useful.py")
LIMITS = Limits(
    seconds=2.5,
    cpu_seconds=1,
    memory_mb=96,
    processes=16,
    open_files=64,
    file_mb=4,
    disk_mb=8,
    output_bytes=8192,
    result_mb=4,
)
ABREAST = 4
"""Attacks at the same time: some wait, others compute."""
LATE_S = 5.0
"""What a busy machine may add; an attack wants to stay for a minute."""
USER = 1717
NEED_NETWORK = {"network", "sharing", "kernel"}
HURT_ALONE = {"supervisor"}
CROWD = {"forks"}
"""What takes all processes that a user may have."""


def world(given: Targets, walls: Walls | None) -> str:
    """What an attack knows."""
    # Without namespaces disk and processes are looked at now and then: what counts is that it ends.
    watched = walls is not None and not walls.walled
    limits = {
        "memory_mb": LIMITS.memory_mb,
        "processes": LIMITS.processes * (5 if watched else 1),
        "open_files": LIMITS.open_files,
        "file_mb": LIMITS.file_mb,
        "cpu_seconds": LIMITS.cpu_seconds,
        "disk_far_mb": 400 if watched else 2 * LIMITS.disk_mb,
        "alone": walls is None,
        "walled": walls is not None and walls.walled,
    }
    return json.dumps({**given.told, **limits})


async def confined(name: str, sandbox: Sandbox, walls: Walls, given: Targets) -> list[str]:
    """What an attack achieved inside."""
    outcome = await sandbox.run(
        ("python", "-S", "attack.py", given.token),
        files={
            "world.py": (ATTACKS / "world.py").read_bytes(),
            "attack.py": (ATTACKS / f"{name}.py").read_bytes(),
        },
        environ={"WORLD": world(given, walls)},
        read_only=given.shown,
        limits=LIMITS,
        loopback=name in NEED_NETWORK,
    )
    return [*told(outcome.stdout), *judged(name, outcome)]


def told(output: str) -> list[str]:
    return re.findall(r"^THROUGH (.+)$", output, re.MULTILINE)


def judged(name: str, outcome: Outcome) -> Iterator[str]:
    """What the attack cannot see itself."""
    if "Traceback" in outcome.stderr or "SyntaxError" in outcome.stderr:
        yield f"did not attack: {outcome.stderr[-300:]}"
    if outcome.seconds > LIMITS.seconds + LATE_S:
        yield f"ran for {outcome.seconds:.1f} s"
    if any(b"cnry:" in (file.content or b"") for file in outcome.files):
        yield "the secret was read back"
    if max(len(outcome.stdout), len(outcome.stderr)) > LIMITS.output_bytes + 200:
        yield f"{len(outcome.stdout)} bytes of output were kept"
    wanted = {"hang": ("time", None), "links": ("", 0), "supervisor": ("", 7)}
    killed_by, status = wanted.get(name, (outcome.killed_by, None))
    if outcome.killed_by != killed_by or status not in {None, outcome.exit}:
        yield f"ended with {outcome.exit} by {outcome.killed_by or 'itself'}"


async def attack_all(walls: Walls) -> dict[str, Any]:
    """What came through these walls, by attack; or why they do not hold here."""
    sandbox = Sandbox(SandboxSettings(concurrent=ABREAST), candidates=[walls])
    try:
        await sandbox.verdict()
    except SandboxUnavailable as error:
        return {"refused": error.detail}
    with targets() as given:

        async def one(name: str) -> list[str]:
            return await confined(name, sandbox, walls, given)

        useful = await sandbox.run(USEFUL.read_text(), limits=replace(LIMITS, seconds=20))
        # Without namespaces the kernel counts all runs of a user together: until the watch ends the
        # one that forks, its neighbours get no process either.
        first = [] if walls.walled else [name for name in NAMES if name in CROWD]
        found = {name: await one(name) for name in first}
        rest = [name for name in NAMES if name not in found]
        found |= zip(rest, await asyncio.gather(*map(one, rest)), strict=True)
        outside = await asyncio.to_thread(lambda: list(given.harm()))
    return {
        "open": {name: found[name] for name in NAMES if found[name]},
        "outside": outside,
        "useful": (useful.stdout + useful.stderr).split("\n"),
    }


async def alone(name: str, given: Targets) -> list[str]:
    """What an attack achieves without any guard, in a plain process."""
    with tempfile.TemporaryDirectory() as folder:
        for file in ("world", name):
            (Path(folder) / f"{file}.py").write_bytes((ATTACKS / f"{file}.py").read_bytes())
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-S", f"{name}.py", given.token),
            cwd=folder,
            env={**os.environ, "WORLD": world(given, None)},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, _ = await process.communicate()
        found = told(out.decode(errors="replace"))
        if len(out) > LIMITS.output_bytes + 200:
            found.append(f"{len(out)} bytes of output")
        report = Path(folder) / "report.txt"
        if report.exists() and "cnry:" in report.read_text():
            found.append("the secret was read back")
    return found


async def attack_alone() -> dict[str, Any]:
    async def one(name: str) -> list[str]:
        with targets() as given:
            return [*await alone(name, given), *given.harm()]

    names = [name for name in NAMES if name not in HURT_ALONE]
    return dict(zip(names, await asyncio.gather(*map(one, names)), strict=True))


def elsewhere(user: str, place: str, folder: Path) -> None:
    """Be this user at this place; `folder` is for everything that comes."""
    folder.chmod(0o777)
    show(folder)
    tempfile.tempdir = str(folder)
    os.environ["SECRET"] = "cnry:in-the-environment"
    if user == "user" or place == "container":
        open_way(Path(sys.base_prefix), Path(sys.prefix), Path(__file__).parents[3])
    if place == "container":
        in_container()
    if user == "user" and os.getuid() == 0:
        become(USER)


async def attack_each(place: str) -> dict[str, Any]:
    """All that a place is for: a machine for namespaces, a container for doing without."""
    fit = [walls for walls in ALL if walls.walled == (place == "machine")]
    found = await asyncio.gather(*map(attack_all, fit))
    return {walls.name: how for walls, how in zip(fit, found, strict=True)}


def main(user: str, place: str) -> None:
    """In a child, so that whoever may clean up afterwards is still there."""
    with tempfile.TemporaryDirectory() as folder:
        child = os.fork()
        if child == 0:
            elsewhere(user, place, Path(folder))
            found = asyncio.run(attack_alone() if place == "alone" else attack_each(place))
            sys.stdout.write(json.dumps(found))
            sys.stdout.flush()
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(*sys.argv[1:])

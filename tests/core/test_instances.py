"""A dead process is known by its pid on its own machine, and by its silence elsewhere."""

import os
import platform
import subprocess
import sys
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from menon.core.instances import STALE_S, Instance, Self, alive, birth, dead, forget
from menon.core.runtime import Runtime
from menon.kit.ids import new_id

HERE = platform.node()


def _add(session: Session, *, host: str, pid: int, born: str, beat: datetime) -> str:
    made = new_id()
    session.add(Instance(id=made, host=host, pid=pid, born=born, started_at=beat, beat_at=beat))
    session.flush()
    return made


def _ended_pid() -> tuple[int, str]:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        born = birth(child.pid) or ""
        child.kill()
    return child.pid, born


def test_a_birth_tells_processes_of_one_pid_apart():
    own = birth(os.getpid())
    assert own is not None
    assert own == birth(os.getpid())
    assert own != birth(os.getppid())
    assert birth(2**22 + 1) is None


def test_a_zombie_is_dead():
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
        assert birth(child.pid) is None


async def test_a_process_of_this_machine_is_dead_at_once(runtime: Runtime):
    now = runtime.clock.now()
    pid, born = _ended_pid()

    def look(session: Session) -> None:
        # In one unit: the process forgets dead instances by itself, now and then.
        gone = _add(session, host=HERE, pid=pid, born=born, beat=now)
        reused = _add(session, host=HERE, pid=os.getpid(), born="earlier", beat=now)
        assert set(dead(session, now)) == {gone, reused}
        assert alive(session, now) == {runtime[Self].id}

    await runtime.db.write(look)


async def test_a_silent_process_of_this_machine_lives(runtime: Runtime):
    later = runtime.clock.now() + timedelta(days=1)
    assert await runtime.db.read(dead, later) == []


@pytest.mark.parametrize(("silence", "is_dead"), [(0.0, False), (STALE_S, False), (15.1, True)])
async def test_elsewhere_silence_decides(runtime: Runtime, silence: float, is_dead: bool):
    now = runtime.clock.now()
    beat = now - timedelta(seconds=silence)

    def look(session: Session) -> None:
        # In one unit, as above.
        other = _add(session, host="elsewhere", pid=1, born="x", beat=beat)
        assert dead(session, now) == ([other] if is_dead else [])
        assert (other in alive(session, now)) is not is_dead

    await runtime.db.write(look)


async def test_forgotten_instances_leave_no_row(runtime: Runtime):
    now = runtime.clock.now()
    other = await runtime.db.write(_add, host="elsewhere", pid=1, born="x", beat=now)
    await runtime.db.write(forget, [other])
    assert await runtime.db.read(lambda s: s.scalars(select(Instance.id)).all()) == [
        runtime[Self].id
    ]

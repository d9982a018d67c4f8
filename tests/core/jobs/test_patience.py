import pytest

from menon.core.errors import NotFound, Overloaded
from menon.core.jobs.patience import patiently


async def test_the_database_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def at_once(_error: Exception, _attempt: int) -> float:
        return 0.0

    monkeypatch.setattr("menon.core.jobs.patience.pause", at_once)
    calls: list[int] = []

    async def call() -> int:
        calls.append(1)
        if len(calls) < 5:
            raise Overloaded
        return len(calls)

    assert await patiently(call) == 5


async def test_other_failures_are_not_waited_for() -> None:
    async def call() -> None:
        raise NotFound

    with pytest.raises(NotFound):
        await patiently(call)

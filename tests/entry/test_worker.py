"""Which queues a worker process works on."""

import pytest

from menon.core.settings import SettingsError
from menon.entry.worker import pools


@pytest.mark.parametrize(
    ("queues", "concurrency", "expected"),
    [
        ([], None, {"worker": True}),
        ([], 3, {"worker": True, "interactive": 3, "bulk": 3}),
        (["bulk"], None, {"worker": True, "interactive": 0}),
        (["bulk"], 5, {"worker": True, "bulk": 5, "interactive": 0}),
        (["bulk", "interactive"], None, {"worker": True}),
    ],
)
def test_a_worker_leaves_out_the_other_queues(
    queues: list[str], concurrency: int | None, expected: dict[str, object]
) -> None:
    assert pools(queues, concurrency) == expected


def test_an_unknown_queue_is_refused_with_those_that_are() -> None:
    with pytest.raises(SettingsError, match="interactive, bulk"):
        pools(["fast"], None)

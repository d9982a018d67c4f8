from pathlib import Path

from bench.chaos import jobs_killed


async def test_a_killed_worker_loses_nothing_and_no_effect_here_happens_twice(
    database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    folder.mkdir(exist_ok=True)
    outcome = await jobs_killed(database_url, folder, runs=4, kills=1)
    assert outcome["ok"], outcome
    assert outcome["longest_gap_once_ready_s"] <= 10

from pathlib import Path

from bench.chaos_webhooks import delivered_through


async def test_a_killed_worker_loses_no_delivery_and_none_has_two_effects(
    database_url: str, tmp_path: Path
) -> None:
    folder = tmp_path / "data"
    folder.mkdir(exist_ok=True)
    outcome = await delivered_through(database_url, folder, events=20, kills=2)
    assert outcome["ok"], outcome

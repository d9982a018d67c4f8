"""A server that is killed while it answers loses nothing that it had acknowledged."""

from pathlib import Path

from bench.chaos_chat import chats_killed


async def test_killed_answers_are_kept_marked_and_can_go_on(database_url: str, tmp_path: Path):
    folder = tmp_path / "data"
    folder.mkdir(exist_ok=True)
    outcome = await chats_killed(database_url, folder, streams=5)
    assert outcome["ok"], outcome

"""A real server that is killed while it takes documents in."""

import pytest
from bench.chaos_ingest import ingest


@pytest.mark.soak
async def test_what_was_acknowledged_is_there_once_after_kills() -> None:
    outcome = await ingest(documents=20, kills=2)
    assert outcome["ok"], outcome

"""The doctor says what confines generated code."""

from pathlib import Path

import pytest

from menon.engine.sandbox import Sandbox, SandboxSettings
from menon.entry.doctor import confinement


async def test_what_confines_code_is_found_by_trying() -> None:
    finding = await confinement(Sandbox())
    assert finding.name == "sandbox"
    assert finding.detail.startswith(("T2 (bubblewrap)", "T1 ("))
    assert (finding.state == "ok") == ("stronger" not in finding.detail)


async def test_of_a_weaker_one_it_says_what_is_wrong_with_the_stronger(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def nowhere(name: str) -> str:
        return f"/nowhere/{name}"

    monkeypatch.setattr("shutil.which", nowhere)
    other = SandboxSettings(read_only=[Path("/usr/share")])  # else an earlier finding would do
    finding = await confinement(Sandbox(other))
    assert finding.state == "note"
    assert "stronger would be T2 (bubblewrap): /nowhere/bwrap cannot be started" in finding.detail


async def test_without_any_it_says_what_helps() -> None:
    finding = await confinement(Sandbox(SandboxSettings(tier="off")))
    assert finding.state == "note"
    assert "MENON_SANDBOX__TIER=auto" in finding.detail

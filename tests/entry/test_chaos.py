"""The command that kills processes."""

from pathlib import Path

import pytest

from menon.core.settings import SettingsError
from menon.entry import chaos


def test_an_unknown_scenario_is_refused_with_those_that_are() -> None:
    with pytest.raises(SettingsError, match="jobs, survivor"):
        chaos.run("flood", as_json=True)


def test_without_the_sources_one_sentence_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chaos, "_ROOT", tmp_path)
    with pytest.raises(SettingsError, match="in a checkout"):
        chaos.run("jobs", as_json=True)


def test_the_scenarios_answer_is_the_commands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "bench").mkdir()
    (tmp_path / "bench" / "chaos.py").write_text("raise SystemExit(3)")
    monkeypatch.setattr(chaos, "_ROOT", tmp_path)
    assert chaos.run("survivor", as_json=False) == 3


@pytest.mark.parametrize("module", sorted({command[0] for command in chaos.SCENARIOS.values()}))
def test_every_scenario_is_there(module: str) -> None:
    assert Path(f"{module.replace('.', '/')}.py").is_file()

"""The operator's file of agents: found, or refused with what to do."""

import sys
from pathlib import Path

import pytest

from menon.engine.framework.loading import BadApp, folder, load

TWO = """
from menon import Agent, Orchestrator, Team

ada = Agent("Ada")
several = [ada, Agent("Bo")]
org = Orchestrator([Agent("Cy")])
words = ["no", "agents"]
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / f"agents_{tmp_path.name.replace('-', '_')}.py"
    path.write_text(TWO)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return path


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("", ["ada", "bo", "cy"]),
        (":ada", ["ada"]),
        (":several", ["ada", "bo"]),
        (":org", ["cy"]),
    ],
)
def test_agents_are_found_by_file_and_name(file: Path, name: str, ids: list[str]) -> None:
    assert [agent.id for agent in load(f"{file}{name}")] == ids


def test_a_module_is_found_from_the_working_directory(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(file.parent)
    assert len(load(file.stem)) == 3
    assert folder(file.stem) == file.parent
    assert folder(str(file)) == file.parent


def test_a_file_is_run_once(file: Path) -> None:
    assert load(f"{file}:ada") == load(f"{file}:ada")


def test_it_may_import_what_lies_beside_it(file: Path) -> None:
    (file.parent / "beside_it.py").write_text("NAME = 'Dee'")
    file.write_text("import beside_it, menon\nagent = menon.Agent(beside_it.NAME)")
    assert load(str(file))[0].id == "dee"


@pytest.mark.parametrize(
    ("text", "app", "why"),
    [
        ("", "", "There are no agents in"),
        (TWO, ":words", "There are no agents in"),
        (TWO, ":nobody", "has no 'nobody'"),
        ("1/0", "", "cannot be loaded: ZeroDivisionError"),
        ("import menon_missing", "", "No module named"),
        ("def", "", "cannot be loaded: SyntaxError"),
        ("from menon import Agent\na, b = Agent('A'), Agent('a')", "", "agents of .* called 'a'"),
    ],
)
def test_what_cannot_be_served_says_why(file: Path, text: str, app: str, why: str) -> None:
    file.write_text(text)
    with pytest.raises(BadApp, match=why):
        load(f"{file}{app}")


def test_what_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(BadApp, match="There is no file"):
        load(str(tmp_path / "missing.py"))
    with pytest.raises(BadApp, match="cannot be loaded: ModuleNotFoundError"):
        load("menon_missing.module")

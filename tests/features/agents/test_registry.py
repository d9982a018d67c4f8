"""Agents whose actions are code: found by their place, told apart by their id."""

import sys
from pathlib import Path
from typing import Any

import pytest

from menon.engine.agents.spec import AgentSpec
from menon.engine.tools.tool import ToolContext, tool
from menon.features.agents.dispatch.registry import Registry, scanned


@tool
async def greet(context: ToolContext) -> str:
    """Greet."""
    return "hello"


MADE: dict[str, Any] = {"id": "clerk", "name": "Clerk", "description": "", "actions": (greet,)}


def test_agents_are_found_in_the_folders_of_apps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    folder = tmp_path / "shop_apps" / "shop" / "agents"
    folder.mkdir(parents=True)
    (folder.parent.parent / "empty").mkdir()
    for place in (folder, folder.parent, folder.parent.parent, folder.parent.parent / "empty"):
        (place / "__init__.py").touch()
    (folder / "clerk.py").write_text(
        "from menon.engine.agents.spec import AgentSpec\n"
        "agent = AgentSpec(id='clerk', name='Clerk', description='', actions=())\n"
    )
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert [spec.id for spec in scanned("shop_apps")] == ["clerk"]
    for name in [name for name in sys.modules if name.startswith("shop_apps")]:
        del sys.modules[name]


def test_an_id_is_one_agents():
    with pytest.raises(ValueError, match="'clerk'"):
        Registry([AgentSpec(**MADE), AgentSpec(**MADE)])


@pytest.mark.parametrize("wrong", [{"id": "Not One"}, {"actions": (greet, greet)}])
def test_an_agent_is_well_made(wrong: dict[str, Any]):
    with pytest.raises(ValueError, match=r"no id|one name"):
        AgentSpec(**(MADE | wrong))


def test_it_can_do_what_its_actions_are_called_and_more():
    spec = AgentSpec(**MADE, capabilities=frozenset({"welcome", "greet"}))
    assert list(spec.can()) == ["greet", "welcome"]

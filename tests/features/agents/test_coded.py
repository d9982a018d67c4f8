"""Agents of a Python file on the server: read and run like others, changed in the file alone."""

from pathlib import Path
from typing import Any

import httpx2
import pytest

from menon import Agent, Team, tool
from menon.core.runtime import Runtime
from menon.core.settings import SettingsError
from menon.entry import server
from menon.features.agents.coded import CodedAgents
from menon.testing import Call, ScriptedModel


@tool
def double(n: int) -> int:
    """Double a number."""
    return n * 2


def counter(instructions: str = "Count.", **more: Any) -> Agent[str]:
    model = ScriptedModel(*[Call("double", n=4), "8"] * 3)
    return Agent("Counter", instructions, model=model, tools=[double], **more)


@pytest.fixture
def coded(runtime: Runtime) -> Any:
    async def take(*agents: Agent[Any]) -> None:
        await runtime[CodedAgents].take(runtime, agents, "shop.py")

    return take


async def test_they_are_read_and_run_like_others(
    as_developer: httpx2.AsyncClient, coded: Any
) -> None:
    inner = Agent("Inner", tools=["calculator"])
    await coded(counter(description="Counts."), Team.sequential([inner], name="Pair"), inner)
    shown = (await as_developer.get("/api/v1/agents/counter")).json()
    assert (shown["defined_in"], shown["is_builtin"], shown["version"]) == ("shop.py", True, 1)
    assert shown["configuration"]["tools"] == ["double"]

    said = await as_developer.post("/api/v1/agents/counter/run", json={"message": "4?"})
    assert said.json()["answer"] == "8"
    assert said.json()["model"] == "test:scripted"
    said = await as_developer.post("/api/v1/agents/pair/run", json={"message": "15 * 23"})
    assert said.json()["answer"] == "15 * 23 = 345."
    assert said.json()["usage"]["requests"] == 4
    said = await as_developer.post("/api/v1/chat", json={"message": "4?", "agent": "counter"})
    assert '"text":"8"' in said.text


async def test_the_api_changes_none_of_it(as_admin: httpx2.AsyncClient, coded: Any) -> None:
    await coded(counter())
    for answer in (
        await as_admin.put("/api/v1/agents/counter", json={"name": "Mine"}),
        await as_admin.delete("/api/v1/agents/counter"),
    ):
        assert answer.status_code == 403
        assert "changed in 'shop.py'" in answer.json()["detail"]


async def test_another_definition_is_another_version(
    as_developer: httpx2.AsyncClient, coded: Any
) -> None:
    async def version() -> int:
        return (await as_developer.get("/api/v1/agents/counter")).json()["version"]

    await coded(counter())
    await coded(counter())
    assert await version() == 1
    await coded(counter("Count well."))
    assert await version() == 2

    @tool(name="double")
    def treble(n: int) -> int:
        """Treble a number."""
        return n * 3

    await coded(Agent("Counter", "Count well.", model=ScriptedModel(), tools=[treble]))
    assert await version() == 3


async def test_one_that_is_gone_from_the_code_is_switched_off_until_it_comes_back(
    as_developer: httpx2.AsyncClient, coded: Any
) -> None:
    await coded(counter())
    await coded(Agent("Other"))
    gone = await as_developer.post("/api/v1/agents/counter/run", json={"message": "4?"})
    assert gone.status_code == 409
    await coded(counter())
    assert (await as_developer.get("/api/v1/agents/counter")).json()["is_active"]


async def test_a_process_without_the_code_says_where_it_is(
    as_developer: httpx2.AsyncClient, coded: Any, runtime: Runtime
) -> None:
    await coded(counter())
    runtime.put(CodedAgents((), runtime[CodedAgents].house))
    said = (await as_developer.post("/api/v1/agents/counter/run", json={"message": "4?"})).json()
    assert said["state"] == "failed"
    assert said["error"]["code"] == "INTEGRATION_001"
    assert "--app shop.py" in said["error"]["detail"]


@pytest.mark.parametrize("name", ["Assistant", "x" * 101])
async def test_a_name_that_cannot_be_is_refused(coded: Any, name: str) -> None:
    with pytest.raises(SettingsError, match="No agent can be called"):
        await coded(Agent(name))


async def test_a_tool_that_the_server_has_not_ends_the_run(
    as_developer: httpx2.AsyncClient, coded: Any
) -> None:
    await coded(Agent("A", tools=["magic"]))
    said = (await as_developer.post("/api/v1/agents/a/run", json={"message": "4?"})).json()
    assert said["error"]["code"] == "VALID_001"


class TestServe:
    @pytest.fixture(autouse=True)
    def alone(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("MENON_DATA_DIR", str(tmp_path / "data"))
        monkeypatch.setenv("MENON_AGENTS__APP", "")
        monkeypatch.chdir(tmp_path)

    def test_a_broken_file_is_refused_before_anything_listens(self, tmp_path: Path) -> None:
        (tmp_path / "broken_agents.py").write_text("1/0")
        with pytest.raises(SettingsError, match="ZeroDivisionError"):
            server.serve(host=None, port=0, workers=None, agents="broken_agents.py")
        assert not (tmp_path / "data").exists()

    def test_reload_needs_something_to_watch(self) -> None:
        with pytest.raises(SettingsError, match="name that one too"):
            server.serve(host=None, port=0, workers=None, reload=True)

    @pytest.mark.parametrize("reload", [False, True])
    def test_the_file_goes_to_the_processes_that_serve(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reload: bool
    ) -> None:
        file = tmp_path / "fine_agents.py"
        file.write_text("from menon import Agent\nagent = Agent('Fine')")
        began: dict[str, Any] = {}

        async def prepared(settings: Any) -> None:
            del settings

        def began_with(app: str, **how: Any) -> None:
            began.update(how, app=app)

        # What it tells the processes that it starts is not for the tests that come after.
        monkeypatch.setattr(server.os, "environ", dict(server.os.environ))
        monkeypatch.setattr(server, "prepare", prepared)
        monkeypatch.setattr(server.uvicorn, "run", began_with)
        server.serve(host=None, port=0, workers=3, agents=str(file), reload=reload)
        assert server.os.environ["MENON_AGENTS__APP"] == str(file)
        assert began.get("reload_dirs") == ([str(tmp_path)] if reload else None)
        assert began["workers"] == (1 if reload else 3)

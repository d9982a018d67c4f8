import asyncio
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI

from menon.core.jobs import Jobs
from menon.core.runs.log import RunLog
from menon.core.runtime import Runtime
from menon.testing.fake_llm import FakeLLM

API = "/api/v1"
READS = (
    "/models/available",
    "/models/performance",
    "/models/usage",
    "/models/openai:fake/stats",
    "/ollama/health",
    "/ollama/models",
    "/ollama/models/names",
)
SELECT = "/models/select"
MANAGES = ("/models/refresh", "/ollama/models/pull/tiny")


class TestWhoMay:
    @pytest.mark.parametrize("path", READS)
    async def test_strangers_may_read_nothing(self, client: httpx2.AsyncClient, path: str) -> None:
        assert (await client.get(API + path)).status_code == 401

    @pytest.mark.parametrize("path", READS)
    async def test_viewers_read(self, as_viewer: httpx2.AsyncClient, path: str) -> None:
        assert (await as_viewer.get(API + path)).status_code == 200

    @pytest.mark.parametrize("path", MANAGES)
    async def test_only_administrators_manage(
        self,
        client: httpx2.AsyncClient,
        as_viewer: httpx2.AsyncClient,
        as_manager: httpx2.AsyncClient,
        path: str,
    ) -> None:
        assert (await client.post(API + path)).status_code == 401
        assert (await as_viewer.post(API + path)).status_code == 403
        assert (await as_manager.post(API + path)).status_code == 403


class TestAvailable:
    async def test_every_provider_is_there_with_its_models(
        self, as_viewer: httpx2.AsyncClient
    ) -> None:
        found = (await as_viewer.get(f"{API}/models/available")).json()

        assert [item["name"] for item in found["items"]] == [
            "anthropic:fake",
            "offline:extractive",
            "ollama:fake",
            "openai:fake",
            "openai:fake-embed",
        ]
        assert {p["name"]: p["ok"] for p in found["providers"]} == {
            "anthropic": True,
            "offline": True,
            "ollama": True,
            "openai": True,
        }
        assert found["default"] == "auto"

    async def test_the_matrix_says_which_models_do_what(
        self, as_viewer: httpx2.AsyncClient
    ) -> None:
        found = (await as_viewer.get(f"{API}/models/available")).json()

        matrix = {row["name"]: row for row in found["capabilities"]}
        assert matrix["answer"]["offline"]
        assert matrix["embed"]["models"] == ["openai:fake-embed"]
        assert matrix["generate"]["needs_model"]
        assert matrix["generate"]["models"] == ["anthropic:fake", "ollama:fake", "openai:fake"]

    async def test_pages_follow_each_other(self, as_viewer: httpx2.AsyncClient) -> None:
        names: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            query = {"limit": "2", **cursor}
            found = (await as_viewer.get(f"{API}/models/available", params=query)).json()
            names += [item["name"] for item in found["items"]]
            if found["next_cursor"] is None:
                break
            cursor = {"cursor": found["next_cursor"]}
        assert len(names) == len(set(names)) == 5

    async def test_refreshing_finds_what_was_installed_meanwhile(
        self, as_admin: httpx2.AsyncClient, fake: FakeLLM
    ) -> None:
        await as_admin.get(f"{API}/models/available")
        fake.pulled.add("fresh:1b")

        found = (await as_admin.post(f"{API}/models/refresh")).json()
        assert "ollama:fresh:1b" in [item["name"] for item in found["items"]]


class TestWithoutServers:
    @pytest.fixture
    def servers(self) -> dict[str, Any]:
        return {}

    async def test_the_matrix_says_what_to_set(self, as_viewer: httpx2.AsyncClient) -> None:
        found = (await as_viewer.get(f"{API}/models/available")).json()

        matrix = {row["name"]: row for row in found["capabilities"]}
        assert matrix["answer"]["models"] == ["offline:extractive"]
        assert not matrix["generate"]["available"]
        assert "OPENAI_API_KEY" in matrix["generate"]["remedy"]
        off = next(p for p in found["providers"] if p["name"] == "openai")
        assert (off["configured"], off["setting"]) == (False, "OPENAI_API_KEY")

    @pytest.mark.parametrize(
        ("method", "path"),
        [
            ("GET", "/ollama/health"),
            ("GET", "/ollama/models"),
            ("GET", "/ollama/models/names"),
            ("POST", "/ollama/models/pull/tiny"),
        ],
    )
    async def test_ollama_says_that_it_is_not_configured(
        self, as_admin: httpx2.AsyncClient, method: str, path: str
    ) -> None:
        answer = await as_admin.request(method, API + path)

        assert (answer.status_code, answer.json()["code"]) == (503, "INTEGRATION_001")
        assert "OLLAMA_BASE_URL" in answer.json()["detail"]


class TestDeadServer:
    @pytest.fixture
    def servers(self, unused_tcp_port: int) -> dict[str, Any]:
        return {"ollama_base_url": f"http://127.0.0.1:{unused_tcp_port}"}

    async def test_its_health_is_told_and_its_list_is_not(
        self, as_viewer: httpx2.AsyncClient
    ) -> None:
        health = await as_viewer.get(f"{API}/ollama/health")
        assert (health.status_code, health.json()["status"]) == (200, "unavailable")

        listed = await as_viewer.get(f"{API}/ollama/models")
        assert (listed.status_code, listed.json()["code"]) == (503, "MODEL_001")


class TestSelect:
    async def ask(self, client: httpx2.AsyncClient, **wish: Any) -> Any:
        return (await client.post(API + SELECT, json=wish)).json()

    async def test_strangers_may_not_ask(self, client: httpx2.AsyncClient) -> None:
        assert (await client.post(API + SELECT, json={})).status_code == 401

    async def test_the_choice_comes_with_fallbacks_and_the_reason(
        self, as_viewer: httpx2.AsyncClient
    ) -> None:
        found = await self.ask(as_viewer, task_type="chat", content_type="text", priority="cost")

        assert found["selected_model"] == found["model_info"]["name"] == "ollama:fake"
        assert found["fallback_models"][-1] == "offline:extractive"
        assert "cheapest" in found["selection_reason"]

    @pytest.mark.parametrize(
        ("wish", "expected"),
        [
            ({"task_type": "embed"}, "openai:fake-embed"),
            ({"content_type": "image"}, "anthropic:fake"),
            ({"requirements": {"vision": True}}, "anthropic:fake"),
            ({"requirements": {"local": True, "tools": True}}, "ollama:fake"),
            ({"priority": "privacy", "max_tokens": 100_000}, "offline:extractive"),
        ],
    )
    async def test_what_is_required_decides(
        self, as_viewer: httpx2.AsyncClient, wish: dict[str, Any], expected: str
    ) -> None:
        assert (await self.ask(as_viewer, **wish))["selected_model"] == expected

    async def test_what_nobody_can_do_is_said(self, as_viewer: httpx2.AsyncClient) -> None:
        answer = await as_viewer.post(
            API + SELECT, json={"task_type": "embed", "priority": "privacy"}
        )
        assert (answer.status_code, answer.json()["code"]) == (503, "MODEL_001")

    async def test_an_unknown_word_is_malformed(self, as_viewer: httpx2.AsyncClient) -> None:
        answer = await as_viewer.post(API + SELECT, json={"priority": "luck"})
        assert answer.status_code == 422


class TestOllama:
    async def test_health_tells_the_version(self, as_viewer: httpx2.AsyncClient) -> None:
        found = (await as_viewer.get(f"{API}/ollama/health")).json()

        assert (found["status"], found["version"]) == ("ok", "0.0.0-fake")

    async def test_models_have_metadata(self, as_viewer: httpx2.AsyncClient) -> None:
        found = (await as_viewer.get(f"{API}/ollama/models")).json()

        [model] = found["items"]
        assert (model["name"], model["size"], model["context"]) == ("ollama:fake", 4096, 8192)
        assert (model["tools"], model["local"]) == (True, True)

    async def test_names_are_bare(self, as_viewer: httpx2.AsyncClient, fake: FakeLLM) -> None:
        fake.pulled.add("hf.co/some/model:Q4")

        found = (await as_viewer.get(f"{API}/ollama/models/names")).json()
        assert found["items"] == ["fake", "hf.co/some/model:Q4"]


class TestStats:
    @pytest.mark.parametrize("name", ["openai:fake", "anthropic:fake"])
    async def test_a_model_without_runs_has_no_figures(
        self, as_viewer: httpx2.AsyncClient, name: str
    ) -> None:
        found = (await as_viewer.get(f"{API}/models/{name}/stats")).json()

        assert found["model"]["name"] == name
        assert (found["usage"], found["performance"], found["days"]) == (None, None, [])

    async def test_names_may_contain_slashes(
        self, as_viewer: httpx2.AsyncClient, fake: FakeLLM
    ) -> None:
        fake.pulled.add("hf.co/some/model:Q4")

        answer = await as_viewer.get(f"{API}/models/ollama:hf.co/some/model:Q4/stats")
        assert answer.status_code == 200

    async def test_an_unknown_model_is_not_found(self, as_viewer: httpx2.AsyncClient) -> None:
        answer = await as_viewer.get(f"{API}/models/openai:nobody/stats")
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND_001")


class TestPull:
    @pytest.fixture
    def overrides(self, servers: dict[str, Any]) -> dict[str, Any]:
        return {
            "models": {"look_seconds": 10.0, **servers},
            "jobs": {"worker": True, "drain_seconds": 0.2},
        }

    async def events(self, runtime: Runtime, run_id: str) -> list[Any]:
        assert runtime[Jobs].working
        async with asyncio.timeout(60):
            return [e.data async for batch in runtime[RunLog].follow(run_id) for e in batch]

    async def test_a_model_arrives_and_its_progress_can_be_followed(
        self, as_admin: httpx2.AsyncClient, runtime: Runtime, fake: FakeLLM
    ) -> None:
        answer = await as_admin.post(f"{API}/ollama/models/pull/library/tiny:1b")
        begun = answer.json()
        assert (answer.status_code, begun["model"]) == (202, "ollama:library/tiny:1b")
        assert begun["events"] == f"/api/v1/runs/{begun['run_id']}/events"

        events = await self.events(runtime, begun["run_id"])

        progress = [event for event in events if event.type == "progress"]
        assert (progress[-1].done, progress[-1].total) == (4, 4)
        assert events[-1].output == {"model": "ollama:library/tiny:1b"}
        assert fake.pulled == {"library/tiny:1b"}

    async def test_a_model_that_does_not_exist_fails_the_run(
        self, as_admin: httpx2.AsyncClient, runtime: Runtime
    ) -> None:
        begun = (await as_admin.post(f"{API}/ollama/models/pull/missing")).json()

        events = await self.events(runtime, begun["run_id"])
        assert (events[-1].type, events[-1].code) == ("error", "MODEL_003")
        assert "missing" in events[-1].detail

    async def test_a_name_that_cannot_be_one_is_refused(self, as_admin: httpx2.AsyncClient) -> None:
        answer = await as_admin.post(f"{API}/ollama/models/pull/%20")
        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/models/%00/stats", 404),
        ("/models/usage?model=%00", 422),
        ("/models/usage?user=%00&by=day&since=0001-01-01&until=9999-12-31", 422),
        ("/models/usage?by=day&since=0001-01-01&until=9999-12-31", 200),
        ("/models/usage?cursor=WyJcdTAwMDAiXQ==", 200),
        ("/models/performance?cursor=WyJcdWQ4MDAiXQ==", 200),
        ("/models/available?cursor=WzFd", 200),
    ],
)
async def test_hostile_text_breaks_nothing(
    as_viewer: httpx2.AsyncClient, path: str, status: int
) -> None:
    assert (await as_viewer.get(API + path)).status_code == status


async def test_paths_without_a_name_stand_before_those_with_one(app: FastAPI) -> None:
    paths = [path for path in app.openapi()["paths"] if path.startswith(f"{API}/models/")]
    assert paths[-1] == f"{API}/models/{{model_name}}/stats"

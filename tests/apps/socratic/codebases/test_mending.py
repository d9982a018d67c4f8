"""A model mends what the gates refuse, within the run that generates; what works is never lost."""

import asyncio
import json
import os
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from tests.apps.socratic.codebases.test_codebases import approved, every_file, generated
from tests.apps.socratic.conftest import API, Lead
from tests.apps.socratic.specs import BOOKS

from menon.apps.socratic import generator
from menon.apps.socratic.proof.environment import prepare
from menon.testing.loopback import Asked, Listener, listening, reply

REQUIREMENTS = Path(generator.__file__).with_name("requirements.txt")
OURS = "app/custom/ours.py"
WRONG = '"""Ours."""\n\n\ndef fine(days: int) -> int:\n    """Cents."""\n    return days + 20\n'
RIGHT = WRONG.replace("+", "*")
WORSE = WRONG.replace("days + 20", "60 if days == 3 else 7")
TEST = """\
\"\"\"What we agreed on fines.\"\"\"

from app.custom.ours import fine


def test_none_without_delay() -> None:
    assert fine(-20) == 0 or fine(0) == 0


def test_twenty_cents_a_day() -> None:
    assert fine(3) == 60
"""


@pytest.fixture(scope="session")
def environments() -> Path:
    """Where generated code finds its packages; made once on a machine and kept."""
    kept = Path(tempfile.gettempdir()) / f"menon-test-environments-{os.getuid()}"
    asyncio.run(prepare(kept, REQUIREMENTS.read_text()))
    return kept


@pytest.fixture
def database_url(sqlite_only_url: str) -> str:
    """One store is enough: what takes its time here is the sandbox."""
    return sqlite_only_url


@pytest.fixture
async def server() -> AsyncIterator[Listener]:
    async with listening() as opened:
        yield opened


@pytest.fixture
def overrides(server: Listener, environments: Path) -> dict[str, Any]:
    url = f"http://127.0.0.1:{server.port}/v1"
    return {
        "jobs": {"worker": True, "drain_seconds": 0.2},
        "models": {
            "openai_base_url": url,
            "openai_api_key": "x",
            "default": "openai:m",
            "look_seconds": 10.0,
            "attempts": 1,
        },
        "studio": {"environments": environments},
    }


def saying(server: Listener, *answers: str) -> None:
    """Have the model say these texts, one each time; after them its server is broken."""
    left = list(answers)

    def answer(asked: Asked) -> bytes:
        if asked[0].endswith("/models"):
            listed = [{"id": name, "object": "model"} for name in ("m", "n")]
            models = {"object": "list", "data": listed}
            return reply(json.dumps(models).encode(), content_type="application/json")
        if not left:
            return reply(b"{}", status="400 Bad Request", content_type="application/json")
        chunk = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m"}
        delta = {"role": "assistant", "content": left.pop(0)}
        usage = {"prompt_tokens": 700, "completion_tokens": 30, "total_tokens": 730}
        lines: list[dict[str, Any]] = [
            {**chunk, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]},
            {**chunk, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
            {**chunk, "choices": [], "usage": usage},
        ]
        body = "".join(f"data: {json.dumps(line)}\n\n" for line in lines) + "data: [DONE]\n\n"
        return reply(body.encode(), content_type="text/event-stream")

    server.answer = answer


def whole(path: str, content: str) -> str:
    return json.dumps({"why": "so", "edits": [{"path": path, "content": content}]})


async def broken(lead: Lead) -> str:
    """A project in whose repository people left a rule that does not do what its test says."""
    project = await lead.project()
    await approved(lead, project, BOOKS)
    git = f"{API}/projects/{project}/git"
    await lead.client.post(f"{git}/init")
    files = {OURS: WRONG, "tests/unit/test_ours.py": TEST}
    done = await lead.client.post(f"{git}/commit", json={"message": "Ours.", "files": files})
    assert done.json()["committed"] is True, done.text
    return project


def asks(server: Listener) -> int:
    return sum(not path.endswith("/models") for path, _ in server.asked)


async def content(lead: Lead, codebase: str, path: str) -> str:
    files = await every_file(lead.client, codebase)
    place = f"{API}/codebases/{codebase}/files/{files[path]['file_id']}"
    return (await lead.client.get(place)).json()["content"]


@pytest.mark.timeout(900)
async def test_what_a_model_mends_is_committed_and_told(lead: Lead, server: Listener):
    saying(server, whole(OURS, RIGHT))
    project = await broken(lead)
    found = await generated(lead, project, repair_model="openai:n")
    repairs = found["generation_metadata"]["repairs"]
    assert (found["status"], found["error"]) == ("completed", None), (found["error"], repairs)
    assert asks(server) == 1
    assert [(one["round"], one["kept"], one["changed"]) for one in repairs] == [(1, True, [OURS])]
    assert await content(lead, found["id"], OURS) == RIGHT
    log = (await lead.client.get(f"{API}/projects/{project}/git/log")).json()["items"]
    assert log[0]["message"].strip() == "Mend what the checks found (round 1)."
    assert (log[0]["commit"], len(log[0]["parents"])) == (repairs[0]["commit"], 1)
    assert log[1]["commit"] == found["generation_metadata"]["commits"]["merge"]
    results = (await lead.client.get(f"{API}/codebases/{found['id']}/test-results")).json()
    assert results["passed"] is True
    assert {one["test_type"] for one in results["items"]} == {
        *("unit", "integration", "security", "performance")
    }
    for one in results["items"]:
        assert one["test_id"]
        assert one["files_tested"]
        assert (
            one["passed_tests"] + one["failed_tests"] + one["skipped_tests"] == one["total_tests"]
        )
        assert one["execution_time"] >= 0
        assert one["executed_at"]
    run = (await lead.client.get(f"{API}/runs/{found['run_id']}")).json()
    assert (run["model"], run["usage"]["input_tokens"]) == ("openai:n", 700), run
    told = (await lead.client.get(f"{API}/runs/{found['run_id']}/events")).text
    assert '"note":"repair, round 1"' in told, told[-2_000:]
    assert told.count('"node":"repair.1","outcome":"kept"') == 1


@pytest.mark.timeout(900)
async def test_what_a_model_lies_about_changes_nothing(lead: Lead, server: Listener):
    saying(server, whole("tests/unit/test_ours.py", ""), whole(OURS, WORSE))
    project = await broken(lead)
    found = await generated(lead, project)
    repairs = found["generation_metadata"]["repairs"]
    assert found["status"] == "failed"
    assert asks(server) == 3
    assert [one["kept"] for one in repairs] == [False] * 3, repairs
    assert "is a test" in repairs[0]["reason"]
    assert "test_none_without_delay" in repairs[1]["reason"], repairs
    assert await content(lead, found["id"], OURS) == WRONG
    log = (await lead.client.get(f"{API}/projects/{project}/git/log")).json()["items"]
    assert log[0]["commit"] == found["generation_metadata"]["commits"]["merge"]

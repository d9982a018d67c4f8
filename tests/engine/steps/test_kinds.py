"""Each kind of step by itself: what it gives, and what its configuration must be."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest

from menon.core.errors import ExternalError, MenonError, ToolError
from menon.engine.outbound import OutboundPolicy, build_client
from menon.engine.steps.branches import body_of, written
from menon.engine.steps.condition import condition
from menon.engine.steps.http import http
from menon.engine.steps.map import map_items
from menon.engine.steps.parallel import parallel
from menon.engine.steps.step import Below, Config, Step, StepContext, Until, step
from menon.engine.steps.transform import transform
from menon.engine.steps.wait import wait
from menon.kit import ssrf
from menon.testing.loopback import Listener, listening, reply

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
ONE: dict[str, Any] = {"type": "transform", "config": {"value": 1}}


async def run(kind: Step, config: dict[str, Any], **more: Any) -> Any:
    context = StepContext(run_id="r", node="n", attempt=1, now=NOW, **more)
    return await kind.run(context, kind.configured(config))


async def test_a_transform_gives_its_value():
    assert await run(transform, {"value": {"a": [1, None]}}) == {"a": [1, None]}


@pytest.mark.parametrize(("n", "branch"), [(1, "then"), (0, "else")])
async def test_a_condition_names_the_branch(n: int, branch: str):
    config = {"expression": "input.n > 0", "then": ["x"]}
    found = await run(condition, config, scope={"input": {"n": n}})
    assert found == {"value": n > 0, "branch": branch}


@pytest.mark.parametrize(
    ("config", "at"),
    [
        ({"seconds": 90}, NOW + timedelta(seconds=90)),
        ({"seconds": "1.5"}, NOW + timedelta(seconds=1.5)),
        ({"until": "2026-11-20T14:00:00+01:00"}, NOW + timedelta(hours=1)),
    ],
)
async def test_a_wait_ends_at_a_time(config: dict[str, Any], at: datetime):
    assert await run(wait, config) == Until(at=at)


@pytest.mark.parametrize("config", [{"seconds": "soon"}, {"seconds": -1}, {"until": "today"}])
async def test_a_wait_for_no_time_is_refused(config: dict[str, Any]):
    with pytest.raises(ValueError, match=r"seconds|could not|offset|isoformat"):
        await run(wait, config)


async def test_branches_below_a_parallel_step_have_names_or_positions():
    found = await run(parallel, {"branches": {"left": ONE, "right": {"steps": {"a": ONE}}}})
    assert isinstance(found, Below)
    assert ([b.name for b in found.branches], found.shape) == ([".left", ".right"], "object")
    found = await run(parallel, {"branches": [ONE, ONE], "at_once": 1})
    assert ([b.name for b in found.branches], found.shape) == (["[0]", "[1]"], "list")
    assert found.branches[0].body == {"steps": {"step": ONE}}


async def test_a_map_has_a_branch_for_each_item():
    found = await run(map_items, {"items": ["a", {"b": 1}], "step": ONE})
    assert [dict(branch.sees) for branch in found.branches] == [
        {"item": "a", "index": 0},
        {"item": {"b": 1}, "index": 1},
    ]
    for items in ("text", list(range(1001))):
        with pytest.raises(ValueError, match="`items`"):
            await run(map_items, {"items": items, "step": ONE})


def test_what_is_written_below_a_step_is_a_definition():
    assert body_of({"steps": {"a": ONE}, "output": 1}) == {"steps": {"a": ONE}, "output": 1}
    assert written({"step": ONE}) == [("[]", {"steps": {"step": ONE}})]
    assert written({"branches": ["no step"]}) == []
    assert written("nothing") == []


def test_a_kind_tells_its_name_its_summary_and_its_schema():
    class NoteConfig(Config, frozen=True, kw_only=True):
        text: str

    @step("note")
    async def note(context: StepContext, config: NoteConfig) -> str:
        """Keep a note.

        Nobody reads it.
        """
        return config.text

    assert (note.name, note.summary, note.pure, note.parks) == (
        "note",
        "Keep a note.",
        False,
        False,
    )
    assert "text" in str(note.schema())
    with pytest.raises(ValueError, match="text"):
        note.configured({})


@pytest.fixture
async def server() -> AsyncIterator[Listener]:
    async with listening() as opened:
        yield opened


@pytest.fixture
async def way_out(server: Listener) -> AsyncIterator[httpx2.AsyncClient]:
    allow = frozenset([ssrf.parse_endpoint(f"127.0.0.1:{server.port}")])
    async with build_client(OutboundPolicy(allow=allow)) as opened:
        yield opened


class TestHttp:
    async def test_each_attempt_sends_the_same_key(
        self, server: Listener, way_out: httpx2.AsyncClient
    ):
        config = {
            "method": "POST",
            "url": f"http://127.0.0.1:{server.port}/x",
            "headers": {"X-One": "1", "Idempotency-Key": "mine"},
            "json": {"a": "ä"},
        }
        for _ in range(2):
            await run(http, config, client=way_out)
        (path, first), (_, second) = server.asked
        assert path == "/x"
        assert first["idempotency-key"] == second["idempotency-key"] == "r:n"
        assert (first["content-type"], first["x-one"]) == ("application/json", "1")

    @pytest.mark.parametrize(
        ("body", "media_type", "found"),
        [
            (b'{"a": 1}', "application/json; charset=utf-8", {"a": 1}),
            (b"[1]", "application/problem+json", [1]),
            (b"{broken", "application/json", "{broken"),
            (b"a\x00b\xff", "text/plain", "ab�"),
            (b"", "application/json", None),
        ],
    )
    async def test_an_answer_is_json_or_text(
        self,
        server: Listener,
        way_out: httpx2.AsyncClient,
        body: bytes,
        media_type: str,
        found: Any,
    ):
        server.answer = lambda _asked: reply(body, content_type=media_type, set_cookie="a=b")
        url = f"http://127.0.0.1:{server.port}/"
        answer = await run(http, {"url": url}, client=way_out)
        assert answer["body"] == found
        assert answer["headers"] == {"content-type": media_type}

    @pytest.mark.parametrize(
        ("status", "kind", "after"),
        [
            ("503 Busy", ExternalError, 7.0),
            ("429 Slow", ExternalError, 7.0),
            ("404 None", ToolError, None),
            ("422 Bad", ToolError, None),
        ],
    )
    async def test_a_refusal_is_final_and_trouble_passes(
        self,
        server: Listener,
        way_out: httpx2.AsyncClient,
        status: str,
        kind: type[MenonError],
        after: float | None,
    ):
        server.answer = lambda _asked: reply(b"", status=status, retry_after="7")
        url = f"http://127.0.0.1:{server.port}/"
        with pytest.raises(ToolError) as caught:
            await run(http, {"url": url}, client=way_out)
        assert type(caught.value) is kind
        assert caught.value.retry_after == after

    async def test_it_goes_through_the_guard(self, way_out: httpx2.AsyncClient):
        with pytest.raises(MenonError) as caught:
            await run(http, {"url": "http://169.254.169.254/latest/meta-data"}, client=way_out)
        assert caught.value.code == "SECURITY_001"

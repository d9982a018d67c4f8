"""Questioning with a model: it words, reads and proposes; without it everything goes on."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable
from typing import Any

import httpx2
import pytest
from tests.apps.socratic.conftest import API, Lead

from menon.testing.fake_llm import FakeLLM

SESSIONS = f"{API}/sessions"
RULES = "offline:rules"
BUDGET = {"slots": ["plan.budget"], "text": "What did the last one cost?", "why": "It helps."}


class Voice:
    """What the model says, by task; what it is asked stays."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.says: dict[str, Callable[[dict[str, Any]], str]] = {}

    def __call__(self, body: dict[str, Any]) -> str:
        told = "\n".join(_text(one["content"]) for one in body["messages"])
        task = next(name for name, sign in SIGNS.items() if sign in told)
        material = json.loads(_text(body["messages"][-1]["content"]))
        self.asked.append((task, material))
        return self.says.get(task, lambda _: "")(material)


SIGNS = {
    "rephrase": "Word this question",
    "extract": "says about",
    "propose": "Propose at most",
    "adjudicate": "may contradict each other",
}


def _text(content: Any) -> str:
    return content if isinstance(content, str) else "".join(one["text"] for one in content)


@pytest.fixture
def voice() -> Voice:
    return Voice()


@pytest.fixture
async def fake(voice: Voice) -> AsyncGenerator[FakeLLM]:
    async with FakeLLM(says=voice) as fake:
        yield fake


@pytest.fixture
def model() -> str:
    return "auto"


@pytest.fixture
def seconds() -> float:
    return 60.0


@pytest.fixture
def overrides(fake: FakeLLM, model: str, seconds: float) -> dict[str, Any]:
    return {
        "models": {"openai_base_url": f"{fake.url}/v1", "openai_api_key": "x"},
        "studio": {"model": model, "model_seconds": seconds},
    }


async def begin(lead: Lead) -> dict[str, Any]:
    """A session that asks about money at some time."""
    project = await lead.project()
    made = await lead.client.post(SESSIONS, json={"project_id": project, "mode": "sequential"})
    assert made.status_code == 201, made.text
    return made.json()


async def ahead(lead: Lead, session: str, slot: str) -> dict[str, Any]:
    """The question about one slot, before its turn."""
    place = f"{SESSIONS}/{session}/questions/generate"
    done = await lead.client.post(place, json={"count": 100})
    assert done.status_code == 200, done.text
    return next(one for one in done.json()["questions"] if one["slots"] == [slot])


async def answer(lead: Lead, session: str, text: str, **more: Any) -> dict[str, Any]:
    """What came of an answer."""
    place = f"{SESSIONS}/{session}/responses"
    done = await lead.client.post(place, json={"response_text": text, **more})
    assert done.status_code == 201, done.text
    return done.json()


async def usage(client: httpx2.AsyncClient) -> dict[str, Any]:
    """What one's models took in all."""
    items = (await client.get(f"{API}/models/usage?by=model")).json()["items"]
    return {"requests": sum(one["requests"] for one in items), "items": items}


class TestWording:
    """The question is chosen by the rules and worded by the model."""

    async def test_the_question_is_reworded_and_its_own_words_stay(self, lead: Lead, voice: Voice):
        voice.says["rephrase"] = lambda asked: f"For the library: {asked['question']}?"
        asked = (await begin(lead))["next_question"]
        assert asked["question_text"].startswith("For the library: ")
        assert asked["original_text"] in asked["question_text"]
        assert asked["model"] == "openai:fake"
        assert voice.asked[0][1]["project"] == "Library"

    async def test_the_page_shows_both(self, lead: Lead, voice: Voice):
        voice.says["rephrase"] = lambda asked: f"For the library: {asked['question']}?"
        made = await begin(lead)
        page = (await lead.client.get(f"/sessions/{made['id']}")).text
        assert "For the library: " in page
        assert "As it stands in the question bank" in page

    async def test_looking_ahead_does_not_take_the_words_back(self, lead: Lead, voice: Voice):
        voice.says["rephrase"] = lambda asked: f"For the library: {asked['question']}?"
        made = await begin(lead)
        place = f"{SESSIONS}/{made['id']}"
        await lead.client.post(f"{place}/questions/generate", json={"count": 100})
        again = (await lead.client.get(f"{place}/next-question")).json()["question"]
        assert again == made["next_question"]

    @pytest.mark.parametrize("nonsense", ["", "No.", '{"a": "?"}', "Zzz qqq?"])
    async def test_what_is_no_question_is_not_asked(self, lead: Lead, voice: Voice, nonsense: str):
        voice.says["rephrase"] = lambda _: nonsense or " "
        asked = (await begin(lead))["next_question"]
        assert asked["question_text"] == asked["original_text"]
        assert asked["model"] == RULES

    async def test_the_choice_is_that_of_the_rules(self, lead: Lead, voice: Voice):
        plain = await begin(lead)
        voice.says["rephrase"] = lambda asked: f"For the library: {asked['question']}?"
        worded = await begin(lead)
        for said in ("Members cannot find books.", "skip", "not applicable"):
            one, other = [await answer(lead, each["id"], said) for each in (plain, worded)]
            assert one["next_question"]["slots"] == other["next_question"]["slots"]
            assert one["parses"] == other["parses"]


class TestReading:
    """The answer is read by the model into the type of the slot, and checked."""

    SAID = "My boss mentioned that a shade under 20 thousand euros would be fine, give or take."

    async def test_an_answer_is_read_by_the_model(self, lead: Lead, voice: Voice):
        said = {"text": "20 thousand euros", "quotes": ["20 thousand euros"]}
        voice.says["extract"] = lambda _: f"```json\n{json.dumps(said)}\n```"
        made = await begin(lead)
        asked = await ahead(lead, made["id"], "plan.budget")
        done = await answer(lead, made["id"], self.SAID, question_id=asked["id"])
        assert done["model"] == "openai:fake"
        read = next(one for one in done["parses"] if one["slot"] == "plan.budget")
        assert (read["value"]["amount"], read["status"]) == (20_000, "clear")
        listed = (await lead.client.get(f"{SESSIONS}/{made['id']}/questions")).json()["items"]
        kept = next(one["response"] for one in listed if one["id"] == asked["id"])
        assert (kept["model"], kept["response_text"]) == ("openai:fake", self.SAID)
        assert (await usage(lead.client))["requests"] == len(voice.asked)

    @pytest.mark.parametrize(
        ("lie", "why"),
        [
            ("not json", "JSON object"),
            (json.dumps({"text": "50000 EUR", "quotes": ["20 thousand euros"]}), "nobody said"),
            (json.dumps({"text": "20 euros", "quotes": ["a million"]}), "does not contain"),
        ],
    )
    async def test_a_lie_is_refused_twice_and_then_the_parsers_read(
        self, lead: Lead, voice: Voice, lie: str, why: str
    ):
        voice.says["extract"] = lambda _: lie
        made = await begin(lead)
        asked = await ahead(lead, made["id"], "plan.budget")
        done = await answer(lead, made["id"], "20 thousand euros", question_id=asked["id"])
        assert done["model"] == RULES
        assert done["parses"][0]["value"]["amount"] == 20_000
        refused = [more for task, more in voice.asked if task == "extract"]
        assert [why in str(one.get("your last answer was refused")) for one in refused] == [
            False,
            True,
            True,
        ]

    @pytest.mark.parametrize("said", ["skip", "not applicable", "none"])
    async def test_a_fixed_phrase_needs_no_model(self, lead: Lead, voice: Voice, said: str):
        made = await begin(lead)
        asked = await ahead(lead, made["id"], "plan.budget")
        done = await answer(lead, made["id"], said, question_id=asked["id"])
        assert done["model"] == RULES
        assert not [task for task, _ in voice.asked if task == "extract"]


class TestProposing:
    """Further questions come from the model, always about slots that are open."""

    async def propose(self, lead: Lead, session: str, **more: Any) -> dict[str, Any]:
        place = f"{SESSIONS}/{session}/questions/generate"
        done = await lead.client.post(place, json=more)
        assert done.status_code == 200, done.text
        return done.json()

    async def test_questions_about_open_slots_can_be_answered(self, lead: Lead, voice: Voice):
        offered: list[Any] = [BUDGET, {"slots": ["plan.nothing"], "text": "What else?"}, "text"]
        voice.says["propose"] = lambda _: json.dumps(offered)
        made = await begin(lead)
        found = await self.propose(lead, made["id"], count=3)
        assert found["model"] == "openai:fake"
        assert [one["model"] for one in found["questions"]] == ["openai:fake", RULES, RULES]
        extra = found["questions"][0]
        assert (extra["question_text"], extra["slots"]) == (BUDGET["text"], ["plan.budget"])
        again = await self.propose(lead, made["id"], count=3)
        assert again["questions"] == found["questions"]
        done = await answer(lead, made["id"], "20 thousand euros", question_id=extra["id"])
        assert done["parses"][0]["value"]["amount"] == 20_000

    async def test_nonsense_leaves_the_questions_of_the_bank(self, lead: Lead, voice: Voice):
        voice.says["propose"] = lambda _: "{}"
        found = await self.propose(lead, (await begin(lead))["id"], count=3)
        assert (found["model"], len(found["questions"])) == (RULES, 3)
        assert [task for task, _ in voice.asked].count("propose") == 3


@pytest.mark.parametrize(
    ("model", "seconds"),
    [
        pytest.param("offline", 60.0, id="switched off"),
        pytest.param("nobody:nothing", 60.0, id="unknown"),
        pytest.param("openai:fake-e500", 2.0, id="fails"),
        pytest.param("openai:fake-e401", 60.0, id="refuses"),
        pytest.param("openai:fake-h0", 0.5, id="hangs"),
        pytest.param("openai:fake-f60000", 0.5, id="is slow"),
        pytest.param("openai:fake-k0", 2.0, id="breaks off"),
        pytest.param("openai:fake-err200", 2.0, id="lies about its state"),
    ],
)
async def test_without_a_model_the_rules_go_on(lead: Lead, voice: Voice, model: str):
    voice.says["rephrase"] = lambda asked: f"For the library: {asked['question']}?"
    voice.says["propose"] = lambda _: json.dumps([BUDGET])
    made = await begin(lead)
    asked = await ahead(lead, made["id"], "plan.budget")
    done = await answer(lead, made["id"], "20 thousand euros", question_id=asked["id"])
    assert (asked["model"], done["model"]) == (RULES, RULES)
    assert done["parses"][0]["value"]["amount"] == 20_000
    following = done["next_question"]
    assert following["question_text"] == following["original_text"]
    assert done["status"]["answered_questions"] == 1
    assert bool(voice.asked) == model.startswith("openai:")
    failed = [one for one in (await usage(lead.client))["items"] if one["key"] == model]
    assert bool(failed) == model.startswith("openai:")


@pytest.mark.parametrize("model", ["openai:fake-h0"])
async def test_nobody_waits_for_somebody_elses_model(
    lead: Lead, fake: FakeLLM, voice: Voice, model: str
):
    project = await lead.project()
    waiting = asyncio.create_task(lead.client.post(SESSIONS, json={"project_id": project}))
    await fake.until(lambda: bool(voice.asked))
    assert await lead.project("Another")
    changed = await lead.client.put(f"{API}/projects/{project}", json={"description": "New."})
    assert changed.status_code == 200, changed.text
    assert not waiting.done()
    waiting.cancel()
    await asyncio.wait([waiting])

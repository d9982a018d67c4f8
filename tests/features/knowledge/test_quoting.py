"""What the offline engine says of the handbook: the sentence that answers, or that none does."""

from pathlib import Path
from typing import Any

import httpx2
import pytest
from tests.features.knowledge.conftest import API, Library

from menon.core.auth import Principal
from menon.core.runtime import Runtime
from menon.engine.tools.passages import Passages
from menon.engine.tools.tool import ToolContext
from menon.features.knowledge.tools import search_knowledge

HANDBOOK = Path(__file__).parents[3] / "examples" / "handbook"
PAGES = ("people/annual-leave.md", "engineering/on-call.md", "travel-and-expenses/per-diems.md")

ANSWERED = {
    "How fast must I acknowledge a page?": "10 minutes",
    "Until when must leave brought over from last year be used in Norway?": (
        "Country: Norway; Days a year: 25; After 5 years: 27; After 10 years: 30;"
        " Days you may carry over: 10; Carried days expire: 31 May [1]"
    ),
    "What is paid for a week as secondary on-call in Halifax?": (
        "Office: Halifax; Primary, a week: CAD 880; Second, a week: CAD 440 [1]"
    ),
}
UNANSWERED = (
    "Do we get stock options?",
    "Who founded the chess club?",
)
BESIDE = {
    "How many days of annual leave a year does somebody in Germany have?": "Germany",
    "What is paid for a week as primary on-call in Munich?": "Munich",
}


@pytest.fixture
async def handbook(mine: Library) -> Library:
    for page in PAGES:
        read = await mine.file(page.replace("/", "-"), (HANDBOOK / page).read_bytes())
        assert read["status"] == "ready", read
    return mine


async def asked(library: Library, question: str) -> dict[str, Any]:
    body = {"question": question, "model": "offline:extractive"}
    answer = await library.client.post(f"{API}/rag/answer", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_questions_are_answered_in_the_words_of_the_page(handbook: Library) -> None:
    for question, words in ANSWERED.items():
        found = await asked(handbook, question)
        assert words in found["answer"], question
        assert found["citations"], question


async def test_rows_of_other_countries_are_left_out(handbook: Library) -> None:
    found = await asked(handbook, "What is paid for a week as secondary on-call in Halifax?")
    assert "Bergen" not in found["answer"]


async def test_rows_do_not_answer_for_what_no_page_mentions(handbook: Library) -> None:
    for question, name in BESIDE.items():
        found = await asked(handbook, question)
        assert "Country: Norway" not in found["answer"]
        assert "Office:" not in found["answer"]
        assert f"mentions {name}" in found["answer"] or "I found nothing" in found["answer"]


async def test_what_the_pages_do_not_say_is_not_answered(handbook: Library) -> None:
    for question in UNANSWERED:
        found = await asked(handbook, question)
        assert "nothing in the documents that answers this" in found["answer"], question
        assert not found["citations"]


async def test_a_language_model_gets_the_passages_alone(
    mine: Library, runtime: Runtime, dora: Principal
) -> None:
    await mine.text("Gulls rest in spring.")

    async def search(model: str, query: str) -> Passages:
        context = ToolContext(run="run", who=dora, runtime=runtime, model=model)
        return await search_knowledge.call(context, {"query": query})

    assert (await search("openai:any", "When do gulls rest?")).quotes is None
    picked = (await search("offline:extractive", "When do gulls rest?")).quotes
    assert [quote.text for quote in picked or ()] == ["Gulls rest in spring."]
    assert (await search("offline:extractive", "?!")).quotes == ()


async def test_nobody_is_quoted_from_a_neighbours_page(
    handbook: Library, as_neighbour: httpx2.AsyncClient
) -> None:
    found = await asked(Library(as_neighbour), "How fast must I acknowledge a page?")
    assert "10 minutes" not in found["answer"]

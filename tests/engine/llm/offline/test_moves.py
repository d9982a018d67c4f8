from typing import Any

import msgspec
import pytest

from menon.engine.llm.offline.moves import Result, Say, Situation, Use, move

TOOLS = frozenset({"search_knowledge", "calculator", "current_time"})
LEAVE = {
    "index": 3,
    "title": "Annual leave",
    "source": "leave.md",
    "text": "Everyone has 25 days of annual leave a year. Ask your manager early.",
    "score": 0.9,
}


def search(passages: list[dict[str, Any]], **more: Any) -> Result:
    content = msgspec.json.encode({"passages": passages, **more}).decode()
    return Result(tool="search_knowledge", ok=True, content=content)


def said(situation: Situation) -> str:
    answer = move(situation)
    assert isinstance(answer, Say)
    return answer.text


class TestTools:
    @pytest.mark.parametrize(
        ("question", "use"),
        [
            ("15 * 23", Use(tool="calculator", args={"expression": "15 * 23"})),
            ("what time is it?", Use(tool="current_time", args={})),
            ("time in Tokyo", Use(tool="current_time", args={"zone": "Asia/Tokyo"})),
            ("Who are we?", Use(tool="search_knowledge", args={"query": "Who are we?"})),
        ],
    )
    def test_the_tool_that_fits_is_called(self, question: str, use: Use) -> None:
        assert move(Situation(question=question, tools=TOOLS)) == use

    @pytest.mark.parametrize("question", ["15 * 23", "what time is it?"])
    def test_what_no_tool_fits_is_looked_up(self, question: str) -> None:
        tools = frozenset({"search_knowledge"})
        assert move(Situation(question=question, tools=tools)) == Use(
            tool="search_knowledge", args={"query": question}
        )

    def test_without_tools_it_says_which_setting_helps(self) -> None:
        text = said(Situation(question="Who are we?"))
        assert "OPENAI_API_KEY, ANTHROPIC_API_KEY or OLLAMA_BASE_URL" in text


class TestAnswers:
    def test_sentences_are_quoted_with_the_number_of_their_passage(self) -> None:
        asked = Situation(
            question="How many days of annual leave are there?", results=(search([LEAVE]),)
        )
        assert said(asked) == "Everyone has 25 days of annual leave a year. [3]"

    def test_what_the_search_has_picked_is_quoted(self) -> None:
        quotes = [{"index": 3, "text": "25 days"}, {"index": 3, "text": "x = 1\ny = 2"}]
        asked = Situation(question="leave?", results=(search([LEAVE], quotes=quotes),))
        assert said(asked) == "25 days [3]\n\n```\nx = 1\ny = 2\n```\n[3]"

    def test_what_no_passage_mentions_is_said_first(self) -> None:
        quotes = [{"index": 3, "text": "25 days"}]
        found = search([LEAVE], quotes=quotes)
        asked = Situation(question="How much leave is there in Germany or Spain?", results=(found,))
        assert said(asked) == (
            "No passage that I found mentions Germany or Spain; the nearest say:\n\n25 days [3]"
        )

    def test_a_documents_own_footnotes_are_no_citations(self) -> None:
        quotes = [{"index": 3, "text": "as shown [1]."}]
        asked = Situation(question="leave?", results=(search([LEAVE], quotes=quotes),))
        assert said(asked) == "as shown (1). [3]"

    @pytest.mark.parametrize("found", [search([]), search([LEAVE]), search([LEAVE], quotes=[])])
    def test_where_nothing_fits_it_says_so_and_which_setting_helps(self, found: Result) -> None:
        text = said(Situation(question="Which law firm handles patents?", results=(found,)))
        assert text.startswith("I found nothing in the documents")
        assert "OPENAI_API_KEY" in text
        assert "[" not in text

    @pytest.mark.parametrize(
        ("tool", "content", "text"),
        [
            ("calculator", "15 * 23 = 345", "15 * 23 = 345."),
            ("current_time", "Friday, 12:00", "It is Friday, 12:00."),
            ("other", "as it is", "as it is"),
        ],
    )
    def test_other_results_become_a_sentence(self, tool: str, content: str, text: str) -> None:
        result = Result(tool=tool, ok=True, content=content)
        assert said(Situation(question="?", results=(result,))) == text

    def test_a_failure_is_told(self) -> None:
        result = Result(tool="calculator", ok=False, content="division by zero.")
        assert said(Situation(question="1/0", results=(result,))) == (
            "I could not do that: division by zero."
        )

    def test_a_search_that_answers_nonsense_is_told(self) -> None:
        result = Result(tool="search_knowledge", ok=True, content="<html>")
        assert "cannot be read" in said(Situation(question="x", results=(result,)))


@pytest.mark.parametrize(
    ("question", "part"),
    [("Hello!", "offline engine"), ("thanks", "welcome"), ("bye", "Goodbye")],
)
def test_smalltalk_is_short_and_honest(question: str, part: str) -> None:
    assert part in said(Situation(question=question, tools=TOOLS))

import pytest

from menon.engine.llm.offline.intent import (
    Calculate,
    Clock,
    Intent,
    Lookup,
    Smalltalk,
    elliptical,
    intent,
)

NORWAY = "How many vacation days in Norway?"


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Hello!", "greeting"),
        ("hi there", "greeting"),
        ("Good morning, how are you?", "greeting"),
        ("thanks a lot", "thanks"),
        ("Thank you!", "thanks"),
        ("bye", "farewell"),
        ("What can you do?", "ability"),
        ("who are you", "ability"),
        ("help", "ability"),
    ],
)
def test_smalltalk_is_answered_without_looking_anything_up(question: str, kind: str) -> None:
    assert intent(question, []) == Smalltalk(kind=kind)


@pytest.mark.parametrize(
    ("question", "expression"),
    [
        ("15 * 23", "15 * 23"),
        ("what is 12% of 80?", "12% of 80"),
        ("How much is 3 plus 4 times 2?", "3 + 4 * 2"),
        ("What is the square root of 2", "sqrt(2)"),
        ("compute (3+4)*2 = ?", "(3+4)*2"),
        ("what is 5 x 7", "5 * 7"),
        ("What's 2 to the power of 10?", "2 ^ 10"),
        ("10 divided by 4", "10 / 4"),
        ("9**9**9", "9**9**9"),
        ("1/0", "1/0"),
    ],
)
def test_arithmetic_goes_to_the_calculator(question: str, expression: str) -> None:
    assert intent(question, []) == Calculate(expression=expression)


@pytest.mark.parametrize(
    ("question", "earlier", "zone"),
    [
        ("what time is it?", [], None),
        ("what is the date today", [], None),
        ("what day is it", [], None),
        ("What's the time in Tokyo?", [], "Asia/Tokyo"),
        ("What time is it in Berlin right now?", [], "Europe/Berlin"),
        ("and in Paris?", ["what time is it in Tokyo?"], "Europe/Paris"),
    ],
)
def test_the_time_is_asked_of_the_clock(
    question: str, earlier: list[str], zone: str | None
) -> None:
    assert intent(question, earlier) == Clock(zone=zone)


@pytest.mark.parametrize(
    "question",
    [
        "hi, where is the office?",
        "thanks, and how many days in Norway?",
        "what can you do about late invoices?",
        "Help me write a poem",
        "COVID-19",
        "ISO 27001",
        "24/7 support",
        "2024-01-02",
        "what happened on 2024-01-02?",
        "SEV-1",
        "what is 3 + 4 and who is the CEO?",
        "what time do we deploy?",
        "what is the time limit in Tokyo?",
        "what time is it in Narnia?",
    ],
)
def test_everything_else_is_looked_up(question: str) -> None:
    assert intent(question, []) == Lookup(query=question)


@pytest.mark.parametrize(
    ("question", "earlier", "query"),
    [
        ("and in Portugal?", [NORWAY], f"{NORWAY} and in Portugal?"),
        (
            "How long is it?",
            ["Tell me of parental leave"],
            "Tell me of parental leave How long is it?",
        ),
        ("why?", [NORWAY], f"{NORWAY} why?"),
        ("and later?", [NORWAY, "and in Portugal?"], f"{NORWAY} and in Portugal? and later?"),
        ("How many desks are there in Bergen and who booked them?", [NORWAY], None),
        ("Who repairs masts?", [NORWAY], None),
    ],
)
def test_a_question_that_leans_on_another_takes_it_along(
    question: str, earlier: list[str], query: str | None
) -> None:
    assert intent(question, earlier) == Lookup(query=query or question)


def test_a_first_question_stands_alone() -> None:
    asked: Intent = intent("and in Portugal?", [])
    assert asked == Lookup(query="and in Portugal?")
    assert elliptical("and in Portugal?")

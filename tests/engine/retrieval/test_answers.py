"""The kind of words that a question asks for."""

import pytest

from menon.engine.retrieval.answers import expected


@pytest.mark.parametrize(
    ("question", "answer", "fits"),
    [
        ("How much does the hotel in London cost?", "At most £195 a night.", True),
        ("How much does the hotel in London cost?", "Rooms are booked in Almanac.", False),
        ("What is the per diem for Berlin?", "City: Berlin; Full day: 28 EUR", True),
        ("What rebate for twelve?", "10 to 24 9 %", True),
        ("How long is parental leave?", "Other parent: 12 weeks", True),
        ("How long is parental leave?", "It is paid in full.", False),
        ("How often is it calibrated?", "Once every two years.", True),
        ("When is the deadline?", "Hand it in by 30 January.", True),
        ("When is the deadline?", "Within three days.", True),
        ("When is the deadline?", "Hand it to the team.", False),
        ("How many vacation days do employees get?", "Everybody has thirty days.", True),
        ("How many rooms are there?", "The rooms are bright.", False),
        ("Who approves it?", "It is approved by Astrid Nygaard.", True),
        ("Who approves it?", "Your manager approves it.", True),
        ("Who approves it?", "It is approved quickly.", False),
        ("Where is the office?", "It stands in Porto.", True),
        ("Where is the office?", "it is bright.", False),
    ],
)
def test_an_answer_has_the_words_that_the_question_wants(
    question: str, answer: str, fits: bool
) -> None:
    test = expected(question)
    assert test is not None
    assert test(answer) is fits


@pytest.mark.parametrize("question", ["Why do products have bird names?", "lost receipt", ""])
def test_other_questions_take_any_sentence(question: str) -> None:
    assert expected(question) is None

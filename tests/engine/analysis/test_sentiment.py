import pytest

from menon.engine.analysis.sentiment import sentiment
from menon.engine.analysis.text import Text


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("I love this phone, it is absolutely wonderful.", "positive"),
        ("This is not bad.", "positive"),
        ("Great!", "positive"),
        ("The food was not good at all.", "negative"),
        ("It isn't very helpful, and I never enjoyed it.", "negative"),
        ("Nobody was happy with the result of that.", "negative"),
        ("The train leaves at nine o'clock.", "neutral"),
        ("It is pretty cold outside today.", "neutral"),
        ("The room was nice but the service was terrible.", "negative"),
        ("The service was terrible but the room was wonderful.", "positive"),
        ("I was pretty happy, although the delay was slightly annoying.", "mixed"),
        ("", "neutral"),
    ],
)
def test_a_text_is_judged(said: str, label: str):
    assert sentiment(Text(said)).label == label


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("The hotel was good.", "The hotel was very good."),
        ("The hotel was slightly good.", "The hotel was good."),
        ("It was a bad idea.", "It was a terrible idea."),
        ("It was not a good idea.", "It was a bad idea that failed."),
    ],
)
def test_degrees_count(weaker: str, stronger: str):
    low, high = sentiment(Text(weaker)).score, sentiment(Text(stronger)).score
    assert low is not None
    assert high is not None
    assert abs(low) < abs(high)


def test_the_words_that_decided_are_named_where_they_stand():
    said = "The room was nice but the service was terrible."
    clues = sentiment(Text(said)).clues
    assert [(said[c.start : c.end], c.weight) for c in clues] == [("nice", 0.5), ("terrible", -4.5)]


@pytest.mark.parametrize(
    ("said", "language"),
    [
        ("Das Essen war schrecklich und der Service war auch nicht gut.", "de"),
        ("La comida de este lugar no es buena y el servicio es peor.", "es"),
        ("Le service est lent et la cuisine n'est pas bonne du tout.", "fr"),
        ("Ресторан был ужасен.", "und"),
    ],
)
def test_other_languages_are_not_judged(said: str, language: str):
    judged = sentiment(Text(said))
    assert (judged.label, judged.score, judged.language) == (None, None, language)
    assert "English" in judged.note


def test_the_engine_is_named():
    assert sentiment(Text("good")).engine == "offline:lexicon"

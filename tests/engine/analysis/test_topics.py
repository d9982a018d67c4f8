import pytest

from menon.engine.analysis.text import Text
from menon.engine.analysis.topics import topics

TIDES = (
    "The pressure gauge measures the tide. A pressure gauge needs cleaning in spring, and the"
    " pressure gauge of the harbour was cleaned late. People work there for years. Tide tables are"
    " printed from the pressure gauge and from old tide tables."
)


def _phrases(text: str) -> list[str]:
    return [topic.phrase for topic in topics(Text(text)).topics]


def test_the_phrase_that_is_repeated_comes_first():
    first = topics(Text(TIDES)).topics[0]
    assert (first.phrase, first.count, first.score) == ("pressure gauge", 4, 1.0)
    assert TIDES[first.start :].startswith("pressure gauge")


def test_everyday_words_are_no_topics():
    assert not {"People", "people", "work", "years", "the"} & set(_phrases(TIDES))


def test_inflected_forms_count_together():
    counted = topics(Text("One gauge, two gauges; a gauge.")).topics
    assert {t.phrase: t.count for t in counted}["gauge"] == 3


@pytest.mark.parametrize("text", ["", "and the of", "12 34 56", "!!!"])
def test_a_text_without_content_has_none(text: str):
    assert _phrases(text) == []


def test_function_words_of_other_languages_are_left_out():
    german = "Der Pegel misst die Tide. Der Pegel ist alt, und die Tide ist hoch in dem Hafen."
    found = topics(Text(german))
    assert found.language == "de"
    assert {"Pegel", "Tide"} <= {t.phrase for t in found.topics}
    assert not {"Der", "die", "und", "ist"} & {t.phrase for t in found.topics}

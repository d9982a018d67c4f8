import pytest

from menon.engine.analysis.summary import Length, summary
from menon.engine.analysis.text import Text

ARTICLE = """# The harbour

The harbour of Bergen measures its tides with three pressure gauges. The gauges report the tide
every minute to the office of the harbour. My uncle once had a red bicycle. When a gauge fails, the
harbour office compares the tide of the two gauges that are left. Lunch is at noon. A failed gauge
is replaced by the harbour office within two days, so that the tide is never measured by one gauge.
The weather was fine on that day. Gauges of the harbour are cleaned each spring before the tide
tables are printed. The office has blue curtains and a kettle. The tide tables of the harbour are
printed once a year from what the gauges have measured.
"""


@pytest.mark.parametrize(("length", "most"), [("short", 2), ("medium", 5), ("long", 10)])
def test_a_summary_is_as_long_as_was_asked(length: str, most: int):
    made = summary(Text(ARTICLE), Length(length))
    assert 0 < len(made.sentences) <= most
    assert len(made.sentences) < made.of


def test_a_summary_says_what_most_sentences_are_about():
    said = summary(Text(ARTICLE), Length.MEDIUM).text
    assert "tide" in said
    assert not any(aside in said for aside in ("bicycle", "Lunch", "kettle"))


def test_its_sentences_stand_in_the_text_in_order():
    quotes = summary(Text(ARTICLE), Length.MEDIUM).sentences
    assert [" ".join(ARTICLE[q.start : q.end].split()) for q in quotes] == [q.text for q in quotes]
    assert [q.start for q in quotes] == sorted(q.start for q in quotes)


def test_what_is_said_twice_is_taken_once():
    twice = "The gauge of the harbour failed on Monday. " * 6 + "A diver replaced it on Tuesday."
    said = [quote.text for quote in summary(Text(twice), Length.SHORT).sentences]
    assert len(set(said)) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ""),
        ("One sentence only, which is all there is.", "One sentence only, which is all there is."),
        ("# A heading", "A heading"),
        ("Short. Tiny. Small.", "Short. Tiny."),
    ],
)
def test_short_texts_are_what_they_are(text: str, said: str):
    assert summary(Text(text), Length.SHORT).text == said


def test_a_text_without_full_stops_is_cut():
    made = summary(Text("tide " * 5000), Length.LONG)
    assert len(made.text) <= 1000


def test_thousands_of_sentences_are_summarised():
    many = " ".join(
        f"Gauge {n} of the harbour reported the tide at hour {n % 24}." for n in range(3000)
    )
    assert len(summary(Text(many), Length.LONG).sentences) == 10


def test_the_engine_is_named():
    assert summary(Text(ARTICLE)).engine == "offline:centrality"

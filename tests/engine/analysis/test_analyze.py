import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from menon.engine.analysis.analyze import Analysis, analyze, summarize
from menon.engine.analysis.summary import Length


@pytest.mark.parametrize(
    ("kind", "engine", "keys"),
    [
        ("sentiment", "offline:lexicon", {"label", "score", "clues"}),
        ("topics", "offline:phrases", {"topics", "language"}),
        ("entities", "offline:patterns", {"entities", "found"}),
        (
            "general",
            "offline:analysis",
            {"sentiment", "topics", "entities", "summary", "statistics"},
        ),
    ],
)
def test_each_kind_names_its_engine(kind: str, engine: str, keys: set[str]):
    found = analyze("Anna Berg loves the harbour of Bergen, and it is good.", Analysis(kind))
    assert found["engine"] == engine
    assert keys <= found.keys()


def test_counts_are_those_of_the_text():
    counts = analyze("One two three. Four five.\n\nSix seven.", Analysis.GENERAL)["statistics"]
    assert (counts["words"], counts["sentences"], counts["paragraphs"]) == (7, 3, 2)


@given(st.text(max_size=300))
def test_any_text_gives_plain_json(text: str):
    made = [analyze(text, Analysis.GENERAL), summarize(text, Length.LONG)]
    assert json.loads(json.dumps(made)) == made


@pytest.mark.parametrize("crumb", ["a", "1 ", "A ", "a@", "+1 ", "$1,", "(", "x.\n", "www."])
def test_a_hostile_text_takes_no_time(crumb: str):
    # Quadratic work on these would take minutes; the suite's time-out is the judge.
    assert analyze(crumb * 60_000, Analysis.GENERAL)["engine"] == "offline:analysis"

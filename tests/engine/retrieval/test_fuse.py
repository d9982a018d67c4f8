"""Rankings are fused, titles count, and copies of one passage do not crowd out the others."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from menon.engine.retrieval.embed import Vectors
from menon.engine.retrieval.fuse import HYBRID, boost_titles, diversify, fuse
from menon.engine.retrieval.lexical import terms


@pytest.mark.parametrize(
    ("rankings", "expected"),
    [
        (list[list[str]](), list[str]()),
        ([list[str](), []], []),
        ([["a", "b"], []], ["a", "b"]),
        ([["a", "b", "c"], ["b", "c", "a"]], ["b", "a", "c"]),
        ([["a", "x"], ["b", "x"]], ["x", "a", "b"]),
        ([["a", "b"], ["b", "a"]], ["a", "b"]),
    ],
)
def test_what_several_rankings_like_comes_first(
    rankings: list[list[str]], expected: list[str]
) -> None:
    assert list(fuse(rankings)) == expected


def test_first_everywhere_scores_one() -> None:
    assert fuse([["a", "b"], ["a"]])["a"] == pytest.approx(1)


def test_a_heavier_ranking_decides() -> None:
    assert list(fuse([["a", "b"], ["b", "a"]], [1, 2])) == ["b", "a"]
    assert list(fuse([["a", "b"], ["b", "a"]], HYBRID)) == ["b", "a"]


def test_a_weight_for_each_ranking_is_asked_for() -> None:
    with pytest.raises(ValueError, match="shorter"):
        fuse([["a"], ["b"]], [1])


@given(st.lists(st.lists(st.integers(0, 20), unique=True), max_size=4))
def test_every_key_is_ranked_once_with_falling_scores(rankings: list[list[int]]) -> None:
    fused = fuse(rankings)
    assert set(fused) == {key for ranking in rankings for key in ranking}
    values = list(fused.values())
    assert values == sorted(values, reverse=True)
    assert all(0 < value <= 1 + 1e-9 for value in values)


def test_a_title_with_the_words_wins_over_a_slightly_better_rank() -> None:
    scores = fuse([["other", "travel"]])
    titles = {"travel": "Handbook > Travelling costs", "other": "Handbook"}
    assert list(boost_titles(scores, titles, terms("travel costs"))) == ["travel", "other"]


def test_a_title_does_not_win_over_a_far_better_passage() -> None:
    scores = fuse([["good", *"abcdefghijklmnopqrst", "titled"]])
    assert next(iter(boost_titles(scores, {"titled": "Costs"}, terms("costs")))) == "good"


def test_a_query_without_words_raises_nothing() -> None:
    assert boost_titles({"a": 1.0}, {"a": "title"}, terms("")) == {"a": 1.0}


def unit(*parts: float) -> Vectors:
    vector = np.array(parts, np.float32)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


VECTORS = {"a": unit(1, 0, 0), "copy": unit(1, 0.01, 0), "b": unit(0, 1, 0), "c": unit(0, 0, 1)}


@pytest.mark.parametrize(
    ("scores", "limit", "expected"),
    [
        ({"a": 1.0, "copy": 0.99, "b": 0.9}, 2, ["a", "b"]),
        ({"a": 1.0, "copy": 0.99, "b": 0.87}, 2, ["a", "copy"]),
        ({"a": 1.0, "copy": 0.99, "b": 0.9}, 9, ["a", "b", "copy"]),
        ({"a": 1.0, "copy": 0.99, "b": 0.3}, 2, ["a", "copy"]),
        ({"b": 0.5, "c": 0.4}, 1, ["b"]),
        ({"b": 0.5}, 0, []),
        ({"unknown": 1.0, "a": 0.9}, 2, ["unknown", "a"]),
        ({"unknown": 1.0}, 2, ["unknown"]),
        ({}, 3, []),
    ],
)
def test_variety(scores: dict[str, float], limit: int, expected: list[str]) -> None:
    assert diversify(scores, VECTORS, limit) == expected

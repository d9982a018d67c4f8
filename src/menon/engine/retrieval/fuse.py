"""Several rankings become one: reciprocal ranks, then titles, then variety.

by words, by vectors → fuse → boost_titles → (Reranker) → diversify
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import Protocol, TypeVar

import numpy as np

from menon.engine.retrieval.embed import Vectors
from menon.engine.retrieval.lexical import Terms
from menon.engine.retrieval.words import stem, stems

HYBRID = (1.0, 1.5)
"""Weights of words and meaning: nDCG@10 on the handbook is .86, words alone .79, meaning .84."""
_FLATNESS = 60
"""The constant of the paper: the larger, the less the first ranks count."""
_TITLE = 0.05
"""What a title with all words of the query adds: three ranks near the top. More costs nDCG, since
the title is in both rankings already."""
_RELEVANCE = 0.9
"""How much relevance counts against variety: copies go down, related passages stay."""

K = TypeVar("K", bound=Hashable)


class Reranker(Protocol):
    """Judges question and passage together; no weights ship, a provider may offer one."""

    async def rerank(self, query: str, passages: Sequence[str]) -> Sequence[float]:
        """One score a passage, in their order; larger is better."""
        ...


def fuse(rankings: Sequence[Sequence[K]], weights: Sequence[float] = ()) -> dict[K, float]:
    """Keys with their reciprocal rank scores, best first; 1 is first in every ranking.

    Cormack, Clarke and Büttcher, Reciprocal Rank Fusion (2009), scaled by its largest sum.
    """
    weights = weights or [1.0] * len(rankings)
    best = sum(weights) / (_FLATNESS + 1)
    scores: dict[K, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, key in enumerate(ranking, 1):
            scores[key] = scores.get(key, 0.0) + weight / (_FLATNESS + rank) / best
    return ordered(scores)


def boost_titles(
    scores: Mapping[K, float], titles: Mapping[K, str], asked: Terms
) -> dict[K, float]:
    """Scores raised by the share of the query's words that stand in the title, best first."""
    wanted = {stem(word) for word in asked.words}

    def share(key: K) -> float:
        return len(wanted.intersection(stems(titles.get(key, "")))) / max(len(wanted), 1)

    return ordered({key: score * (1 + _TITLE * share(key)) for key, score in scores.items()})


def diversify(
    scores: Mapping[K, float],
    vectors: Mapping[K, Vectors],
    limit: int,
    *,
    weight: float = _RELEVANCE,
) -> list[K]:
    """The keys to show, best first, passing over what says the same as a better one.

    Maximal marginal relevance (Carbonell and Goldstein, 1998). `vectors` holds one row of length 1
    for each key; a key without a vector is like no other.
    """
    keys = list(scores)
    if not keys:
        return []
    rows = [vectors.get(key) for key in keys]
    known = next((len(row) for row in rows if row is not None), 1)
    matrix = np.stack([np.zeros(known, np.float32) if row is None else row for row in rows])
    relevance = np.array([scores[key] for key in keys]) / max(scores.values())
    likeness = np.zeros(len(keys))
    open_ = np.ones(len(keys), np.bool_)
    chosen: list[K] = []
    while len(chosen) < min(limit, len(keys)):
        worth = weight * relevance - (1 - weight) * likeness
        best = int(np.argmax(np.where(open_, worth, -np.inf)))
        open_[best] = False
        chosen.append(keys[best])
        likeness = np.maximum(likeness, matrix @ matrix[best])
    return chosen


def ordered(scores: Mapping[K, float]) -> dict[K, float]:
    """The same scores, best first; equals keep their order."""
    return dict(sorted(scores.items(), key=lambda item: -item[1]))

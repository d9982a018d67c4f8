"""Nearest vectors by binary quantisation with exact re-scoring: a value, changed by making another.

query → sign bits → Hamming distance to every code → the nearest C → dot products in float32 → k
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

Halves: TypeAlias = NDArray[np.float16]
Keys: TypeAlias = NDArray[np.int64]
Mask: TypeAlias = NDArray[np.bool_]
Rows: TypeAlias = NDArray[np.intp]
Singles: TypeAlias = NDArray[np.float32]

_FEWEST = 800
_SHARE = 400
"""Candidates are 800 or a 400th of the rows: recall@10 of .99 at 100,000 and at a million."""

_HALF_BIAS = 2.0**112
"""Half and single precision have exponent biases of 15 and 127."""

_HALF_BITS = np.int32(-0x70002000)
"""Where sign, exponent and fraction of a half stand once it is shifted into a single."""

_BLOCK = 512


@dataclass(frozen=True, kw_only=True, eq=False)
class Segment:
    """Rows in the order in which they came, in memory or mapped from a file."""

    codes: NDArray[np.uint64]
    """Shape (words, rows): 64 signs of every row lie side by side, so that a scan is sequential."""
    vectors: Halves
    """Shape (rows, dims)."""
    keys: Keys

    def __len__(self) -> int:
        return len(self.keys)

    def distances(self, code: NDArray[np.uint64], rows: Rows | None = None) -> NDArray[np.uint16]:
        """Hamming distance of the code to all rows, or to the given ones."""
        columns = self.codes if rows is None else self.codes[:, rows]
        total = np.zeros(columns.shape[1], np.uint16)
        differing = np.empty(columns.shape[1], np.uint64)
        for column, word in zip(columns, code, strict=True):
            np.bitwise_xor(column, word, out=differing)
            total += np.bitwise_count(differing)
        return total

    def scores(self, query: Singles, rows: Rows) -> Singles:
        """Dot products of the query with the given rows.

        Moving the bits of a half into a single leaves it too small by 2**112, which the query
        makes up for: a third of the time of `astype`. Blocks stay in the cache, and are too small
        for BLAS to wake its threads, which would double the CPU time by spinning.
        """
        scaled = np.multiply(query, _HALF_BIAS, dtype=np.float32)
        scores = np.empty(len(rows), np.float32)
        for start in range(0, len(rows), _BLOCK):
            block = slice(start, start + _BLOCK)
            wide = self.vectors[rows[block]].view(np.int16).astype(np.int32)
            wide <<= 13
            wide &= _HALF_BITS
            np.matmul(wide.view(np.float32), scaled, out=scores[block])
        return scores


@dataclass(frozen=True, kw_only=True, eq=False)
class BitIndex:
    """Stored segments and a tail; threads may search one while another makes the next."""

    mean: Singles
    """Subtracted before the signs are taken; the same for all processes, hence part of the file."""
    stored: tuple[Segment, ...]
    tail: Segment
    alive: Mask

    @classmethod
    def empty(cls, dims: int) -> Self:
        return cls.build(np.empty(0, np.int64), np.empty((0, dims), np.float32))

    @classmethod
    def build(cls, keys: Keys, vectors: Singles | Halves) -> Self:
        """An index in memory of vectors of length 1, centred on their mean."""
        mean = mean_of([vectors])
        tail = encoded(keys, vectors, mean)
        return cls(mean=mean, stored=(), tail=tail, alive=np.ones(len(tail), np.bool_))

    def __len__(self) -> int:
        """How many rows there are, deleted ones included; a mask has this length."""
        return len(self.alive)

    @property
    def segments(self) -> tuple[Segment, ...]:
        return (*self.stored, self.tail)

    @cached_property
    def keys(self) -> Keys:
        """The key of every row: what per-row filters are aligned with."""
        return np.concatenate([segment.keys for segment in self.segments])

    @cached_property
    def _all_alive(self) -> bool:
        return bool(self.alive.all())

    def append(self, keys: Keys, vectors: Singles | Halves) -> Self:
        """With more rows at the end, in the given order; a key that is there already moves."""
        kept = self.delete(keys)
        added = encoded(keys, vectors, self.mean)
        tail = Segment(
            codes=np.concatenate([kept.tail.codes, added.codes], axis=1),
            vectors=np.concatenate([kept.tail.vectors, added.vectors]),
            keys=np.concatenate([kept.tail.keys, added.keys]),
        )
        return replace(
            kept, tail=tail, alive=np.concatenate([kept.alive, np.ones(len(added), np.bool_)])
        )

    def delete(self, keys: Keys) -> Self:
        """Without the rows of these keys; unknown keys are ignored."""
        gone = np.isin(self.keys, keys)
        gone &= self.alive
        return replace(self, alive=self.alive & ~gone) if gone.any() else self

    def search(
        self, query: Singles, k: int, mask: Mask | None = None
    ) -> tuple[Rows, NDArray[np.float32]]:
        """Rows and cosines of the k nearest, best first, among those that the mask allows."""
        query = np.ascontiguousarray(query, np.float32)
        if mask is None:
            mask = None if self._all_alive else self.alive
        elif not self._all_alive:
            mask = mask & self.alive
        rows = self._candidates(query, max(_FEWEST, len(self) // _SHARE, 4 * k), mask)
        scores = np.concatenate(
            [segment.scores(query, part) for segment, part in self._parts(rows)]
        )
        best = np.argsort(-scores, kind="stable")[:k]
        return rows[best], scores[best]

    def _candidates(self, query: Singles, wanted: int, mask: Mask | None) -> Rows:
        """The allowed rows whose codes are nearest to the query's, in row order."""
        code = signs(query[None, :], self.mean)[:, 0]
        if mask is None:
            if len(self) <= wanted:
                return np.arange(len(self))
            return nearest(self._distances(code), wanted)
        allowed = np.count_nonzero(mask)
        if wanted < allowed and len(self) < 8 * allowed:
            distances = self._distances(code)
            beyond = 64 * len(code) + 1
            distances += np.multiply(
                ~mask, beyond, dtype=np.uint16
            )  # `where` takes 30 times as long
            return nearest(distances, wanted)
        rows = np.flatnonzero(mask)
        if allowed <= wanted:
            return rows
        parts = [segment.distances(code, part) for segment, part in self._parts(rows)]
        return rows[nearest(np.concatenate(parts), wanted)]

    def _distances(self, code: NDArray[np.uint64]) -> NDArray[np.uint16]:
        return np.concatenate([segment.distances(code) for segment in self.segments])

    def _parts(self, rows: Rows) -> Iterator[tuple[Segment, Rows]]:
        """The rows by segment, counted from the segment's start; rows come in order."""
        start = 0
        for segment in self.segments:
            low, high = np.searchsorted(rows, [start, start + len(segment)])
            yield segment, rows[low:high] - start
            start += len(segment)


def nearest(distances: NDArray[np.uint16], wanted: int) -> Rows:
    """Indexes of about `wanted` smallest distances, by histogram: a tenth of a partition's time."""
    reach = int(np.searchsorted(np.bincount(distances).cumsum(), wanted))
    rows = np.flatnonzero(distances <= reach)
    if len(rows) > 2 * wanted:  # many of one distance, as copies have: bound the work
        rows = np.sort(rows[np.argsort(distances[rows], kind="stable")[: 2 * wanted]])
    return rows


def encoded(keys: Keys, vectors: Singles | Halves, mean: Singles) -> Segment:
    """Vectors with their codes."""
    return Segment(
        codes=signs(vectors, mean),
        vectors=np.ascontiguousarray(vectors, np.float16),
        keys=np.ascontiguousarray(keys, np.int64),
    )


def signs(vectors: Singles | Halves, mean: Singles) -> NDArray[np.uint64]:
    """One bit a dimension, set where the vector exceeds the mean; shape (words, rows)."""
    rows, dims = vectors.shape
    packed = np.zeros((rows, -(-dims // 64) * 8), np.uint8)
    packed[:, : -(-dims // 8)] = np.packbits(vectors > mean, axis=1)
    return np.ascontiguousarray(packed.view(np.uint64).T)


def mean_of(parts: Iterable[Singles | Halves]) -> Singles:
    """The mean of all rows; zeros where there are none."""
    rows, total = 0, 0.0
    for part in parts:
        rows += len(part)
        total = total + part.sum(axis=0, dtype=np.float64)
    return np.asarray(total / max(rows, 1), np.float32)

"""The bit index finds what an exact search finds, among the rows that a filter allows."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from menon.engine.retrieval.bits import BitIndex, Mask, Segment, Singles, nearest, signs

ROWS, DIMS = 20_000, 384


def unit(vectors: NDArray[np.floating]) -> Singles:
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / lengths, np.float32)


def cloud(rows: int, dims: int = DIMS, seed: int = 0) -> Singles:
    """Vectors like those of texts: topics around a common direction, with noise."""
    random = np.random.default_rng(seed)
    topics = np.random.default_rng(7).standard_normal((64, dims))
    chosen = topics[random.integers(0, 64, rows)]
    return unit(0.5 + chosen + 0.9 * random.standard_normal((rows, dims)))


def exact(vectors: Singles, query: Singles, k: int, mask: Mask | None = None) -> set[int]:
    scores = vectors @ query
    if mask is not None:
        scores[~mask] = -2
    return set(np.argsort(-scores)[:k].tolist())


@pytest.fixture(scope="module")
def vectors() -> Singles:
    return cloud(ROWS)


@pytest.fixture(scope="module")
def index(vectors: Singles) -> BitIndex:
    return BitIndex.build(np.arange(ROWS) * 10, vectors)


@pytest.mark.parametrize(
    ("share", "recall"), [(None, 0.99), (0.5, 0.99), (0.1, 0.995), (0.01, 1.0)]
)
def test_it_finds_what_an_exact_search_finds(
    index: BitIndex, vectors: Singles, share: float | None, recall: float
) -> None:
    mask = None if share is None else np.random.default_rng(1).random(ROWS) < share
    queries = cloud(50, seed=2)
    found = 0
    for query in queries:
        rows, _ = index.search(query, 10, mask)
        found += len(exact(vectors, query, 10, mask) & set(rows.tolist()))
    assert found / 500 >= recall


def test_scores_are_cosines_best_first(index: BitIndex, vectors: Singles) -> None:
    rows, scores = index.search(vectors[5], 20)
    assert rows[0] == 5
    assert scores[0] == pytest.approx(1, abs=1e-3)
    assert np.allclose(scores, vectors[rows] @ vectors[5], atol=1e-3)
    assert np.all(np.diff(scores) <= 0)


def test_a_mask_is_never_left(index: BitIndex, vectors: Singles) -> None:
    for share in (0.0, 0.0005, 0.03, 0.2, 0.9):
        mask = np.random.default_rng(3).random(ROWS) < share
        rows, _ = index.search(vectors[0], 50, mask)
        assert mask[rows].all()
        assert len(rows) == min(50, np.count_nonzero(mask))


def test_rows_lead_to_keys(index: BitIndex) -> None:
    assert index.keys[[0, 7]].tolist() == [0, 70]


def test_an_empty_index_finds_nothing() -> None:
    rows, scores = BitIndex.empty(DIMS).search(cloud(1)[0], 10)
    assert len(rows) == len(scores) == 0


def test_deleted_rows_are_not_found_and_the_older_value_still_has_them(
    index: BitIndex, vectors: Singles
) -> None:
    smaller = index.delete(np.array([50, 999_999_999]))
    assert 5 not in smaller.search(vectors[5], 10)[0]
    assert 5 in index.search(vectors[5], 10)[0]
    assert len(smaller) == len(index)


def test_deleting_nothing_changes_nothing(index: BitIndex) -> None:
    assert index.delete(np.array([3])) is index


def test_a_mask_and_deleted_rows_hold_together(index: BitIndex, vectors: Singles) -> None:
    mask = np.ones(ROWS, np.bool_)
    mask[6:] = False
    rows, _ = index.delete(np.array([50])).search(vectors[5], 10, mask)
    assert sorted(rows.tolist()) == [0, 1, 2, 3, 4]


def test_appended_rows_come_last_and_are_found(index: BitIndex) -> None:
    fresh = cloud(3, seed=9)
    larger = index.append(np.array([-1, -2, -3]), fresh)
    rows, _ = larger.search(fresh[1], 1)
    assert rows[0] == ROWS + 1
    assert larger.keys[ROWS:].tolist() == [-1, -2, -3]
    assert len(index) == ROWS


def test_a_key_appended_again_moves(index: BitIndex, vectors: Singles) -> None:
    fresh = cloud(1, seed=10)
    moved = index.append(np.array([50]), fresh)
    assert moved.search(fresh[0], 1)[0].tolist() == [ROWS]
    assert 5 not in moved.search(vectors[5], 100)[0]
    assert np.count_nonzero(moved.alive) == ROWS


def test_threads_search_while_another_appends(index: BitIndex, vectors: Singles) -> None:
    def ask(row: int) -> bool:
        return index.search(vectors[row], 1)[0][0] == row

    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(ask, range(100))
        larger = index
        for number in range(5):
            larger = larger.append(np.array([-number]), cloud(1, seed=number))
        assert all(answers)


def test_copies_of_one_vector_do_not_make_the_work_grow(vectors: Singles) -> None:
    distances = np.zeros(100_000, np.uint16)
    assert len(nearest(distances, 800)) == 1600


def test_nearest_holds_the_smallest() -> None:
    distances = np.random.default_rng(0).integers(0, 385, 10_000).astype(np.uint16)
    rows = nearest(distances, 800)
    assert 800 <= len(rows) <= 1600
    assert distances[rows].max() <= np.sort(distances)[800 + 100]


@pytest.mark.parametrize("dims", [3, 8, 63, 64, 65, 100, 384, 768, 1536])
def test_any_number_of_dimensions_is_encoded(dims: int) -> None:
    vectors = cloud(500, dims)
    index = BitIndex.build(np.arange(500), vectors)
    assert index.tail.codes.shape == (-(-dims // 64), 500)
    assert index.search(vectors[3], 1)[0].tolist() == [3]


def test_distance_counts_differing_signs() -> None:
    vectors = np.random.default_rng(0).standard_normal((40, 100)).astype(np.float32)
    mean = np.zeros(100, np.float32)
    codes = signs(vectors, mean)
    segment = Segment(codes=codes, vectors=vectors.astype(np.float16), keys=np.arange(40))
    expected = ((vectors > 0) != (vectors[0] > 0)).sum(axis=1)
    assert segment.distances(codes[:, 0]).tolist() == expected.tolist()
    rows = np.array([3, 30])
    assert segment.distances(codes[:, 0], rows).tolist() == expected[rows].tolist()


@given(st.lists(st.floats(-1, 1, width=16), min_size=4, max_size=4))
def test_scores_are_exact_for_every_half(parts: list[float]) -> None:
    halves = np.array([parts], np.float16)
    segment = Segment(codes=np.zeros((1, 1), np.uint64), vectors=halves, keys=np.zeros(1, np.int64))
    query = np.array([0.5, -0.25, 1, 0.125], np.float32)
    expected = float(halves.astype(np.float64)[0] @ query.astype(np.float64))
    assert segment.scores(query, np.array([0]))[0] == pytest.approx(expected, abs=1e-6)


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from(["append", "delete"]), st.integers(0, 30)), max_size=30))
def test_any_sequence_of_changes_leaves_the_keys_that_a_set_would(
    changes: list[tuple[str, int]],
) -> None:
    index, expected = BitIndex.empty(8), set[int]()
    for verb, key in changes:
        if verb == "append":
            index = index.append(np.array([key]), cloud(1, 8, seed=key))
            expected.add(key)
        else:
            index = index.delete(np.array([key]))
            expected.discard(key)
    rows, _ = index.search(cloud(1, 8)[0], 100)
    assert sorted(index.keys[rows].tolist()) == sorted(expected)

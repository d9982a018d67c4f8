"""MiniLM in int8 against an honest reference: the same network in float32, in plain numpy."""

import json
import math
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from menon.engine.retrieval import weights
from menon.engine.retrieval.embed import Embedder, MiniLM, Vectors, batches, load_minilm

SENTENCES = [
    "How many vacation days do employees get?",
    "Employees receive thirty days of paid leave a year.",
    "The per diem for Berlin is 28 euros.",
    "def add(a: int, b: int) -> int:\n    return a + b",
    "Für Reisen nach München gilt ein Tagessatz.",
    "A cat sat on the mat.",
    "",
    "東京都は日本の首都です。",
    "The quick brown fox jumps over the lazy dog. " * 20,
]


class Reference:
    """BERT's forward pass as its paper has it, in float32, one text at a time."""

    def __init__(self) -> None:
        import tokenizers

        folder = weights.find(None)
        assert folder is not None
        raw = (folder / weights.MODEL).read_bytes()
        start = 8 + int.from_bytes(raw[:8], "little")
        self._header = json.loads(raw[8:start])
        self._raw, self._start = raw, start
        self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / weights.TOKENIZER))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def embed(self, text: str) -> NDArray[np.float32]:
        ids = self._tokenizer.encode(text).ids
        x = self["embeddings.word_embeddings.weight"][ids]
        x = x + self["embeddings.position_embeddings.weight"][: len(ids)]
        x = self.norm(x + self["embeddings.token_type_embeddings.weight"][0], "embeddings")
        for number in range(6):
            layer = f"encoder.layer.{number}"
            x = self.norm(x + self.attend(x, layer), f"{layer}.attention.output")
            wide = self.linear(x, f"{layer}.intermediate.dense")
            erf = np.vectorize(math.erf, otypes=[np.float32])(wide / math.sqrt(2))
            x = self.norm(
                x + self.linear(wide * 0.5 * (1 + erf), f"{layer}.output.dense"), f"{layer}.output"
            )
        mean = x.mean(axis=0)
        return mean / np.linalg.norm(mean)

    def attend(self, x: NDArray[np.float32], layer: str) -> NDArray[np.float32]:
        q, k, v = (
            self.linear(x, f"{layer}.attention.self.{part}").reshape(-1, 12, 32).swapaxes(0, 1)
            for part in ("query", "key", "value")
        )
        weight = np.exp(q @ k.swapaxes(1, 2) / math.sqrt(32))
        mixed = weight / weight.sum(axis=-1, keepdims=True) @ v
        flat = mixed.swapaxes(0, 1).reshape(-1, 384)
        return self.linear(flat, f"{layer}.attention.output.dense")

    def linear(self, x: NDArray[np.float32], name: str) -> NDArray[np.float32]:
        return x @ self[f"{name}.weight"].T + self[f"{name}.bias"]

    def norm(self, x: NDArray[np.float32], name: str) -> NDArray[np.float32]:
        centred = x - x.mean(axis=-1, keepdims=True)
        unit = centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
        return unit * self[f"{name}.LayerNorm.weight"] + self[f"{name}.LayerNorm.bias"]

    def __getitem__(self, name: str) -> NDArray[np.float32]:
        shape = self._header[name]["shape"]
        offset = self._start + self._header[name]["data_offsets"][0]
        return np.frombuffer(self._raw, "<f4", math.prod(shape), offset).reshape(shape)


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> MiniLM:
    loaded = load_minilm(tmp_path_factory.mktemp("models"))
    assert loaded is not None
    return loaded


@pytest.fixture(scope="module")
def vectors(model: MiniLM) -> Vectors:
    return model.embed(SENTENCES)


def test_it_is_an_embedder(model: MiniLM) -> None:
    embedder: Embedder = model
    assert embedder.space.dims == 384
    assert str(embedder.space) == "all-MiniLM-L6-v2-53aa51172d14"


def test_vectors_have_the_shape_and_length_promised(vectors: Vectors) -> None:
    assert vectors.shape == (len(SENTENCES), 384)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)


def test_int8_agrees_with_the_float32_reference(vectors: Vectors) -> None:
    reference = Reference()
    cosines = [
        float(vector @ reference.embed(text))
        for vector, text in zip(vectors, SENTENCES, strict=True)
    ]
    assert np.mean(cosines) >= 0.99, cosines
    # A processor without VNNI adds two products in 16 bits, which saturate: .9946 there, .997 with
    # it. A text without words is two marks alone, and says little (.970, .982).
    of_words = [cosine for cosine, text in zip(cosines, SENTENCES, strict=True) if text]
    assert min(of_words) >= 0.99, cosines
    assert min(cosines) >= 0.95, cosines


def test_a_question_is_nearest_to_its_answer(vectors: Vectors) -> None:
    assert int(np.argmax(vectors[0] @ vectors[1:].T)) == 0


def test_no_texts_give_no_vectors(model: MiniLM) -> None:
    assert model.embed([]).shape == (0, 384)


def test_the_order_and_the_company_of_texts_do_not_matter(model: MiniLM, vectors: Vectors) -> None:
    alone = np.concatenate([model.embed([text]) for text in SENTENCES])
    assert float((alone * vectors).sum(axis=1).min()) > 0.997


def test_threads_share_one_model(model: MiniLM, vectors: Vectors) -> None:
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(model.embed, [SENTENCES] * 8))
    assert all(np.array_equal(other, vectors) for other in found)


def test_what_stands_after_256_word_pieces_is_cut(model: MiniLM) -> None:
    short, long = "word " * 254, "word " * 254 + "entirely different ending " * 50
    assert model.count_tokens(long) > 256
    first, second = model.embed([short, long])
    assert float(first @ second) > 0.9999


@pytest.mark.parametrize(
    ("text", "tokens"), [("", 0), ("hello", 1), ("hello world", 2), ("word " * 1000, 1000)]
)
def test_tokens_are_counted_without_marks_and_without_truncation(
    model: MiniLM, text: str, tokens: int
) -> None:
    assert model.count_tokens(text) == tokens


def test_batches_hold_every_row_once_and_stay_small() -> None:
    lengths = [5, 250, 7, 7, 100, 3, 256, 256]
    found = list(batches(lengths))
    assert sorted(row for batch in found for row in batch) == list(range(len(lengths)))
    assert all(len(batch) * max(lengths[row] for row in batch) <= 256 for batch in found), found


def test_without_weights_there_is_no_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "_PACKAGE", "a_package_that_nobody_installed")
    assert load_minilm(tmp_path) is None

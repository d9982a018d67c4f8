"""How well and how fast passages are found: `python -m bench.retrieval --json`.

Each scenario answers a dict with its figures, the limits that were promised, and `ok`. Time is CPU
time of this process, since wall time depends on who else is working; ratios are against an exact
search in the same run, and against peers where `bench/.venv-peers` exists.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench.embedding import embedding
from bench.fts import SCOPES, Fts
from bench.harness import folder
from bench.texts import (
    Vectors,
    embedder,
    handbook,
    mixed,
    paragraphs,
    questions,
    real_vectors,
    timed,
)
from menon.engine.retrieval import cite, fuse, lexical
from menon.engine.retrieval.bits import BitIndex, Mask

PEERS = Path(__file__).parent / ".venv-peers" / "bin" / "python"
PEER_ROWS = 100_000
"""Chroma takes most of a minute to index so many."""
SHARES = {"all": None, "half": 0.5, "tenth": 0.1, "hundredth": 0.01}


def vectors(count: int) -> dict[str, Any]:
    """Recall@10 and time of the bit scan beside an exact search, without and with filters."""
    real, random = real_vectors(embedder()), np.random.default_rng(1)
    base, held = real[:-300], real[-300:]
    stored = np.concatenate([base, mixed(count - len(base), base, random, among=base)])
    queries = np.concatenate([held[:100], mixed(100, held, random, among=base)])
    masks = {
        name: None if share is None else random.random(count) < share
        for name, share in SHARES.items()
    }
    began = time.process_time()
    index = BitIndex.build(np.arange(count), stored)
    built = time.process_time() - began
    figures = {
        name: _against_exact(index, stored, queries, mask=mask) for name, mask in masks.items()
    }
    least = 0.99 if count <= 100_000 else 0.985
    ok = figures["all"]["recall"] >= least and all(
        figures[name]["recall"] >= 0.995 for name in ("tenth", "hundredth")
    )
    result = {"rows": count, "build_s": round(built, 2), **figures}
    peer = _beside_peer(stored, queries, masks, figures) if count <= PEER_ROWS else {}
    return result | peer | {"ok": ok and peer.get("filtered_20_times_faster", True)}


def _against_exact(
    index: BitIndex, stored: Vectors, queries: Vectors, *, mask: Mask | None
) -> dict[str, float]:
    hits, ours, exact = 0, [], []
    for query in queries:
        # The scan has one thread; those of BLAS are still spinning from the exact search.
        (rows, _), seconds = timed(
            lambda q=query: index.search(q, 10, mask), clock=time.thread_time
        )
        best, slow = timed(lambda q=query: exactly(stored, q, mask))
        hits += len(set(rows.tolist()) & set(best.tolist()))
        ours.append(seconds)
        exact.append(slow)
    return {
        "recall": round(hits / len(queries) / 10, 4),
        "cpu_ms_p50": round(statistics.median(ours) * 1000, 3),
        "cpu_ms_mean": round(statistics.fmean(ours) * 1000, 3),
        "times_faster_than_exact": round(statistics.median(exact) / statistics.median(ours), 1),
    }


def exactly(stored: Vectors, query: Vectors, mask: Mask | None) -> NDArray[np.intp]:
    """The ten rows with the largest dot products, by computing all of them."""
    scores = stored @ query
    if mask is not None:
        scores[~mask] = -2
    return np.argpartition(-scores, 10)[:10]


def _beside_peer(
    stored: Vectors,
    queries: Vectors,
    masks: dict[str, NDArray[np.bool_] | None],
    figures: dict[str, dict[str, float]],
) -> dict[str, Any]:
    """The same vectors and filters in Chroma, in a process and an environment of its own."""
    if not PEERS.is_file():
        return {}
    with folder() as at:
        given = {name: mask for name, mask in masks.items() if mask is not None}
        np.savez(at / "given.npz", stored=stored, queries=queries, **given)
        script = Path(__file__).parent / "peers" / "chroma.py"
        done = subprocess.run(
            [PEERS, script, at / "given.npz"], capture_output=True, text=True, check=True
        )
    peer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    ratios = {
        name: round(peer[name]["cpu_ms_p50"] / figures[name]["cpu_ms_p50"], 1)
        for name in figures
        if name in peer
    }
    enough = all(ratios[name] >= 20 for name in ("tenth", "hundredth"))
    return {"chroma": peer, "times_faster_than_chroma": ratios, "filtered_20_times_faster": enough}


def hybrid(count: int) -> dict[str, Any]:
    """Words, vectors and fusion together, in one scope of ten and in all of them."""
    model, random = embedder(), np.random.default_rng(2)
    real, texts = real_vectors(model), paragraphs()
    base = real[:-300]
    stored = np.concatenate([base, mixed(count - len(base), base, random, among=base)])
    index = BitIndex.build(np.arange(count), stored)
    scopes = random.integers(0, 10, count)
    picked = random.integers(0, len(base), (count, 3))
    with folder() as at:
        table = Fts(at / "chunks.db")
        rows = (
            (SCOPES[scope], "", " ".join(texts[n] for n in numbers))
            for scope, numbers in zip(scopes.tolist(), picked.tolist(), strict=True)
        )
        table.add(rows)
        asked = [" ".join(text.split()[:10]) for text in texts[-300:-200]]
        embedded = model.embed(asked)
        mask = scopes == 3
        given = list(zip(asked, embedded, strict=True))
        filtered = _hybrid_ms(table, index, given, scopes=[SCOPES[3]], mask=mask)
        whole = _hybrid_ms(table, index, given, scopes=SCOPES[:10], mask=None)
        table.close()
    ok = filtered["cpu_ms_p50"] <= 10 and whole["cpu_ms_p50"] <= 40
    return {"rows": count, "one_scope_of_ten": filtered, "all": whole, "ok": ok}


def _hybrid_ms(
    table: Fts,
    index: BitIndex,
    asked: Sequence[tuple[str, Vectors]],
    *,
    scopes: Sequence[str],
    mask: Mask | None,
) -> dict[str, float]:
    words: list[float] = []
    both: list[float] = []
    for text, vector in asked:
        found, first = timed(lambda q=text: table.search(q, scopes))
        (rows, _), second = timed(lambda q=vector: index.search(q, 60, mask))
        _, third = timed(lambda a=found, b=rows: fuse.fuse([a, b.tolist()], fuse.HYBRID))
        words.append(first)
        both.append(first + second + third)
    return {
        "words_cpu_ms_p50": round(statistics.median(words) * 1000, 2),
        "cpu_ms_p50": round(statistics.median(both) * 1000, 2),
        "cpu_ms_p95": round(statistics.quantiles(both, n=20)[-1] * 1000, 2),
    }


def quality() -> dict[str, Any]:
    """nDCG@10 of words, meaning and both on the handbook; how often quotes hold the answer."""
    model = embedder()
    pages, every = handbook(model), questions()
    table = Fts()
    table.add((SCOPES[0], page.chunk.title, page.chunk.text) for page in pages)
    stored = model.embed([page.chunk.in_context for page in pages])
    index = BitIndex.build(np.arange(len(pages)), stored)
    gains: dict[str, list[float]] = {"words": [], "meaning": [], "hybrid": []}
    right: list[bool] = []
    refused: list[bool] = []
    for question, vector in zip(every, model.embed([q["question"] for q in every]), strict=True):
        asked = lexical.terms(question["question"])
        halves = table.search(question["question"], SCOPES[:1]), index.search(vector, 60)[0]
        scores = fuse.fuse([halves[0], halves[1].tolist()], fuse.HYBRID)
        titles = {row: pages[row].chunk.title for row in scores}
        both = list(fuse.boost_titles(scores, titles, asked))
        found = [pages[row].chunk for row in both[:8]]
        corpus = table.corpus(asked)
        quotes = cite.pick(question["question"], found, corpus=corpus, embed=model.embed)
        shown = [f"{found[q.passage].text[q.start : q.end]} {q.text}" for q in quotes]
        if not question["sources"]:
            refused.append(not quotes)
            continue
        text = " ".join(" ".join(shown).split())
        right.append(all(part in text for part in question["answer_contains"]))
        ranked = {"words": halves[0], "meaning": halves[1].tolist(), "hybrid": both}
        for name, rows in ranked.items():
            sources = list(dict.fromkeys(pages[row].source for row in rows))
            gains[name].append(ndcg(sources, question["sources"]))
    table.close()
    means = {name: round(statistics.fmean(values), 3) for name, values in gains.items()}
    return {
        "chunks": len(pages),
        "ndcg_at_10": means,
        "quotes_hold_the_answer": f"{sum(right)} of {len(right)}",
        "unanswerable_refused": f"{sum(refused)} of {len(refused)}",
        "ok": means["hybrid"] >= max(means["words"], means["meaning"]),
    }


def ndcg(ranked: Sequence[str], wanted: Sequence[str], *, k: int = 10) -> float:
    """Normalised discounted cumulative gain with gains of one (Järvelin and Kekäläinen, 2002)."""
    gain = sum(1 / np.log2(at + 2) for at, key in enumerate(ranked[:k]) if key in wanted)
    return float(gain / sum(1 / np.log2(at + 2) for at in range(min(k, len(wanted)))))


def main() -> int:
    """Run the scenarios that are asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench.retrieval", description=__doc__)
    scenarios: dict[str, Callable[[int], dict[str, Any]]] = {
        "vectors": vectors,
        "embedding": lambda _: embedding(),
        "hybrid": hybrid,
        "quality": lambda _: quality(),
    }
    parser.add_argument("scenario", nargs="*", choices=[*scenarios, []])
    parser.add_argument("--million", action="store_true", help="vectors: a million rows, too")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    ok = True
    for name in asked.scenario or scenarios:
        sizes = [100_000, 1_000_000] if asked.million and name == "vectors" else [100_000]
        for size in sizes:
            result = {"scenario": name} | scenarios[name](size)
            words = "  ".join(f"{key}={value}" for key, value in result.items())
            print(json.dumps(result) if asked.json else words, flush=True)
            ok = ok and result["ok"]
    return 0 if ok else 1


if __name__ == "__main__":
    sys.exit(main())

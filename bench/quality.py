"""How good search is: nDCG@10 of words, meaning and both: `python -m bench.quality --json`.

The handbook is read into a real database; relevant are the pages that `examples/questions.json`
names, each once, at the rank of its first passage.
"""

import argparse
import asyncio
import json
import math
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench.harness import database, folder
from menon.core.auth import Principal
from menon.core.db.migrate import migrate
from menon.core.runtime import Runtime
from menon.core.settings import load
from menon.entry.parts import features, sections
from menon.entry.runtime import open_runtime
from menon.features.accounts.service import bootstrap, principal_named
from menon.features.knowledge import ingesting
from menon.features.knowledge.search import Mode, Question, search

EXAMPLES = Path(__file__).parents[1] / "examples"
STORES = ("sqlite", "postgresql")
MODES: tuple[Mode, ...] = ("hybrid", "lexical", "semantic")
RANKS = 10


class Asked(NamedTuple):
    """A question and the pages that answer it."""

    question: str
    sources: frozenset[str]


def questions() -> list[Asked]:
    """The questions that have an answer in the handbook."""
    rows: list[dict[str, Any]] = json.loads((EXAMPLES / "questions.json").read_text())
    return [Asked(r["question"], frozenset(r["sources"])) for r in rows if r["sources"]]


def ndcg(found: Sequence[str], relevant: frozenset[str]) -> float:
    """The discounted gain of a ranking over that of the best one (Järvelin, Kekäläinen, 2002)."""
    gained = sum(1 / math.log2(n + 2) for n, name in enumerate(found[:RANKS]) if name in relevant)
    best = sum(1 / math.log2(n + 2) for n in range(min(len(relevant), RANKS)))
    return gained / best


async def measure(runtime: Runtime, who: Principal, mode: Mode) -> float:
    """The mean over all questions."""
    total = 0.0
    asked = questions()
    for question, relevant in asked:
        wanted = Question(text=question, limit=50, filters={}, threshold=-1.0)
        hits = (await search(runtime, who, wanted, mode=mode)).items
        total += ndcg(list(dict.fromkeys(hit.source for hit in hits)), relevant)
    return total / len(asked)


async def on(store: str) -> dict[str, float]:
    """nDCG@10 of each way to search on one database."""
    with folder() as at, database(store, at) as url:
        settings = load(
            sections(features()),
            environ={},
            data_dir=at,
            database_url=url,
            secret_key="bench-signing-key-0123456789-abcdefgh",
            vault_key="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        )
        migrate(url, now=datetime.now(UTC))
        async with open_runtime(settings) as runtime:
            await bootstrap(runtime)
            who = await principal_named(runtime, "admin")
            target = ingesting.Target(collection="handbook", shared=True)
            quiet: Callable[..., Any] = lambda *_, **__: None  # noqa: E731 - nothing to say
            if await ingesting.ingest(runtime, who, [str(EXAMPLES / "handbook")], target, quiet):
                raise RuntimeError("a page of the handbook could not be read")
            return {mode: round(await measure(runtime, who, mode), 4) for mode in MODES}


def main() -> int:
    """Measure, and fail where both together are not at least as good as each alone."""
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    parser.add_argument("--store", choices=STORES, action="append")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    found = {store: asyncio.run(on(store)) for store in asked.store or STORES}
    ok = all(v["hybrid"] >= max(v["lexical"], v["semantic"]) for v in found.values())
    apart = max(
        max(v[mode] for v in found.values()) - min(v[mode] for v in found.values())
        for mode in MODES
    )
    result = {"ndcg@10": found, "apart": round(apart, 4), "ok": ok and apart <= 0.01}
    if asked.json:
        print(json.dumps(result))
    else:
        for store, values in found.items():
            print(store, "  ".join(f"{mode} {value:.4f}" for mode, value in values.items()))
    return 0 if result["ok"] else 1


if __name__ == "__main__":
    sys.exit(main())

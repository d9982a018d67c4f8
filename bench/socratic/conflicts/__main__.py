"""How well conflicts are found: `python -m bench.socratic.conflicts [FILE ...] [--json]`.

Each scenario has one type and says whether its statements conflict. It counts as found where any
conflict is told; `typed` counts those of the scenario's type. Neutral pairs are statements of
different scenarios that lie in different domains and have different types.
"""

import argparse
import json
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, cast

import yaml

from menon.apps.socratic.conflicts import Conflict, Statement, detect
from menon.apps.socratic.conflicts.words import tokens

HERE = Path(__file__).parent
FILES = (
    "scenarios", "held_out", "fresh", "third", "fourth", "fifth", "sixth", "seventh", "eighth",
    "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth",
    "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth", "twentyfirst", "twentysecond", "twentythird", "twentyfourth",
)  # fmt: skip
PRECISION, RECALL, FALSE_ALARMS, MS = 0.95, 0.85, 5.0, 300.0
NEUTRAL = 4_000
"""Pairs of statements that have nothing to do with each other."""


class Scenario(NamedTuple):
    """Statements, and whether they conflict."""

    type: str
    domain: str
    conflict: bool
    said: list[str]


def scenarios(name: str) -> list[Scenario]:
    """The scenarios of a file in this folder."""
    rows = yaml.safe_load((HERE / f"{name}.yaml").read_text(encoding="utf-8"))
    return [Scenario(**row) for row in cast("list[dict[str, Any]]", rows)]


def found(said: Iterable[str]) -> list[Conflict]:
    """The conflicts between these texts."""
    return detect(Statement(str(at), "", text) for at, text in enumerate(said))


def score(rows: Iterable[Scenario]) -> dict[str, Counter[str]]:
    """Hits, misses and false alarms by type."""
    table: dict[str, Counter[str]] = {}
    for row in rows:
        told = found(row.said)
        counts = table.setdefault(row.type, Counter())
        if row.conflict:
            counts["hit" if told else "miss"] += 1
            counts["typed"] += any(one.type == row.type for one in told)
        else:
            counts["alarm" if told else "quiet"] += 1
    return table


def neutral(rows: list[Scenario]) -> Iterator[tuple[str, str]]:
    """Pairs of statements of different domains and types."""
    for step in range(1, len(rows)):
        for at, one in enumerate(rows):
            other = rows[(at + step * 7) % len(rows)]
            if one.domain != other.domain and one.type != other.type:
                yield one.said[0], other.said[-1]


def alarms(rows: list[Scenario]) -> tuple[float, list[tuple[str, str]]]:
    """False alarms for a thousand neutral pairs, and the pairs."""
    pairs = list(islice(neutral(rows), NEUTRAL))
    wrong = [pair for pair in pairs if found(pair)]
    return 1_000 * len(wrong) / len(pairs), wrong


def speed(rows: list[Scenario], count: int = 500) -> float:
    """Milliseconds for as many statements, in the best of three runs."""
    said = [text for row in rows for text in row.said]
    texts = [said[at % len(said)] for at in range(count)]
    best = float("inf")
    for _ in range(3):
        tokens.cache_clear()
        begun = time.process_time()
        found(texts)
        best = min(best, time.process_time() - begun)
    return 1_000 * best


def summary(table: dict[str, Counter[str]]) -> list[dict[str, Any]]:
    """Precision and recall of each type and of all."""
    every = sum(table.values(), Counter[str]())
    rows: list[dict[str, Any]] = []
    for name, counts in [*table.items(), ("all", every)]:
        hits, alarm = counts["hit"], counts["alarm"]
        wanted = hits + counts["miss"]
        rows.append(
            {
                "type": name,
                "scenarios": wanted + alarm + counts["quiet"],
                "precision": round(hits / (hits + alarm), 3) if hits + alarm else 1.0,
                "recall": round(hits / wanted, 3) if wanted else 1.0,
                "typed": round(counts["typed"] / wanted, 3) if wanted else 1.0,
            }
        )
    return rows


def misses(rows: Iterable[Scenario]) -> Iterator[str]:
    """What was missed or told wrongly, for reading."""
    for row in rows:
        told = found(row.said)
        if row.conflict and not any(one.type == row.type for one in told):
            kind = "OTHER" if told else "MISSED"
            yield f"{kind} {row.type}: {row.said} {[one.type.value for one in told]}"
        elif told and not row.conflict:
            yield f"ALARM {row.type}: {row.said} {[(c.type.value, c.witness) for c in told]}"


def main() -> int:
    """Print the figures of each file; 0 where every limit holds."""
    parser = argparse.ArgumentParser(prog="python -m bench.socratic.conflicts")
    parser.add_argument(
        "file", nargs="*", default=[f for f in FILES if (HERE / f"{f}.yaml").exists()]
    )
    parser.add_argument("--json", action="store_true", help="an object a line")
    parser.add_argument("--misses", action="store_true", help="print what went wrong")
    asked = parser.parse_args()
    held = True
    for name in asked.file:
        rows = scenarios(name)
        for row in summary(score(rows)):
            ok = row["precision"] >= PRECISION and row["recall"] >= RECALL
            held &= ok or row["type"] != "all"
            told = {"scenario": name, **row, "ok": ok}
            print(json.dumps(told) if asked.json else " ".join(f"{v!s:<10}" for v in told.values()))
        if asked.misses:
            print(*misses(rows), sep="\n")
    held &= _general(scenarios(FILES[0]), as_json=asked.json, shown=asked.misses)
    return 0 if held else 1


def _general(rows: list[Scenario], *, as_json: bool, shown: bool) -> bool:
    rate, wrong = alarms(rows)
    took = speed(rows)
    figures = {"false alarms / 1,000": (rate, FALSE_ALARMS), "ms for 500": (took, MS)}
    for name, (value, limit) in figures.items():
        row = {"scenario": name, "value": round(value, 2), "limit": limit, "ok": value <= limit}
        print(json.dumps(row) if as_json else f"{name}: {value:.2f} (limit {limit})")
    if shown:
        for pair in wrong[:40]:
            print("NEUTRAL", pair, [(c.type.value, c.witness) for c in found(pair)])
    return all(value <= limit for value, limit in figures.values())


if __name__ == "__main__":
    raise SystemExit(main())

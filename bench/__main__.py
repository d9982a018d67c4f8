"""Measure against the stated limits: `python -m bench [NAME ...] [--json]`."""

import argparse
import importlib
import json
import resource
import subprocess
import sys
from collections.abc import Iterable
from typing import Any

from bench.figures import Figure, line

BENCHES = ("framework", "streams", "memory", "writes", "durable", "sandbox")
"""Modules with `run() -> Iterable[Figure]`."""

SCENARIOS = {
    "request": (),
    "stream_engine": (),
    "retrieval": (),
    "chaos": ("jobs", "--store", "sqlite"),
    "chaos_ingest": (),
    "chaos_chat": (),
    "outages": ("postgres",),
    "quality": (),
}
"""Modules that answer `--json` with an object a line; each has `ok`, and perhaps its ratio."""

NAMES = (*BENCHES, *SCENARIOS)


def measured(name: str) -> Iterable[Figure]:
    """The figures of one measurement, as they come where it is one of ours."""
    if name in BENCHES:
        figures: Iterable[Figure] = importlib.import_module(f"bench.{name}").run()
        return figures
    command = [sys.executable, "-m", f"bench.{name}", *SCENARIOS[name], "--json"]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    rows = [json.loads(row) for row in done.stdout.splitlines() if row.startswith("{")]
    return [figure(name, row) for row in rows] or [
        Figure(name=f"{name} ended with {done.returncode}", value=0, held=False)
    ]


def figure(name: str, row: dict[str, Any]) -> Figure:
    """One line of a scenario as a figure: its ratio if it has one, else its verdict."""
    named = " ".join([name, *(row[key] for key in ("scenario", "store") if key in row)])
    told = {key: row[key] for key in row if key not in {"scenario", "store", "limit", "ok"}}
    ratio = told.pop("ratio", None)
    if ratio is None:
        return Figure(name=named, value=float(row["ok"]), unit="holds", held=row["ok"], notes=told)
    limit = row.get("limit")
    return Figure(name=named, value=ratio, unit="x", limit=limit, held=row["ok"], notes=told)


def main() -> int:
    """Run the measurements that are asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("name", nargs="*", choices=[*NAMES, []], help="one of them; else all")
    parser.add_argument("--json", action="store_true", help="an object a line")
    asked = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    broken = 0
    for name in asked.name or NAMES:
        for found in measured(name):
            print(json.dumps(found.row()) if asked.json else line(found), flush=True)
            broken += not found.ok
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())

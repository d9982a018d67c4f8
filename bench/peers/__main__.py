"""Install the peers into `bench/.venv-peers` and compare: `python -m bench.peers [--json]`."""

import argparse
import asyncio
import json
import shutil
import subprocess
import sys
from pathlib import Path

from bench.__main__ import measured
from bench.embedding import SENTENCES
from bench.figures import Figure, line
from bench.peers import chains, litellm

PLACE = Path(__file__).parents[1] / ".venv-peers"
PACKAGES = {
    PLACE: ("chromadb", "numpy", "litellm[proxy]", "procrastinate", "psycopg[binary]"),
    SENTENCES.parents[1]: ("sentence-transformers",),
}


def install() -> None:
    """Make the environments of the peers, unless they are there; they are no dependency of ours."""
    uv = shutil.which("uv") or sys.exit("uv is missing; it installs the peers.")
    for place, packages in PACKAGES.items():
        done = place / ".installed"
        if done.exists():
            continue
        python = str(place / "bin" / "python")
        subprocess.run([uv, "venv", "--quiet", "--allow-existing", place], check=True)
        subprocess.run([uv, "pip", "install", "--quiet", "--python", python, *packages], check=True)
        done.touch()


def main() -> int:
    """Compare with each peer."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("--json", action="store_true", help="an object a line")
    as_json = parser.parse_args().json
    install()
    figures = [_chains(), *asyncio.run(litellm.compare()), *measured("retrieval")]
    for figure in figures:
        print(json.dumps(figure.row()) if as_json else line(figure), flush=True)
    return 0 if all(figure.ok for figure in figures) else 1


def _chains() -> Figure:
    ratio, rates = chains.compare(PLACE / "bin" / "python")
    name = "five-step runs beside a chain of five jobs of procrastinate, PostgreSQL"
    return Figure(name=name, value=ratio, unit="x", limit=0.8, least=True, notes=rates)


if __name__ == "__main__":
    sys.exit(main())

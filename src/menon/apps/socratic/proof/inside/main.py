"""Begin in the sandbox: `python -I -B main.py PART`, with the ticket in the working directory."""

import importlib
import importlib.util
import json
import sys
from pathlib import Path

PACKAGE = "menon_proof"
TICKET = ".menon-ticket.json"


def load() -> None:
    """Make the package of this file importable, and nothing beside it."""
    here = Path(__file__).parent
    spec = importlib.util.spec_from_file_location(
        PACKAGE, here / "__init__.py", submodule_search_locations=[str(here)]
    )
    if spec is None or spec.loader is None:
        raise ImportError(f"{here} is not readable")
    module = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = module
    spec.loader.exec_module(module)


def main() -> None:
    """Run one part; its report stands under the name that the ticket gave."""
    load()
    part = sys.argv.pop()
    path = Path(TICKET)
    ticket = json.loads(path.read_text(encoding="utf-8"))
    path.unlink()
    report = importlib.import_module(f"{PACKAGE}.{part}").run(ticket)
    text = json.dumps({"ticket": ticket["ticket"], "report": report}, default=str)
    # A sign that sorts before all others: only the first 1,000 files are read back.
    Path(f"!menon-{ticket['ticket']}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Write the reference pages from the code; `--check` says whether they are up to date."""

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path

from typer.main import get_command

from menon.core import errors
from menon.core.auth import RIGHTS, Action, Reach
from menon.core.runs.events import TYPES
from menon.core.settings import PREFIX, RootSettings, foreign_name
from menon.entry.cli import app
from menon.entry.parts import features, sections

FOLDER = Path(__file__).parent.parent / "docs" / "reference"


def settings() -> Iterator[str]:
    """Every setting by section."""
    yield "# Settings\n"
    yield "Environment variables; `.env` and `menon.toml` in the working directory work too."
    for section in (RootSettings, *sections(features())):
        yield f"\n## {section.name or 'general'}\n"
        yield "| setting | default | what it is |\n|---|---|---|"
        for name, field in section.model_fields.items():
            place = f"{section.name}__{name}" if section.name else name
            other = foreign_name(field)
            also = f" Also `{other}`." if other else ""
            default = field.get_default(call_default_factory=True)
            shown = "" if default is None else f"`{default}`"
            text = (field.description or "").replace("|", "\\|")
            yield f"| `{PREFIX}{place.upper()}` | {shown} | {text}{also} |"


def codes() -> Iterator[str]:
    """Every error code."""
    yield "# Errors\n"
    yield "Problem details (RFC 9457) with a stable `code`; the log has the `trace_id`.\n"
    yield "| code | status | what it says |\n|---|---|---|"
    kinds = [
        kind
        for _, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, errors.MenonError) and kind is not errors.MenonError
    ]
    for kind in sorted(kinds, key=lambda k: k.code):
        text = (kind.__doc__ or "").strip().partition("\n")[0]
        yield f"| `{kind.code}` | {kind.status} | {text} |"


def routes() -> Iterator[str]:
    """Every operation and page."""
    yield "# Routes\n"
    yield "Each operation names the right that it needs; see [rights](rights.md).\n"
    yield "| method | path | right |\n|---|---|---|"
    found = features()
    every = [one for f in found for r in (*f.routes, *f.pages) for one in r.actions]
    for method, path, action in sorted(every, key=lambda one: (one[1], one[0])):
        yield f"| {method} | `{path}` | {action.value} |"
    yield "\n## Inside of other protocols\n"
    yield "| wire | operation | right |\n|---|---|---|"
    for wire, name, action in sorted(one for f in found for one in f.offers):
        yield f"| {wire} | `{name}` | {action.value} |"


def events() -> Iterator[str]:
    """Every type of run event."""
    yield "# Run events\n"
    yield "The envelope: `{id, v, run, epoch, seq, at, type, data}`; ignore unknown types.\n"
    yield "| type | data | what it says |\n|---|---|---|"
    for name, kind in TYPES.items():
        fields = ", ".join(f"`{field}`" for field in kind.__struct_encode_fields__)
        text = (kind.__doc__ or "").strip().partition("\n")[0]
        yield f"| `{name}` | {fields} | {text} |"


def commands() -> Iterator[str]:
    """The help of the command line."""
    yield "# Commands\n"
    yield from _command(get_command(app), "menon")


def rights() -> Iterator[str]:
    """Who may do what."""
    yield "# Rights\n"
    yield "*own*: one's own things and those shared with one; *any*: everything.\n"
    yield "| right | scope of a key | viewer | developer | project manager | admin |"
    yield "|---|---|---|---|---|---|"
    words = {Reach.NONE: "no", Reach.OWN: "own", Reach.ANY: "any"}
    yield f"| `{Action.PUBLIC.value}` | none | anybody | anybody | anybody | anybody |"
    for action, (scope, reaches) in RIGHTS.items():
        cells = " | ".join(words[reach] for reach in reaches)
        yield f"| `{action.value}` | {scope.value if scope else 'any'} | {cells} |"


def _command(command: object, path: str) -> Iterator[str]:
    children = getattr(command, "commands", None)
    if children:
        for name in sorted(children):
            yield from _command(children[name], f"{path} {name}")
        return
    yield f"## `{path}`\n"
    yield f"{(getattr(command, 'help', '') or '').strip()}\n"
    rows = [
        f"| `{' '.join(p.opts)}` | {(getattr(p, 'help', '') or '').strip()} |"
        for p in getattr(command, "params", [])
        if p.name != "help"
    ]
    if rows:
        yield "| argument | what it is |\n|---|---|"
        yield from rows
        yield ""


PAGES = {
    "settings": settings,
    "errors": codes,
    "routes": routes,
    "events": events,
    "commands": commands,
    "rights": rights,
}


def main() -> int:
    """Write the pages, or compare them."""
    check = "--check" in sys.argv
    stale: list[str] = []
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, make in PAGES.items():
        text = "\n".join(make()).rstrip() + "\n"
        file = FOLDER / f"{name}.md"
        if file.exists() and file.read_text() == text:
            continue
        if check:
            stale.append(file.name)
        else:
            file.write_text(text)
    if stale:
        sys.stdout.write(f"stale: {', '.join(stale)}; run `make format`\n")
    return int(bool(stale))


if __name__ == "__main__":
    sys.exit(main())

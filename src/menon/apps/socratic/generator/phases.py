"""The six phases: each a pure function of the model that gives files."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from menon.apps.socratic.generator import intermediate, migrating, schema
from menon.apps.socratic.generator.acceptance import checks
from menon.apps.socratic.generator.formatting import formatted
from menon.apps.socratic.generator.history import VERSIONS
from menon.apps.socratic.generator.layout import (
    KINDS,
    LAYOUTS,
    WHY,
    file,
    module,
    packages,
    tests_of,
)
from menon.apps.socratic.generator.model import Model, Options
from menon.apps.socratic.generator.rendering import TEMPLATES, render
from menon.apps.socratic.generator.trace import rows
from menon.apps.socratic.specification.model import Specification, Style
from menon.core import web

Files = dict[str, str]
CUSTOM: Final = "app/custom/"
"""What stands below it is the user's: made once, never changed by a regeneration."""


@dataclass(frozen=True, kw_only=True)
class Phase:
    """A step of the generation; each is one commit of the project."""

    name: str
    make: Callable[[Model, Options], Mapping[str, bytes]]


def chosen(model: Model, options: Options | None) -> Options:
    """The options, with what the specification says where nothing was chosen."""
    given = options or Options()
    return replace(
        given,
        style=Style(given.style or model.style),
        frontend=given.frontend or model.spec.architecture.frontend,
    )


def generate(spec: Specification, options: Options | None = None) -> dict[str, bytes]:
    """The whole project, path → content; the same arguments give the same bytes.

    Raises:
        InvalidInput: the specification cannot be built; the message says why.
    """
    model = intermediate.build(spec)
    tree: dict[str, bytes] = {}
    for phase in PHASES:
        tree |= phase.make(model, chosen(model, options))
    return dict(sorted(tree.items()))


def requirements() -> tuple[str, str]:
    """What a project needs to run, and what it needs to be developed."""
    text = (Path(__file__).parent / "requirements.txt").read_text(encoding="utf-8")
    _, _, rest = text.partition("# [runtime]\n")
    runtime, _, development = rest.partition("# [development]\n")
    return runtime, development


def _made(model: Model, options: Options, files: Mapping[str, str], **context: Any) -> Files:
    """Path → content, of path → template."""
    return {path: render(template, model, options, **context) for path, template in files.items()}


def _layout(model: Model, options: Options) -> dict[str, Any]:
    style = options.style or model.style
    return {"layout": LAYOUTS[style], "why": WHY[style]}


def _folder(name: str, to: str = "") -> dict[str, str]:
    """Path → template of all templates in a folder, which keep their names."""
    root = TEMPLATES / name
    return {
        f"{to or name}/{path.relative_to(root).as_posix()[: -len('.j2')]}": (
            f"{name}/{path.relative_to(root).as_posix()}"
        )
        for path in sorted(root.rglob("*.j2"))
    }


def _analyze(model: Model, options: Options) -> Mapping[str, bytes]:
    spec = model.spec.model_dump_json(indent=2)
    files = {"specification.json": spec}
    files |= _made(model, options, {"docs/analysis.md": "docs/analysis.md.j2"})
    return formatted(files)


def _design(model: Model, options: Options) -> Mapping[str, bytes]:
    runtime, development = requirements()
    files = {
        "requirements.txt": runtime,
        "requirements-dev.txt": f"-r requirements.txt\n{development}",
    }
    files |= _made(model, options, _folder("design", "."))
    return formatted({path.removeprefix("./"): text for path, text in files.items()})


def _backend(model: Model, options: Options) -> Mapping[str, bytes]:
    style = options.style or model.style
    static = _folder("app/core") | _folder("app/accounts") | _folder("app/custom")
    static |= {
        f"app/{name}.py": f"app/{name}.py.j2"
        for name in ("asgi", "enums", "main", "manage", "samples", "seed", "tables")
    }
    static |= {
        "alembic.ini": "migrations/alembic.ini.j2",
        "migrations/env.py": "migrations/env.py.j2",
        "migrations/script.py.mako": "migrations/script.py.mako.j2",
        "migrations/data.py": "migrations/data.py.j2",
    }
    files = _made(model, options, static) | _migrations(model, options)
    for entity in model.entities:
        for kind in KINDS:
            path = file(module(style, kind, entity.name))
            files[path] = render(f"app/entity/{kind}.py.j2", model, options, e=entity)
    files |= dict.fromkeys(packages(files), '"""Code of the application."""\n')
    made: Mapping[str, bytes] = formatted(files)
    return {**made, **options.history.kept} if options.history else made


def _migrations(model: Model, options: Options) -> Files:
    """The migration that makes the first tables, or the one that changes them since."""
    wanted, history = schema.of(model), options.history
    files = {schema.PATH: schema.written(wanted)}
    if history is None:
        lines = {"making": migrating.initial(wanted), "removing": migrating.removal(wanted)}
        path = f"{VERSIONS}0001_first_tables.py"
        return files | _made(model, options, {path: "migrations/initial.py.j2"}, **lines)
    names = migrating.renames(history.schema, wanted)
    up = migrating.plan(history.schema, wanted, names)
    if not up.lines:
        return files
    down = migrating.plan(wanted, history.schema, migrating.back(names))
    heads = history.heads
    path = f"{VERSIONS}{history.following}_changed_tables.py"
    return files | _made(
        model,
        options,
        {path: "migrations/revision.py.j2"},
        up=up,
        down=down,
        revision=history.following,
        follows=heads[0] if len(heads) == 1 else heads,
        fresh=any("_record_columns" in line for line in (*up.lines, *down.lines)),
    )


def _frontend(model: Model, options: Options) -> Mapping[str, bytes]:
    if options.frontend != "htmx":
        return {}
    files = _made(model, options, _folder("web", "app/web"))
    script = Path(web.__file__).parent / "static" / "vendor" / "htmx.org"
    return formatted(files) | {
        "app/web/static/htmx.min.js": (script / "htmx.min.js").read_bytes(),
        "app/web/static/htmx.LICENSE": (script / "LICENSE").read_bytes(),
    }


def _tests(model: Model, options: Options) -> Mapping[str, bytes]:
    found = checks(model)
    files = _made(model, options, _folder("tests") | _folder("contract"), checks=found)
    if options.frontend == "htmx":
        files |= _made(model, options, _folder("web_tests", "tests"))
    for entity in model.entities:
        files[tests_of(entity.name)] = render("entity_tests/test.py.j2", model, options, e=entity)
    return formatted(files)


def _documentation(model: Model, options: Options) -> Mapping[str, bytes]:
    found = rows(model, options, checks(model))
    files = _made(model, options, _folder("delivery", "."), rows=found, **_layout(model, options))
    files["trace.json"] = json.dumps([row.plain() for row in found], indent=2, ensure_ascii=False)
    return formatted({path.removeprefix("./"): text for path, text in files.items()})


PHASES: Final = (
    Phase(name="analyze_specification", make=_analyze),
    Phase(name="design_architecture", make=_design),
    Phase(name="generate_backend", make=_backend),
    Phase(name="generate_frontend", make=_frontend),
    Phase(name="generate_tests", make=_tests),
    Phase(name="generate_documentation", make=_documentation),
)

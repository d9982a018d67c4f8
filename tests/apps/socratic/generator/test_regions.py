"""Code between markers in generated files: regenerating keeps it, and a model may write there."""

import ast
import json
from collections.abc import Mapping
from typing import Any, Final

import pytest
from tests.apps.socratic.generator.amendments import AMENDMENTS, AUTHOR, book, field
from tests.apps.socratic.generator.specifications import made, stored

from menon.apps.socratic.generator import Options, generate
from menon.apps.socratic.generator.history import of_trees
from menon.apps.socratic.proof.merge import merge
from menon.apps.socratic.proof.repair_rules import applied, regions
from menon.apps.socratic.specification.model import Style

WHERE: Final = {
    "service": "methods",
    "repository": "queries",
    "rules": "rules",
    "schema": "shapes",
    "routes": "addresses",
}


def marked(tree: Mapping[str, bytes]) -> dict[str, list[str]]:
    """The names of the regions, by path."""
    found = {
        path: [one.name for one in regions(path, text)]
        for path, text in tree.items()
        if path.endswith(".py")
    }
    return {path: names for path, names in found.items() if names}


def written(path: str, text: bytes) -> bytes:
    """A file with a line of one's own in each of its regions."""
    for region in reversed(regions(path, text)):
        line = text[: region.end].rpartition(b"\n")[2]
        indent = line[: len(line) - len(line.lstrip())] or _indent(text[: region.start])
        own = b"\n" + indent + f'OURS_{region.name} = "{path}"'.encode() + b"\n"
        text = text[: region.start] + own + text[region.end :]
    return text


def _indent(before: bytes) -> bytes:
    last = before.rpartition(b"\n")[2]
    return last[: len(last) - len(last.lstrip())]


@pytest.mark.parametrize("style", list(Style))
def test_every_part_of_an_entity_has_a_region(style: Style) -> None:
    tree = generate(made(book()), Options(style=style))
    names = [name for each in marked(tree).values() for name in each]
    assert sorted(names) == sorted([*WHERE.values(), "application"])


@pytest.mark.parametrize("name", ["a field", "an entity", "a life cycle", "less"])
def test_what_stands_there_outlives_a_regeneration(name: str) -> None:
    before, after, _ = AMENDMENTS[name]
    base = generate(made(*before))
    ours = dict(base) | {path: written(path, base[path]) for path in marked(base)}
    assert ours != base
    history = of_trees(base, ours)
    theirs = generate(made(*after), Options(history=history))
    done = merge(base, ours, theirs)
    kept = marked(base).keys() & theirs.keys()
    assert kept
    assert [one for one in done.conflicts if one.path in kept] == []
    for path in kept:
        ast.parse(done.tree[path], path)
        for region in regions(path, done.tree[path]):
            assert f'OURS_{region.name} = "{path}"'.encode() in done.tree[path]
    gone = marked(base).keys() - theirs.keys()
    assert {one.path for one in done.conflicts} == gone
    assert all(done.tree[path] == ours[path] for path in gone)


def test_a_migration_that_people_changed_stays_as_it_is() -> None:
    first = generate(made(book()))
    second = generate(made(book(field("isbn"))), Options(history=of_trees(first, first)))
    path = next(path for path in second if path.endswith("0002_changed_tables.py"))
    ours = {**second, path: written(path, second[path])}
    third = generate(made(book(field("isbn")), AUTHOR), Options(history=of_trees(second, ours)))
    done = merge(second, ours, third)
    assert done.conflicts == ()
    assert done.tree[path] == ours[path] != second[path]


def test_a_model_may_write_between_the_markers_only() -> None:
    tree = generate(stored("library"))
    path = "app/services/book.py"
    mark = "    # menon: begin methods\n"
    own = '    def count_all(self) -> int:\n        """All."""\n        return 0\n'
    edit: dict[str, Any] = {"path": path, "patch": [{"old": mark, "new": mark + own}]}
    changed = applied(tree, json.dumps({"edits": [edit]}))
    assert own.encode() in changed[path]
    assert {one for one in changed if changed[one] != tree[one]} == {path}

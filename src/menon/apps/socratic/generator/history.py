"""The migrations that a project has before it is generated again; pure.

What was generated before is kept byte for byte, so that a database can be upgraded from any state.
"""

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, cast

import msgspec

from menon.apps.socratic.generator import schema
from menon.apps.socratic.generator.schema import Schema

VERSIONS: Final = "migrations/versions/"


@dataclass(frozen=True, kw_only=True)
class History:
    """What a new migration begins with."""

    schema: Schema
    """The tables that the migrations make so far."""
    kept: Mapping[str, bytes]
    """The migrations that were generated, by path."""
    heads: tuple[str, ...]
    """The revisions that no other one follows, those that people wrote included."""
    taken: frozenset[str]
    """All revisions that there are."""

    @property
    def following(self) -> str:
        """A name for the next revision."""
        number = 1 + len(self.kept)
        while f"{number:04}" in self.taken:
            number += 1
        return f"{number:04}"


def of_trees(base: Mapping[str, bytes], ours: Mapping[str, bytes]) -> History | None:
    """The history of a project; None where it begins anew.

    Args:
        base: what was generated before.
        ours: what people made of it; they may have added revisions.
    """
    kept = {path: text for path, text in base.items() if _is_revision(path)}
    try:
        known = schema.read(base[schema.PATH])
    except (KeyError, msgspec.MsgspecError):
        return None
    if not kept:
        return None
    theirs = {path: text for path, text in ours.items() if _is_revision(path)}
    found = dict(_revisions(theirs or kept))
    followed = {before for befores in found.values() for before in befores}
    return History(
        schema=known,
        kept=kept,
        heads=tuple(sorted(found.keys() - followed)),
        taken=frozenset(found) | frozenset(name for name, _ in _revisions(kept)),
    )


def _is_revision(path: str) -> bool:
    return path.startswith(VERSIONS) and path.endswith(".py")


def _revisions(files: Mapping[str, bytes]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each revision with those that it follows; a file that says none is left out."""
    for text in files.values():
        try:
            tree = ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        said = dict(_assigned(tree))
        revision = said.get("revision")
        if isinstance(revision, str):
            yield revision, _names(said.get("down_revision"))


def _names(before: object) -> tuple[str, ...]:
    found = cast("Sequence[object]", before) if isinstance(before, list | tuple) else [before]
    return tuple(one for one in found if isinstance(one, str))


def _assigned(tree: ast.Module) -> Iterator[tuple[str, object]]:
    """The literals that stand at the top of a module."""
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            target, value = node.targets[0], node.value
        elif isinstance(node, ast.AnnAssign) and node.value is not None:
            target, value = node.target, node.value
        else:
            continue
        if isinstance(target, ast.Name):
            try:
                yield target.id, ast.literal_eval(value)
            except (ValueError, TypeError, RecursionError):
                continue

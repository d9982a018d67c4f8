"""New generated code into a tree that people have edited: no edit is lost without a word.

Where both sides changed the same thing, both stand in the result, and the place is listed.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import PurePosixPath
from typing import Final, Literal

from menon.apps.socratic.proof.text_merge import is_text, merged_text

Tree = Mapping[str, bytes]
Modes = Mapping[str, int]
Kind = Literal["content", "delete/modify", "add/add", "binary", "mode", "folder"]

PLAIN: Final = 0o100644
_LINK: Final = 0o120000
_KIND_BITS: Final = 0o170000
_ASIDE = ".generated"


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """Something that both sides changed, and what the result holds now."""

    path: str
    kind: Kind
    text: str
    """What happened, and what to do."""
    ours: bytes | None = None
    """None where it is deleted, or no matter of contents."""
    theirs: bytes | None = None
    aside: str = ""
    """Where the generated version stands, if beside the other."""


@dataclass(frozen=True, kw_only=True)
class Merged:
    """The tree, and what somebody has to look at."""

    tree: dict[str, bytes]
    conflicts: tuple[Conflict, ...] = ()
    modes: dict[str, int] = field(default_factory=dict[str, int])
    """Of the paths whose mode is not that of a plain file."""


@dataclass(frozen=True, kw_only=True)
class _File:
    content: bytes
    mode: int = PLAIN


def merge(
    base: Tree, ours: Tree, theirs: Tree, *, modes: tuple[Modes, Modes, Modes] | None = None
) -> Merged:
    """The three-way merge of trees.

    A file that was renamed is one that was deleted and one that was added.

    Args:
        base: what was generated before.
        ours: what people made of it.
        theirs: what is generated now.
        modes: as git has them, of the three trees; a path without one is a plain file.
    """
    known = modes or ({}, {}, {})
    trees = zip((base, ours, theirs), known, strict=True)
    sides = [_files(tree, modes_of) for tree, modes_of in trees]
    files: dict[str, _File] = {}
    conflicts: list[Conflict] = []
    taken = base.keys() | ours.keys() | theirs.keys()
    for path in sorted(taken):
        found, wrong = _one(path, *(side.get(path) for side in sides))
        if found:
            files[path] = found
        for conflict in wrong:
            place = ""
            if conflict.kind == "binary":
                place = _aside(path, taken | files.keys())
                files[place] = sides[2][path]
            conflicts.append(replace(conflict, aside=place))
    conflicts += _unfold(files, sides[1])
    return Merged(
        tree={path: file.content for path, file in sorted(files.items())},
        conflicts=tuple(sorted(conflicts, key=lambda one: (one.path, one.kind))),
        modes={path: file.mode for path, file in files.items() if file.mode != PLAIN},
    )


def _files(tree: Tree, modes: Modes) -> dict[str, _File]:
    return {path: _File(content=text, mode=modes.get(path, PLAIN)) for path, text in tree.items()}


def _one(
    path: str, base: _File | None, ours: _File | None, theirs: _File | None
) -> tuple[_File | None, list[Conflict]]:
    """One path: what stands there, and what is wrong with it."""
    if ours in (theirs, base):
        return theirs, []
    if theirs == base:
        return ours, []
    if ours is None or theirs is None:
        return ours or theirs, [_deleted(path, ours, theirs)]
    content, conflict = _contents(path, base, ours, theirs)
    mode, torn = _mode(path, base, ours, theirs)
    found = [one for one in (conflict, torn) if one]
    return _File(content=content, mode=mode), found


def _deleted(path: str, ours: _File | None, theirs: _File | None) -> Conflict:
    """One side deleted what the other changed: the change stays, since it can be deleted again."""
    told = (
        "You changed it, and it is not generated any more; yours is kept. Delete it if nothing"
        " needs it."
        if ours
        else "You deleted it, and its generated text has changed; the new one is put back. Delete"
        " it again if you do not want it."
    )
    return _conflict(path, "delete/modify", told, ours, theirs)


def _contents(
    path: str, base: _File | None, ours: _File, theirs: _File
) -> tuple[bytes, Conflict | None]:
    before = base.content if base else None
    if ours.content in (theirs.content, before):
        return theirs.content, None
    if theirs.content == before:
        return ours.content, None
    contents = (before or b"", ours.content, theirs.content)
    linked = any(file and file.mode & _KIND_BITS == _LINK for file in (base, ours, theirs))
    merged = merged_text(*contents) if is_text(*contents) and not linked else None
    if merged is None:
        told = "Both changed it, and it is not compared by line; yours is kept."
        return ours.content, _conflict(path, "binary", told, ours, theirs)
    if not merged.clashes:
        return merged.text, None
    places = "one place" if merged.clashes == 1 else f"{merged.clashes} places"
    told = f"Both wrote {places}; choose between the sides where they are marked."
    kind: Kind = "content" if base else "add/add"
    return merged.text, _conflict(path, kind, told, ours, theirs)


def _mode(path: str, base: _File | None, ours: _File, theirs: _File) -> tuple[int, Conflict | None]:
    before = base.mode if base else None
    if ours.mode in (theirs.mode, before):
        return theirs.mode, None
    if theirs.mode == before:
        return ours.mode, None
    told = f"Both changed its mode; yours is kept ({ours.mode:o}, not {theirs.mode:o})."
    return ours.mode, _conflict(path, "mode", told, ours, theirs)


def _conflict(
    path: str, kind: Kind, text: str, ours: _File | None, theirs: _File | None
) -> Conflict:
    return Conflict(
        path=path,
        kind=kind,
        text=text,
        ours=ours.content if ours else None,
        theirs=theirs.content if theirs else None,
    )


def _aside(path: str, taken: AbstractSet[str]) -> str:
    """A name beside a path that nobody has."""
    names = (f"{path}{_ASIDE}{number or ''}" for number in count())
    return next(name for name in names if not _is_taken(name, taken))


def _is_taken(name: str, taken: AbstractSet[str]) -> bool:
    return name in taken or any(path.startswith(f"{name}/") for path in taken)


def _unfold(files: dict[str, _File], ours: Mapping[str, _File]) -> Iterator[Conflict]:
    """Move what is generated aside where a path is a file for one side and a folder for the other.

    `files` is changed.
    """
    folders = {str(above) for path in files for above in PurePosixPath(path).parents}
    for path in sorted(folders & files.keys()):
        inner = [one for one in files if one.startswith(f"{path}/")]
        place = _aside(path, files.keys())
        moved = inner if path in ours else [path]
        for one in moved:
            files[place + one.removeprefix(path)] = files.pop(one)
        yield Conflict(
            path=path,
            kind="folder",
            text=f"It is a file for one side and a folder for the other; what is generated is in"
            f" {place!r}.",
            aside=place,
        )

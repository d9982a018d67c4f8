"""What a model may change when it mends a project, and whether its answer keeps to that; pure.

Free are the files below `app/custom/` and the text between `# menon: begin NAME` and
`# menon: end NAME`. Everything else comes from the specification, tests above all.
"""

import ast
import io
import json
import re
import tokenize
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

CUSTOM: Final = "app/custom/"
MOST_EDITS: Final = 20
LARGEST: Final = 200_000
"""Characters of one file."""

_MARK = re.compile(rb"^[ \t]*# menon: (begin|end) ([A-Za-z0-9_.-]{1,80})[ \t]*\r?$", re.MULTILINE)
_FENCE = re.compile(r"^\s*```(?:json)?\s*\n(.*?)\n\s*```\s*$", re.DOTALL)

Tree = Mapping[str, bytes]


class Refused(Exception):
    """The answer breaks a rule; the message says which, for the model to read."""


class Swap(BaseModel):
    """A text that stands once in the file, and what takes its place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    old: Annotated[str, Field(min_length=1, max_length=LARGEST)]
    new: Annotated[str, Field(max_length=LARGEST)]


class Edit(BaseModel):
    """One file: its whole content, or swaps in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    path: Annotated[str, Field(min_length=1, max_length=400)]
    content: Annotated[str | None, Field(max_length=LARGEST)] = None
    patch: Annotated[list[Swap] | None, Field(max_length=100)] = None


class Edits(BaseModel):
    """What a model answers."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    edits: Annotated[list[Edit], Field(min_length=1, max_length=MOST_EDITS)]
    why: Annotated[str, Field(max_length=4_000)] = ""


@dataclass(frozen=True, kw_only=True)
class Region:
    """Text between two markers."""

    name: str
    start: int
    end: int
    """Bytes."""


def applied(tree: Tree, answer: str) -> dict[str, bytes]:
    """The tree with the edits of an answer.

    Raises:
        Refused: it is no JSON of edits, or one of them goes too far.
    """
    changed = dict(tree)
    for edit in _read(answer).edits:
        before = changed.get(edit.path)
        _check_path(edit.path, changed)
        content = _content(edit, before)
        if not edit.path.startswith(CUSTOM):
            _check_regions(edit.path, before, content)
        _check_syntax(edit.path, content)
        changed[edit.path] = content
    if changed == tree:
        raise Refused("The edits change nothing.")
    return changed


def _read(answer: str) -> Edits:
    fenced = _FENCE.match(answer)
    try:
        raw = json.loads(fenced[1] if fenced else answer)
        return Edits.model_validate(raw)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise Refused(f"The answer is not as asked for: {where}: {first['msg']}.") from error
    except (ValueError, RecursionError) as error:
        raise Refused(f"The answer is no JSON object and nothing else: {error}.") from error


def _check_path(path: str, tree: Tree) -> None:
    parts = PurePosixPath(path).parts
    if str(PurePosixPath(path)) != path or path[0] == "/" or ".." in parts or "\0" in path:
        raise Refused(f"{path!r} is not a path in the project.")
    if parts[0] == "tests" or parts[-1].startswith("test_") or parts[-1] == "conftest.py":
        raise Refused(f"{path!r} is a test: tests come from the specification, and stay.")
    if path.startswith(CUSTOM):
        folders = {str(above) for name in (*tree, path) for above in PurePosixPath(name).parents}
        if path in folders or folders & tree.keys():
            raise Refused(f"{path!r} is a folder, or lies in a file.")
    elif path not in tree:
        raise Refused(f"{path!r} does not exist; new files belong below {CUSTOM!r}.")


def _content(edit: Edit, before: bytes | None) -> bytes:
    if (edit.content is None) == (edit.patch is None):
        raise Refused(f"{edit.path!r} needs either `content` or `patch`.")
    if edit.content is not None:
        return edit.content.encode(errors="replace")
    if before is None:
        raise Refused(f"{edit.path!r} does not exist, so that it takes `content`, not `patch`.")
    text = before
    for swap in edit.patch or ():
        old = swap.old.encode(errors="replace")
        times = text.count(old)
        if times != 1:
            raise Refused(f"In {edit.path!r} {swap.old[:200]!r} stands {times} times, not once.")
        text = text.replace(old, swap.new.encode(errors="replace"))
    return text


def regions(path: str, text: bytes) -> list[Region]:
    """The free regions of a file.

    Raises:
        Refused: its markers do not belong together.
    """
    found: list[Region] = []
    opened: tuple[str, int] | None = None
    for mark in _MARK.finditer(text):
        kind, name = mark[1], mark[2].decode()
        if kind == b"begin" and opened is None:
            opened = name, mark.end()
        elif kind == b"end" and opened and opened[0] == name:
            found.append(Region(name=name, start=opened[1], end=mark.start()))
            opened = None
        else:
            raise Refused(f"The markers of {name!r} in {path!r} do not belong together.")
    if opened:
        raise Refused(f"The region {opened[0]!r} in {path!r} does not end.")
    return found


def _check_regions(path: str, before: bytes | None, after: bytes) -> None:
    """All but the regions is as it was, markers included."""
    old = regions(path, before or b"")
    if not old:
        raise Refused(f"{path!r} has no region that may change; use {CUSTOM!r}.")
    if _frame(before or b"", old) != _frame(after, regions(path, after)):
        names = ", ".join(region.name for region in old)
        raise Refused(
            f"Only the text between the markers of {path!r} may change ({names}), and the markers"
            " have to stay."
        )


def _frame(text: bytes, found: list[Region]) -> list[bytes]:
    """What lies around the regions."""
    edges = [0, *(edge for region in found for edge in (region.start, region.end)), len(text)]
    return [text[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True)]


def _check_syntax(path: str, content: bytes) -> None:
    if not path.endswith(".py"):
        return
    try:
        ast.parse(content)
        words = list(tokenize.tokenize(io.BytesIO(content).readline))
    except (SyntaxError, ValueError) as error:
        raise Refused(f"{path!r} is no Python: {error}.") from error
    except (RecursionError, MemoryError) as error:
        raise Refused(f"{path!r} is nested too deeply.") from error
    comments = sum(one.type == tokenize.COMMENT and "# menon: " in one.string for one in words)
    if comments < len(_MARK.findall(content)):
        # A string from one region to another would swallow what is between them.
        raise Refused(f"A marker of {path!r} would not be a comment any more.")

"""PowerPoint presentations: each slide with its title, text, tables and notes.

Read from the parts themselves (ECMA-376, PresentationML): python-pptx would bring Pillow, 27 MB of
an installation that may weigh 400, for pictures that nobody looks at here.
"""

import posixpath
import zipfile
from collections.abc import Iterator
from datetime import datetime
from importlib import import_module
from types import SimpleNamespace
from typing import Any, Final

from menon.core.errors import ContentBomb, ContentError
from menon.engine.documents.archive import refuse_entities
from menon.engine.documents.document import Blocks, Draft, Reader, Source
from menon.engine.documents.properties import properties
from menon.engine.documents.tables import markdown_table

_A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_P: Final = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
_R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_REL: Final = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_MAIN: Final = "ppt/presentation.xml"
_TITLES: Final = frozenset({"title", "ctrTitle"})


class _Package:
    """The parts of a file, and what each points at."""

    def __init__(self, archive: zipfile.ZipFile, filename: str) -> None:
        self._archive, self._filename = archive, filename
        self._etree: Any = import_module("lxml.etree")
        self._parser: Any = self._etree.XMLParser(resolve_entities=False, no_network=True)

    def part(self, name: str) -> Any:
        """The root element of a part; ContentError when it is missing or damaged."""
        try:
            return self._etree.fromstring(self._archive.read(name), self._parser)
        except KeyError:
            raise ContentError(f"{self._filename!r} lacks its part {name!r}") from None
        except (self._etree.XMLSyntaxError, zipfile.BadZipFile) as error:
            raise ContentError(
                f"{self._filename!r} is damaged in its part {name!r}: {error}"
            ) from error

    def targets(self, name: str) -> dict[str, tuple[str, str]]:
        """The kind and the name of each part that a part points at, by id."""
        folder, file = posixpath.split(name)
        rels = f"{folder}/_rels/{file}.rels"
        if rels not in self._archive.NameToInfo:
            return {}
        return {
            each.get("Id", ""): (
                each.get("Type", "").rpartition("/")[2],
                posixpath.normpath(posixpath.join(f"/{folder}", each.get("Target", "")))[1:],
            )
            for each in self.part(rels).iter(_REL)
            if each.get("TargetMode") != "External"
        }

    def slides(self) -> list[str]:
        """The names of the slides in the order in which they are shown."""
        targets = self.targets(_MAIN)
        ids = (each.get(f"{_R}id") for each in self.part(_MAIN).iter(f"{_P}sldId"))
        return [targets[each][1] for each in ids if each in targets]

    def core(self) -> SimpleNamespace:
        """The core properties by the names that the other office readers use."""
        found: dict[str, Any] = {}
        if "docProps/core.xml" in self._archive.NameToInfo:
            for each in self.part("docProps/core.xml"):
                name = str(each.tag).rpartition("}")[2]
                found[name] = _property(name, each.text or "")
        return SimpleNamespace(**found)


def _property(name: str, text: str) -> str | datetime:
    if name in {"created", "modified"}:
        try:
            return datetime.fromisoformat(text.strip())
        except ValueError:
            return ""
    return text


def _read(source: Source) -> Draft:
    refuse_entities(source.path)
    with zipfile.ZipFile(source.path) as archive:
        package = _Package(archive, source.filename)
        names = package.slides()
        if len(names) > source.limits.pages:
            raise ContentBomb(f"{source.filename!r} has {len(names)} slides")
        blocks, first = Blocks(source), None
        for number, name in enumerate(names, 1):
            blocks.turn(number)
            slide = package.part(name)
            first = first or _title(slide)
            for block in _slide(package, name, slide, number):
                blocks.add(block)
        title, metadata = properties(package.core())
    return Draft(text=blocks.text, title=title or first, metadata=metadata, pages=blocks.pages)


def _slide(package: _Package, name: str, slide: Any, number: int) -> Iterator[str]:
    contents = [block for tree in slide.iter(f"{_P}spTree") for block in _shapes(tree)]
    said, title = _notes(package, name), _title(slide)
    if not any(contents) and not said and not title:
        return
    yield f"## {title or f'Slide {number}'}"
    yield from contents
    if said:
        yield f"Notes: {said}"


def _title(slide: Any) -> str | None:
    titles = (shape for shape in slide.iter(f"{_P}sp") if _placeholder(shape) in _TITLES)
    return next((_flat(shape) for shape in titles), None) or None


def _notes(package: _Package, name: str) -> str:
    """What the speaker says, without the small picture and the page number beside it."""
    for kind, target in package.targets(name).values():
        if kind == "notesSlide":
            bodies = package.part(target).iter(f"{_P}sp")
            said = [_lines(body) for body in bodies if _placeholder(body) == "body"]
            return "\n".join(text for lines in said for _, text in lines)
    return ""


def _shapes(tree: Any) -> Iterator[str]:
    """The text and tables of all shapes but the title, those in groups too."""
    for shape in tree:
        if shape.tag == f"{_P}grpSp":
            yield from _shapes(shape)
        elif shape.tag == f"{_P}sp" and _placeholder(shape) not in _TITLES:
            yield _bullets(_lines(shape))
        elif shape.tag == f"{_P}graphicFrame":
            for table in shape.iter(f"{_A}tbl"):
                rows = (
                    [_flat(cell) for cell in row.iter(f"{_A}tc")] for row in table.iter(f"{_A}tr")
                )
                yield markdown_table(rows)


def _bullets(lines: list[tuple[int, str]]) -> str:
    if len(lines) == 1:
        return lines[0][1]
    return "\n".join(f"{'  ' * level}- {text}" for level, text in lines)


def _placeholder(shape: Any) -> str:
    """What a shape stands for; empty for one of no special kind."""
    for mark in shape.iter(f"{_P}ph"):
        return mark.get("type", "obj")
    return ""


def _lines(shape: Any) -> list[tuple[int, str]]:
    """The paragraphs of a shape that say something, with their depth."""
    found: list[tuple[int, str]] = []
    for paragraph in shape.iter(f"{_A}p"):
        style = paragraph.find(f"{_A}pPr")
        level = style.get("lvl", "0") if style is not None else "0"
        if text := _text(paragraph):
            found.append((min(int(level), 9) if level.isdigit() else 0, text))
    return found


def _flat(element: Any) -> str:
    return " ".join(text for _, text in _lines(element))


def _text(paragraph: Any) -> str:
    pieces = (
        " " if each.tag == f"{_A}br" else each.text or ""
        for each in paragraph.iter(f"{_A}t", f"{_A}br")
    )
    return " ".join("".join(pieces).split())


reader = Reader(
    name="PowerPoint",
    kind="markdown",
    types={".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    read=_read,
    reads_text=False,
)

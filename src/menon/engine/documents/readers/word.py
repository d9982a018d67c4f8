"""Word documents: headings, lists, tables and code as Markdown."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, cast

from menon.engine.documents.archive import refuse_entities
from menon.engine.documents.document import Blocks, Draft, Reader, Source
from menon.engine.documents.properties import properties
from menon.engine.documents.tables import markdown_table

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table
    from docx.text.paragraph import Paragraph

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CODE: Final = ("code", "preformatted", "source", "listing", "macro")


class _Part(NamedTuple):
    """One paragraph or table; neighbouring items and lines of code belong together."""

    kind: Literal["text", "code", "item"]
    text: str
    level: int = 0
    numbered: bool = False


def _read(source: Source) -> Draft:
    import docx

    refuse_entities(source.path)
    document = docx.Document(str(source.path))
    blocks = Blocks(source)
    for kind, parts in groupby(_parts(document, source), key=lambda part: part.kind):
        for block in _JOINED[kind](parts):
            blocks.add(block)
    title, metadata = properties(document.core_properties)
    return Draft(text=blocks.text, title=title or _title(document), metadata=metadata)


def _items(parts: Iterable[_Part]) -> Iterator[str]:
    """Lists, their numbers counted for each level; bullets after numbers begin another."""
    lines: list[str] = []
    counted: list[int] = []
    numbered = False
    for part in parts:
        if part.level == 0:
            if lines and part.numbered != numbered:
                yield "\n".join(lines)
                lines, counted = [], []
            numbered = part.numbered
        del counted[part.level + 1 :]
        counted += [0] * (part.level + 1 - len(counted))
        counted[part.level] += 1
        mark = f"{counted[part.level]}. " if part.numbered else "- "
        lines.append("   " * part.level + mark + part.text)
    yield "\n".join(lines)


def _fence(parts: Iterable[_Part]) -> Iterator[str]:
    yield "\n".join(["```", *(part.text for part in parts), "```"])


def _each(parts: Iterable[_Part]) -> Iterator[str]:
    return (part.text for part in parts)


_JOINED: Final = {
    "text": _each,
    "code": _fence,
    "item": _items,
}


def _parts(document: "Document", source: Source) -> Iterator[_Part]:
    from docx.table import Table

    bullets = _bullets(document)
    # A document with a title has one first-level heading, the title.
    above = int(any(_style(paragraph) == "title" for paragraph in document.paragraphs))
    for item in document.iter_inner_content():
        source.tick()
        if isinstance(item, Table):
            yield _Part("text", _table(item, source))
        elif item.text.strip():
            yield _paragraph(item, bullets, above)


def _paragraph(paragraph: "Paragraph", bullets: dict[tuple[int, int], bool], above: int) -> _Part:
    style = _style(paragraph)
    flat = " ".join(paragraph.text.split())
    if style == "title":
        return _Part("text", f"# {flat}")
    name, _, last = style.rpartition(" ")
    number = int(last) if last.isdecimal() else 1
    if name == "heading":
        return _Part("text", f"{'#' * min(6, number + above)} {flat}")
    if any(word in style for word in _CODE):
        return _Part("code", paragraph.text)
    if listed := _listed(paragraph):
        list_number, level = listed
        return _Part("item", flat, min(level, 8), not bullets.get((list_number, level), True))
    if style.startswith(("list bullet", "list number")):
        return _Part("item", flat, min(number - 1, 8), style.startswith("list number"))
    return _Part("text", paragraph.text.strip())


def _style(paragraph: "Paragraph") -> str:
    return ((paragraph.style.name or "") if paragraph.style else "").lower()


def _listed(paragraph: "Paragraph") -> tuple[int, int] | None:
    """Number and level of the list that the paragraph is in by itself, not by its style."""
    element: Any = paragraph._p  # noqa: SLF001 - python-docx has no public face for lists # pyright: ignore[reportPrivateUsage] - the same
    number = element.pPr.numPr if element.pPr is not None else None
    if number is None or number.numId is None or not number.numId.val:
        return None
    return number.numId.val, number.ilvl.val if number.ilvl is not None else 0


def _bullets(document: "Document") -> dict[tuple[int, int], bool]:
    """(list, level) -> whether its items have bullets rather than numbers."""
    found: dict[tuple[int, int], bool] = {}
    for relation in document.part.rels.values():
        if not relation.reltype.endswith("/numbering"):
            continue
        root: Any = cast("Any", relation.target_part).element
        shapes = {shape.get(f"{_W}abstractNumId"): shape for shape in root.iter(f"{_W}abstractNum")}
        for number in root.iter(f"{_W}num"):
            link = number.find(f"{_W}abstractNumId")
            shape = shapes.get(link.get(f"{_W}val")) if link is not None else None
            for level in shape.iter(f"{_W}lvl") if shape is not None else ():
                style = level.find(f"{_W}numFmt")
                key = (int(number.get(f"{_W}numId")), int(level.get(f"{_W}ilvl")))
                found[key] = style is None or style.get(f"{_W}val") == "bullet"
    return found


def _table(table: "Table", source: Source) -> str:
    """Straight from the XML: the library's cells take quadratic time."""
    element: Any = table._tbl  # noqa: SLF001 - see below # pyright: ignore[reportPrivateUsage] - see below
    rows: list[list[str]] = []
    for row in element.iterchildren(f"{_W}tr"):
        source.tick()
        rows.append(
            [
                " ".join("".join(text.itertext(f"{_W}t")) for text in cell.iter(f"{_W}p"))
                for cell in row.iter(f"{_W}tc")
                if next(cell.iterancestors(f"{_W}tr")) is row
            ]
        )
    return markdown_table(rows)


def _title(document: "Document") -> str | None:
    titles = (each.text for each in document.paragraphs if _style(each) in {"title", "heading 1"})
    return next(filter(str.strip, titles), None)


reader = Reader(
    name="Word",
    kind="markdown",
    types={".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"},
    read=_read,
    reads_text=False,
)

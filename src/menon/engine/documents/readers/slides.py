"""PowerPoint presentations: each slide with its title, text, tables and notes."""

from collections.abc import Iterator
from typing import Any

from menon.core.errors import ContentBomb
from menon.engine.documents.archive import refuse_entities
from menon.engine.documents.document import Blocks, Draft, Reader, Source
from menon.engine.documents.properties import properties
from menon.engine.documents.tables import markdown_table


def _read(source: Source) -> Draft:
    import pptx

    refuse_entities(source.path)
    show: Any = pptx.Presentation(str(source.path))
    slides = list(show.slides)
    if len(slides) > source.limits.pages:
        raise ContentBomb(f"{source.filename!r} has {len(slides)} slides")
    blocks = Blocks(source)
    for number, slide in enumerate(slides, 1):
        blocks.turn(number)
        for block in _slide(slide, number):
            blocks.add(block)
    title, metadata = properties(show.core_properties)
    titles = (_title(slide) for slide in slides)
    first = next((found for found in titles if found), None)
    return Draft(text=blocks.text, title=title or first, metadata=metadata, pages=blocks.pages)


def _slide(slide: Any, number: int) -> Iterator[str]:
    contents = [block for shape in _shapes(slide.shapes) for block in _shape(shape)]
    notes = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    said = notes.text.strip() if notes is not None else ""
    if not any(contents) and not said and not _title(slide):
        return
    yield f"## {_title(slide) or f'Slide {number}'}"
    yield from contents
    if said:
        yield f"Notes: {said}"


def _title(slide: Any) -> str:
    title = slide.shapes.title
    return " ".join(title.text_frame.text.split()) if title is not None else ""


def _shapes(shapes: Any) -> Iterator[Any]:
    """All shapes but the title, those in groups too."""
    title = getattr(shapes, "title", None)
    for shape in shapes:
        if title is not None and shape.shape_id == title.shape_id:
            continue
        if hasattr(shape, "shapes"):
            yield from _shapes(shape.shapes)
        else:
            yield shape


def _shape(shape: Any) -> Iterator[str]:
    if shape.has_text_frame:
        lines = [
            (paragraph.level or 0, text)
            for paragraph in shape.text_frame.paragraphs
            if (text := " ".join(paragraph.text.split()))
        ]
        if len(lines) == 1:
            yield lines[0][1]
        else:
            yield "\n".join(f"{'  ' * level}- {text}" for level, text in lines)
    if getattr(shape, "has_table", False):
        yield markdown_table([cell.text for cell in row.cells] for row in shape.table.rows)


reader = Reader(
    name="PowerPoint",
    kind="markdown",
    types={".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
    read=_read,
    reads_text=False,
)

"""Presentations become headings, bullets and tables, a slide a page."""

import io
import zipfile
from typing import Any

import pptx
import pytest
from tests.engine.documents.conftest import Read
from tests.fixtures.files import slides, with_part

from menon.core.errors import ContentBomb, ContentError
from menon.engine.documents import Limits


def test_slides_keep_their_places(parse: Read) -> None:
    parsed = parse("ports.pptx", slides())
    assert parsed.text == (
        "## Harbours\n\n- Bergen\n  - The basin\n\n"
        "## Depths\n\n| Place | m |\n| --- | --- |\n| Porto | 9 |\n\nNotes: Ask the pilot."
    )
    assert [parsed.text[start:end][:9] for start, end, _ in parsed.pages] == [
        "## Harbou",
        "## Depths",
        "",
    ]
    assert (parsed.title, parsed.kind) == ("Harbours", "markdown")


def test_groups_and_untitled_slides_are_read(parse: Read) -> None:
    show: Any = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[6])
    box = slide.shapes.add_group_shape().shapes.add_textbox(0, 0, 1, 1)
    box.text_frame.text = "Inside a group"
    out = io.BytesIO()
    show.save(out)
    assert parse("a.pptx", out.getvalue()).text == "## Slide 1\n\nInside a group"


def test_many_slides_are_a_bomb(parse: Read) -> None:
    with pytest.raises(ContentBomb, match="has 3 slides"):
        parse("a.pptx", slides(), None, Limits(pages=2))


def test_entities_are_refused(parse: Read) -> None:
    data = with_part(slides(), "ppt/slides/slide1.xml", '<!DOCTYPE x [<!ENTITY a "ha">]><x>&a;</x>')
    with pytest.raises(ContentBomb, match="declares XML entities"):
        parse("a.pptx", data)


@pytest.mark.parametrize("part", ["ppt/presentation.xml", "ppt/slides/slide1.xml"])
def test_a_damaged_part_is_one_clear_error(parse: Read, part: str) -> None:
    with pytest.raises(ContentError, match=r"'a\.pptx'"):
        parse("a.pptx", with_part(slides(), part, "<not closed"))


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.99])
def test_a_cut_off_file_is_an_error(parse: Read, keep: float) -> None:
    data = slides()
    with pytest.raises(ContentError, match="damaged or cut off"):
        parse("a.pptx", data[: int(len(data) * keep)])


PART = "ppt/_rels/presentation.xml.rels"


def test_a_slide_that_is_not_there_is_named(parse: Read) -> None:
    rels = zipfile.ZipFile(io.BytesIO(slides())).read(PART).decode()
    with pytest.raises(ContentError, match=r"lacks its part 'ppt/slides/slide77\.xml'"):
        parse(
            "a.pptx", with_part(slides(), PART, rels.replace("slides/slide1.", "slides/slide77."))
        )


def test_slides_elsewhere_are_not_fetched(parse: Read) -> None:
    rels = zipfile.ZipFile(io.BytesIO(slides())).read(PART).decode()
    outside = rels.replace('Target="slides/', 'TargetMode="External" Target="http://127.0.0.1:9/')
    with pytest.raises(ContentError, match=r"there is no text in 'a\.pptx'"):
        parse("a.pptx", with_part(slides(), PART, outside))


def test_breaks_fields_and_odd_levels(parse: Read) -> None:
    slide = """<p:sld xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"
      xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><p:cSld><p:spTree><p:sp>
      <p:txBody><a:p><a:pPr lvl="x"/><a:r><a:t>one</a:t></a:r><a:br/>
      <a:r><a:t>line</a:t></a:r></a:p>
      <a:p><a:pPr lvl="4000000"/><a:fld><a:t>7</a:t></a:fld></a:p><a:p/></p:txBody>
      </p:sp></p:spTree></p:cSld></p:sld>"""
    parsed = parse("a.pptx", with_part(slides(), "ppt/slides/slide1.xml", slide))
    assert parsed.text.startswith(f"## Slide 1\n\n- one line\n{'  ' * 9}- 7\n\n## Depths")


def test_properties_are_kept_and_odd_ones_left_out(parse: Read) -> None:
    core = """<c:p xmlns:c="http://x" ><c:title>Ports</c:title><c:creator>Ada</c:creator>
      <c:keywords>sea; ship</c:keywords><c:created>2026-01-02T03:04:05Z</c:created>
      <c:modified>tomorrow</c:modified></c:p>"""
    parsed = parse("a.pptx", with_part(slides(), "docProps/core.xml", core))
    assert parsed.title == "Ports"
    assert parsed.metadata == {
        "author": "Ada",
        "keywords": ["sea", "ship"],
        "created": "2026-01-02T03:04:05+00:00",
    }

"""Presentations become headings, bullets and tables, a slide a page."""

import io
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

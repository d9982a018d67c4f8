"""HTML gives its main text, in Markdown."""

import time

import pytest
from tests.engine.documents.conftest import Read

from menon.core.errors import ContentBomb, ContentError
from menon.engine.documents import Limits


def body(parse: Read, html: str) -> str:
    return parse("page.html", f"<html><body>{html}</body></html>").text


def test_title_and_meta_elements(parse: Read) -> None:
    parsed = parse(
        "page.html",
        "<html lang=en><head><title> The\n desk </title><meta name=category content=product>"
        "<meta name=Keywords content='a, b ,'><meta name=viewport content=x>"
        "<meta property=og:x content=y></head><body><p>Text</body></html>",
    )
    assert (parsed.title, parsed.text, parsed.kind) == ("The desk", "Text", "markdown")
    assert parsed.metadata == {"category": "product", "keywords": ["a", "b"], "lang": "en"}


def test_a_heading_is_the_title_of_a_page_without_one(parse: Read) -> None:
    assert parse("page.html", "<h1>Tea <i>time</i></h1><p>x").title == "Tea time"


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("<h2>A  <em>b</em></h2><p>c<br>d</p>", "## A b\n\nc\nd"),
        ("loose <b>words</b> <p>then more</p> tail", "loose words\n\nthen more\n\ntail"),
        ("<ul><li>a<li>b<ul><li>c</ul><li></ul>", "- a\n- b\n  - c"),
        ("<ol><li><p>a</p><p>b</p><li>c</ol>", "1. a\n   b\n2. c"),
        ("<ul><ul><li>a</ul></ul>", "- - a"),
        (
            "<pre><code class='language-python'>x = 1\n  y\n</code></pre>",
            "```python\nx = 1\n  y\n```",
        ),
        ("<pre>a ``` b<br>c</pre>", "````\na ``` b\nc\n````"),
        ("<p>run <code>ls -l</code>, <kbd>a`b</kbd></p>", "run `ls -l`, a`b"),
        ("<blockquote><p>a<p>b</blockquote>", "> a\n>\n> b"),
        ("<dl><dt>term<dd>meaning</dl>", "term\n\nmeaning"),
        ("<p>a <img alt='chart' src=x> b</p>", "a chart b"),
        ("<a href=x>link</a> <a><div>block</div></a>", "link\n\nblock"),
        ("<custom-element><p>inside</p></custom-element>", "inside"),
        (
            "<table><caption>Cap</caption><tr><th>a<th>b|c<tr><td colspan=2>d<br>e</table>",
            "Cap\n\n| a | b\\|c |\n| --- | --- |\n| d e |  |",
        ),
        ("<table role=presentation><tr><td><p>a<td><h2>b</h2></table>", "a\n\n## b"),
        ("<table><tbody><tr><td>x<td><table><tr><td>y</table></table>", "x\n\n| y |\n| --- |"),
        ("<ul><script>x</script><li>a</ul>", "- a"),
        ("<p>a <b>b<script>x</script>c</b>", "a bc"),
        ("<pre> </pre>text", "text"),
        ("<p>&lt;b&gt; &amp; &nbsp;x&copy;</p>", "<b> & \xa0x©"),
    ],
)
def test_structure_stays(parse: Read, html: str, markdown: str) -> None:
    assert body(parse, html) == markdown


@pytest.mark.parametrize(
    "frame",
    [
        "<script>alert(1)</script>",
        "<style>p{}</style>",
        "<noscript>no</noscript>",
        "<!-- comment -->",
        "<nav><a>menu</a></nav>",
        "<header><a>banner</a></header>",
        "<footer>imprint</footer>",
        "<aside>advert</aside>",
        "<div role=navigation>menu</div>",
        "<div role=contentinfo>imprint</div>",
        "<p hidden>secret</p>",
        "<span aria-hidden=true>icon</span>",
        "<button>Buy</button>",
        "<select><option>x</select>",
        "<svg><text>drawing</text></svg>",
        "<template><p>later</p></template>",
        "<?php echo 1 ?>",
    ],
)
def test_the_frame_of_a_page_is_left_out(parse: Read, frame: str) -> None:
    assert body(parse, f"<p>before</p>{frame}<p>after</p>") == "before\n\nafter"


@pytest.mark.parametrize("tag", ["<main>", "<article>", "<div role=main>"])
def test_only_the_main_part_counts_where_a_page_names_it(parse: Read, tag: str) -> None:
    html = f"<div>menu</div>{tag}<header><h1>T</h1></header><p>text</p><aside>note</aside>"
    assert body(parse, html).startswith("# T\n\ntext\n\nnote")


def test_a_header_with_the_first_heading_stays(parse: Read) -> None:
    assert body(parse, "<header><h1>T</h1></header><p>text") == "# T\n\ntext"


def test_an_empty_main_part_is_no_main_part(parse: Read) -> None:
    assert body(parse, "<main> </main><div>text</div>") == "text"


def test_a_page_of_frames_has_what_it_says_to_others(parse: Read) -> None:
    page = "<html><frameset><noframes>Use another browser.</noframes></frameset></html>"
    assert parse("page.html", page).text == "Use another browser."


def test_xml_declarations_do_no_harm(parse: Read) -> None:
    page = (
        "<?xml version='1.0' encoding='latin-1'?><!DOCTYPE html><html><body><p>é</p></body></html>"
    )
    assert parse("page.xhtml", page).text == "é"


def test_entities_of_a_document_type_are_not_expanded(parse: Read) -> None:
    page = "<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><p>a &x; b"
    assert "root:" not in parse("page.html", page).text


@pytest.mark.parametrize("tag", ["div", "ul><li", "blockquote", "b", "table><tr><td"])
def test_deep_nesting_is_flattened(parse: Read, tag: str) -> None:
    assert "top" in body(parse, "<p>top</p>" + f"<{tag}>" * 5000 + "core")


def test_a_page_without_words_is_an_error(parse: Read) -> None:
    with pytest.raises(ContentError, match="no text"):
        body(parse, "<script>x</script>")
    with pytest.raises(ContentError, match=r"cannot be read as HTML|no text"):
        parse("page.html", "<!-- -->")


def test_a_large_page_is_read_in_time(parse: Read) -> None:
    begun = time.process_time()
    body(parse, "<div><p>word <b>bold</b></p><ul><li>x</ul></div>" * 20_000)
    assert time.process_time() - begun < 10
    with pytest.raises(ContentBomb):
        parse("p.html", "<html><p>x" * 2000, None, Limits(text_chars=1000))

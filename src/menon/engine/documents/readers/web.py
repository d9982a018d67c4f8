"""HTML: the main text as Markdown, its meta elements as metadata."""

from collections.abc import Callable
from importlib import import_module
from typing import Any, Final

from menon.core.errors import ContentError
from menon.engine.documents.document import Blocks, Draft, Reader, Source
from menon.engine.documents.markup import Markup, main_part

# What pages say to browsers, crawlers and social networks rather than to readers.
_NO_METADATA: Final = (
    "viewport",
    "robots",
    "generator",
    "theme-",
    "og:",
    "twitter:",
    "msapplication",
)


def main_text(page: str, tick: Callable[[], None]) -> str:
    """The main text of a page, within this process; `tick` is called often and may stop it.

    Raises:
        ContentError: it cannot be read as HTML.
    """
    return "\n\n".join(filter(None, Markup(tick).blocks(main_part(_parsed(page, "the page")))))


def _parsed(page: str, name: str) -> Any:
    html, etree = import_module("lxml.html"), import_module("lxml.etree")
    parser = html.HTMLParser(
        encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True, huge_tree=False
    )
    try:
        return html.document_fromstring(page.encode("utf-8"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError) as error:
        raise ContentError(f"{name} cannot be read as HTML: {error}") from error


def _read(source: Source) -> Draft:
    root = _parsed(source.text(), repr(source.filename))
    blocks = Blocks(source)
    for block in Markup(source.tick).blocks(main_part(root)):
        blocks.add(block)
    return Draft(
        text=blocks.text,
        title=_title(root),
        metadata=_metadata(root),
    )


def _title(root: Any) -> str | None:
    for path in ("string(//head/title)", "string(//h1)"):
        if text := " ".join(str(root.xpath(path)).split()):
            return text
    return None


def _metadata(root: Any) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for element in root.xpath("//meta[@name and @content]"):
        name, content = element.get("name").strip().lower(), element.get("content").strip()
        if name and content and not name.startswith(_NO_METADATA):
            found[name] = content
    if "keywords" in found:
        found["keywords"] = [word.strip() for word in found["keywords"].split(",") if word.strip()]
    if language := root.get("lang"):
        found["lang"] = language
    return found


reader = Reader(
    name="HTML",
    kind="markdown",
    types={".html": "text/html", ".htm": "text/html", ".xhtml": "text/html"},
    read=_read,
)

"""HTML elements into Markdown blocks: headings, lists, tables and code stay what they are.

Emphasis and links are dropped, their text stays: the result is searched and quoted, not published.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from menon.engine.documents.tables import markdown_table

_SILENT: Final = frozenset(
    {
        *("script", "style", "noscript", "template", "svg", "math", "iframe", "object", "embed"),
        *("head", "nav", "canvas", "audio", "video", "button", "select", "input", "textarea"),
        "dialog",
    }
)
_BOILERPLATE: Final = frozenset(["aside", "footer", "header"])
_ROLES: Final = frozenset(["navigation", "banner", "contentinfo", "complementary", "search"])
_BLOCK: Final = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "div"),
        *("dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3"),
        *("h4", "h5", "h6", "header", "hr", "li", "main", "ol", "p", "pre", "section", "summary"),
        *("table", "ul"),
    }
)
_CODE: Final = frozenset(["code", "kbd", "samp", "tt"])
_LANGUAGE: Final = re.compile(r"(?:language|lang|highlight-source)-([\w+#-]{1,30})")
_SPACES: Final = re.compile(r"[ \t\n\r\f\v]+")
_BREAK: Final = "\x00"  # cannot occur: text is cleaned of it before it is parsed
_DEEPEST: Final = 120
"""Levels that keep their structure; libxml2 itself stops at 2,048."""


def main_part(root: Any) -> Any:
    """The element that carries what the page is about, without its frame."""
    for path in ("//main", "//*[@role='main']", "//article"):
        found = root.xpath(path)
        if len(found) == 1 and str(found[0].xpath("string()")).strip():
            return found[0]
    body = root.find("body")
    if body is None:
        return root
    for element in body.xpath(".//aside | .//footer | .//header | .//*[@role]"):
        if _is_frame(element):
            element.drop_tree()
    return body


def _is_frame(element: Any) -> bool:
    if element.getparent() is None or element.xpath(".//h1"):
        return False
    return element.tag in _BOILERPLATE or element.get("role") in _ROLES


class Markup:
    """Turns elements into blocks; `tick` is called for each, so that a caller can stop it."""

    def __init__(self, tick: Callable[[], None]) -> None:
        self._tick = tick

    def blocks(self, element: Any, depth: int = 0) -> Iterator[str]:
        """The element's contents as Markdown blocks, in the order of the page."""
        self._tick()
        if depth > _DEEPEST:
            yield _flat("".join(element.itertext()))
            return
        run = [element.text or ""]
        for child in element:
            if _is_silent(child):
                pass
            elif child.tag in _BLOCK or any(True for _ in child.iter(*_BLOCK)):
                yield _lines("".join(run))
                run = []
                yield from self._block(child, depth + 1)
            else:
                run.append(_inline_of(child, depth + 1))
            run.append(child.tail or "")
        yield _lines("".join(run))

    def _block(self, element: Any, depth: int) -> Iterator[str]:
        tag = element.tag
        if tag == "pre":
            yield _fence(element)
        elif tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            text = _flat(_inline(element, depth))
            yield f"{'#' * int(tag[1])} {text}" if text else ""
        elif tag in {"ul", "ol"}:
            yield self._list(element, depth)
        elif tag == "table":
            yield from self._table(element, depth)
        elif tag == "blockquote":
            quoted = "\n\n".join(filter(None, self.blocks(element, depth)))
            yield "\n".join(f"> {line}".rstrip() for line in quoted.split("\n")) if quoted else ""
        else:
            yield from self.blocks(element, depth)

    def _list(self, element: Any, depth: int) -> str:
        items: list[str] = []
        for child in element:
            if _is_silent(child):
                continue
            inner = self.blocks(child, depth) if child.tag == "li" else self._block(child, depth)
            text = "\n".join(filter(None, inner))
            if text:
                mark = f"{len(items) + 1}. " if element.tag == "ol" else "- "
                items.append(mark + text.replace("\n", "\n" + " " * len(mark)))
        return "\n".join(items)

    def _table(self, element: Any, depth: int) -> Iterator[str]:
        caption = element.find("caption")
        if caption is not None:
            yield _flat(_inline(caption, depth))
        if element.get("role") == "presentation" or element.find(".//table") is not None:
            for cell in _cells_for_layout(element):
                yield from self.blocks(cell, depth)
            return
        yield markdown_table(
            [part for cell in row.iterchildren("td", "th") for part in self._cell(cell, depth)]
            for row in element.iter("tr")
        )

    def _cell(self, cell: Any, depth: int) -> list[str]:
        text = " ".join(filter(None, self.blocks(cell, depth)))
        span = cell.get("colspan", "")
        return [text, *[""] * (min(int(span), 50) - 1 if span.isdecimal() else 0)]


def _cells_for_layout(table: Any) -> Iterator[Any]:
    for row in table.iterchildren("tr", "thead", "tbody", "tfoot"):
        if row.tag == "tr":
            yield from row.iterchildren("td", "th")
        else:
            for inner in row.iterchildren("tr"):
                yield from inner.iterchildren("td", "th")


def _is_silent(element: Any) -> bool:
    return (
        not isinstance(element.tag, str)
        or element.tag in _SILENT
        or element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
    )


def _inline_of(element: Any, depth: int) -> str:
    if element.tag == "br":
        return _BREAK
    if element.tag == "img":
        return element.get("alt") or ""
    text = _inline(element, depth)
    return f"`{text}`" if element.tag in _CODE and text.strip() and "`" not in text else text


def _inline(element: Any, depth: int) -> str:
    if depth > _DEEPEST:
        return "".join(element.itertext())
    parts = [element.text or ""]
    for child in element:
        if not _is_silent(child):
            parts.append(_inline_of(child, depth + 1))
        parts.append(child.tail or "")
    return "".join(parts)


def _fence(element: Any) -> str:
    for line_break in element.iter("br"):
        line_break.tail = "\n" + (line_break.tail or "")
    code = "".join(element.itertext()).strip("\n")
    if not code.strip():
        return ""
    named = " ".join(each.get("class", "") for each in (element, *element.iterchildren("code")))
    language = _LANGUAGE.search(named)
    longest = max((len(run) for run in re.findall("`+", code)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language[1] if language else ''}\n{code}\n{fence}"


def _lines(text: str) -> str:
    lines = (part.strip() for part in _SPACES.sub(" ", text).split(_BREAK))
    return "\n".join(line for line in lines if line)


def _flat(text: str) -> str:
    return " ".join(text.replace(_BREAK, " ").split())

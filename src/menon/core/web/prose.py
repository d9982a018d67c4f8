"""Markdown that a model or a user wrote, as HTML that is safe in our pages.

markdown-it without raw HTML → `[n]` of known citations become links → nh3 as the last word
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from typing import Any

import nh3
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup

_MARK = re.compile(r"\[(\d{1,3})\]")
_TAGS = {
    "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "s", "code", "pre",
    "blockquote", "ul", "ol", "li", "a", "table", "thead", "tbody", "tr", "th", "td",
}  # fmt: skip
_ATTRIBUTES = {
    "a": {"href", "title", "class", "data-panel"},
    "code": {"class"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
_SCHEMES = {"http", "https", "mailto"}
_LANGUAGE = re.compile(r"language-[A-Za-z0-9+#_-]{1,30}")


@dataclass(frozen=True, kw_only=True)
class Reference:
    """Where a citation of the text leads."""

    href: str
    title: str


def rendered(
    text: str, references: Mapping[int, Reference] | None = None, *, below: int = 0
) -> Markup:
    """The text as safe HTML; no remote images, no scripts, no styles.

    Args:
        text: Markdown.
        references: the citations by number; other numbers in brackets stay as they are.
        below: how many levels of headings the page has above the text.
    """
    html = _parser().render(text, {"references": references or {}, "below": below})
    clean = nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        attribute_filter=_filtered,
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(clean)  # noqa: S704 - nh3 has cleaned it


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "linkify": False}).enable(
        ["table", "strikethrough"]
    )
    parser.disable("image")
    parser.add_render_rule("text", _text)
    parser.core.ruler.push("below", _lowered)
    return parser


def _lowered(state: StateCore) -> None:
    for token in state.tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(int(token.tag[1]) + state.env.get('below', 0), 6)}"


def _text(_self: Any, tokens: Sequence[Any], at: int, _options: Any, env: Any) -> str:
    references: Mapping[int, Reference] = env.get("references", {})

    def link(match: re.Match[str]) -> str:
        found = references.get(int(match[1]))
        if found is None:
            return match[0]
        href, title = escape(found.href, quote=True), escape(found.title, quote=True)
        return f'<a class="cite" href="{href}" data-panel="" title="{title}">{match[1]}</a>'

    return _MARK.sub(link, escape(tokens[at].content, quote=False))


def _filtered(tag: str, attribute: str, value: str) -> str | None:
    if attribute != "class":
        return value
    if tag == "a":
        return value if value == "cite" else None
    return value if _LANGUAGE.fullmatch(value) else None

"""Citations on the wires of OpenAI: what fits as an annotation, and all of it as our own. Pure."""

from typing import Any

from menon.core.runs.events import Citation


def on_the_web(citation: Citation) -> bool:
    """Whether its document has an address that anybody can open."""
    return citation.source.startswith(("https://", "http://"))


def url_citation(citation: Citation, text: str) -> dict[str, Any]:
    """Where the text so far cites a page on the web, by the place of its last mention."""
    start, end = place(citation, text)
    return {
        "url": citation.source,
        "title": citation.title,
        "start_index": start,
        "end_index": end,
    }


def place(citation: Citation, text: str) -> tuple[int, int]:
    """Start and end of the mention `[1]`; the end of the text where several share a bracket."""
    mention = f"[{citation.index}]"
    start = text.rfind(mention)
    return (start, start + len(mention)) if start >= 0 else (len(text), len(text))

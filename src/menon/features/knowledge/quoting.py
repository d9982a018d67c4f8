"""Quotes for the offline engine, picked where all is at hand: the corpus, the embedder, the titles.

A language model reads the passages itself; `offline:` models quote what was picked here.
"""

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

from menon.core.runtime import Runtime
from menon.engine.retrieval import lexical
from menon.engine.retrieval.cite import pick
from menon.engine.tools.passages import Quoted
from menon.features.knowledge.desk import Desk
from menon.features.knowledge.schemas import Hit


class _Found(NamedTuple):
    """A hit as it is read: under the title of its document and the headings above it."""

    title: str
    text: str


async def quotes(runtime: Runtime, query: str, hits: Sequence[Hit]) -> tuple[Quoted, ...]:
    """The sentences of the hits that answer the query, best first; none where nothing does."""
    desk = runtime[Desk]
    asked = lexical.terms(query)
    corpus = await runtime.db.read(desk.finder.corpus, asked) if asked else None
    found = [_Found(f"{hit.title} > {hit.heading}".rstrip(" >"), hit.text) for hit in hits]
    embed = desk.embedder.embed if desk.embedder else None
    picked = await desk.aside(partial(pick, query, found, corpus=corpus, embed=embed))
    return tuple(Quoted(chunk_id=hits[quote.passage].chunk_id, text=quote.text) for quote in picked)

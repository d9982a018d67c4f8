"""Documents of a script's own, as the tool by which agents search: by words, in memory."""

import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from menon.engine.tools.passages import Passage, Passages, Quoted
from menon.engine.tools.tool import Tool, ToolContext, tool

if TYPE_CHECKING:
    from menon.engine.retrieval.lexical import Corpus

_MOST = 12
"""Passages that a model is shown at once."""
_FORMS = {".md": "markdown", ".markdown": "markdown"}


def document_search(
    *paths: str | Path,
    texts: Mapping[str, str] | None = None,
    max_results: int = 5,
    name: str = "search_knowledge",
) -> Tool:
    """A tool that searches files, folders and texts, and whose answers are cited.

    They are read when it is first used. The offline engine uses a tool of the name that is the
    default.

    Args:
        paths: files, and folders with all that is readable below them.
        texts: more documents, by the name that citations give them.
        max_results: passages for one question, 1 to 12.
        name: of the tool.

    Raises:
        ValueError: nothing is given, or a path does not exist.
    """
    places = [Path(path) for path in paths]
    missing = [str(place) for place in places if not place.exists()]
    if missing:
        raise ValueError(f"There is no {', '.join(map(repr, missing))}.")
    if not places and not texts:
        raise ValueError("Name files or folders to search, or give `texts`.")
    if not 1 <= max_results <= _MOST:
        raise ValueError(f"max_results is 1 to {_MOST}, not {max_results}.")
    index = _Index(places, texts or {})

    def search(  # noqa: D417 - the model does not see the context
        context: ToolContext, query: str
    ) -> Passages:
        """Search the documents and get the passages that fit best.

        Args:
            query: what to look for, in the words that the documents may use.
        """
        return index.search(query, max_results, quote=context.model.startswith("offline:"))

    return tool(name=name)(search)


@dataclass(frozen=True, kw_only=True)
class _Entry:
    passage: Passage
    counts: Mapping[str, float]
    length: int


class _Index:
    """What was read, once."""

    def __init__(self, places: Iterable[Path], texts: Mapping[str, str]) -> None:
        self._places = places
        self._texts = texts
        self._reading = Lock()

    def search(self, query: str, limit: int, *, quote: bool) -> Passages:
        from menon.engine.retrieval.lexical import bm25, informative, terms

        with self._reading:
            entries, corpus = self._read
        asked = informative(terms(query), corpus)
        scored = [
            (bm25(asked, entry.counts, entry.length, corpus=corpus), entry) for entry in entries
        ]
        best = sorted((each for each in scored if each[0] > 0), key=lambda each: -each[0])[:limit]
        found = [_scored(entry, score / best[0][0]) for score, entry in best]
        quotes = self._quotes(query, found, corpus) if quote else None
        return Passages(passages=tuple(found), quotes=quotes)

    @functools.cached_property
    def _read(self) -> "tuple[list[_Entry], Corpus]":
        from menon.engine.retrieval.lexical import Corpus

        entries = [entry for document in self._documents() for entry in _entries(*document)]
        frequencies = Counter(term for entry in entries for term in entry.counts)
        tokens = sum(entry.length for entry in entries)
        return entries, Corpus(documents=len(entries), tokens=tokens, frequencies=frequencies)

    def _documents(self) -> Iterator[tuple[str, str, str, str]]:
        """Source, title, text and form of each; what cannot be read in a folder is passed over."""
        from menon.core.errors import ContentError
        from menon.engine.documents.read import read

        for source, text in self._texts.items():
            yield source, source, text, "markdown"
        for place in self._places:
            for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
                if not path.is_file():
                    continue
                source = str(path.relative_to(place)) if place.is_dir() else path.name
                try:
                    parsed = read(path, filename=source)
                except ContentError:
                    if path == place:
                        raise
                    continue
                yield source, parsed.title, parsed.text, _FORMS.get(path.suffix, "text")

    def _quotes(self, query: str, found: list[Passage], corpus: "Corpus") -> tuple[Quoted, ...]:
        from menon.engine.retrieval.cite import pick

        picked = pick(query, found, corpus=corpus)
        return tuple(
            Quoted(chunk_id=found[quote.passage].chunk_id, text=quote.text) for quote in picked
        )


def _entries(source: str, title: str, text: str, form: str) -> Iterator[_Entry]:
    from menon.engine.retrieval.lexical import Entry
    from menon.engine.retrieval.split import split

    for number, chunk in enumerate(
        split(text, "markdown" if form == "markdown" else "text", title=title)
    ):
        counted = Entry.of(chunk.title, chunk.text)
        passage = Passage(
            chunk_id=f"{source}#{number}",
            document_id=source,
            source=source,
            title=chunk.title or title,
            span=(chunk.start, chunk.end),
            text=chunk.text,
            score=0.0,
        )
        yield _Entry(passage=passage, counts=counted.counts, length=counted.length)


def _scored(entry: _Entry, score: float) -> Passage:
    import msgspec

    return msgspec.structs.replace(entry.passage, score=round(score, 4))

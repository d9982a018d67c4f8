"""An FTS5 table with the columns of the knowledge feature, for measuring without the server."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from menon.engine.retrieval import lexical
from menon.engine.retrieval.lexical import COLUMNS, WEIGHTS, Corpus, Terms
from menon.engine.retrieval.words import stem

SCOPES = [f"0192f000-0000-7000-8000-{number:012x}" for number in range(100)]


class Fts:
    """Chunks in a file or in memory, searched inside a scope."""

    def __init__(self, path: Path | None = None) -> None:
        self._db = sqlite3.connect(path or ":memory:")
        self._db.execute(
            f"CREATE VIRTUAL TABLE chunks USING fts5({', '.join(COLUMNS)}, "
            "tokenize='porter unicode61')"
        )
        self._db.execute("CREATE VIRTUAL TABLE terms USING fts5vocab(chunks, 'row')")
        self._count = 0

    def add(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Rows of scope, title and text; they are numbered from 0."""
        numbered = [
            (row, lexical.scope_token(scope), title, text, lexical.grams(f"{title}\n{text}"))
            for row, (scope, title, text) in enumerate(rows, self._count)
        ]
        self._db.executemany(
            "INSERT INTO chunks(rowid, scope, title, text, grams) VALUES (?, ?, ?, ?, ?)", numbered
        )
        self._db.commit()
        self._count += len(numbered)

    def corpus(self, asked: Terms) -> Corpus:
        """The document frequencies of the words asked for."""
        frequencies: dict[str, int] = {}
        for term in map(stem, asked.words):
            row = self._db.execute("SELECT doc FROM terms WHERE term = ?", (term,)).fetchone()
            frequencies[term] = row[0] if row else 0
        return Corpus(documents=self._count, tokens=0, frequencies=frequencies)

    def search(self, query: str, scopes: Iterable[str], *, limit: int = 60) -> list[int]:
        """The rows that the words find, best first."""
        asked = lexical.terms(query)
        expression = lexical.match(lexical.informative(asked, self.corpus(asked)), scopes)
        if expression is None:
            return []
        weights = ", ".join(map(str, WEIGHTS))
        found = self._db.execute(
            "SELECT rowid FROM chunks WHERE chunks MATCH ? "
            f"ORDER BY bm25(chunks, {weights}) LIMIT ?",
            (expression, limit),
        )
        return [row for (row,) in found]

    def close(self) -> None:
        self._db.close()

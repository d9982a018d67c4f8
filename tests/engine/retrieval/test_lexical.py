"""Search by words against a real FTS5 table: scopes hold, both rankings agree."""

import sqlite3
from collections.abc import Iterator
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menon.engine.retrieval.lexical import (
    COLUMNS,
    WEIGHTS,
    Corpus,
    Entry,
    Terms,
    bm25,
    grams,
    informative,
    match,
    scope_token,
    terms,
    tsquery,
)
from menon.engine.retrieval.words import stem

ALICE = "0192f000-0000-7000-8000-00000000000a"
BOB = "0192f000-0000-7000-8000-00000000000b"
SIBLINGS = [str(UUID(int=UUID(ALICE).int & ~0xFF | last)) for last in range(256)]

TEXTS = {
    "alice": ("Handbook > Leave", "Every employee has thirty vacation days a year."),
    "travel": ("Handbook > Travel", "The per diem for Berlin is 28 euros; trains go first."),
    "tokyo": ("東京案内", "東京都は日本の首都です。Python入門もあります。"),
    "code": ("Style", "Names are words; NEAR and OR are words, too. Costs, costs, costs!"),
    "berlin": ("Offices > Berlin", "The office in Berlin has bicycles and vacations posters."),
}


class Index:
    """Chunks in FTS5, as the knowledge feature keeps them."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute(
            f"CREATE VIRTUAL TABLE chunks USING fts5({', '.join(COLUMNS)}, "
            "tokenize='porter unicode61')"
        )
        self.entries: dict[int, Entry] = {}

    def add(self, scope: str, title: str, text: str) -> None:
        row = len(self.entries) + 1
        self._db.execute(
            "INSERT INTO chunks(rowid, scope, title, text, grams) VALUES (?, ?, ?, ?, ?)",
            (row, scope_token(scope), title, text, grams(f"{title}\n{text}")),
        )
        self.entries[row] = Entry.of(title, text)

    def corpus(self) -> Corpus:
        frequencies: dict[str, int] = {}
        for entry in self.entries.values():
            for term in entry.counts:
                frequencies[term] = frequencies.get(term, 0) + 1
        return Corpus(
            documents=len(self.entries),
            tokens=sum(entry.length for entry in self.entries.values()),
            frequencies=frequencies,
        )

    def search(self, expression: str) -> dict[int, float]:
        weights = ", ".join(map(str, WEIGHTS))
        rows = self._db.execute(
            f"SELECT rowid, -bm25(chunks, {weights}) FROM chunks WHERE chunks MATCH ?",
            (expression,),
        )
        return dict(rows.fetchall())

    def close(self) -> None:
        self._db.close()


@pytest.fixture(scope="module")
def index() -> Iterator[Index]:
    chunks = Index()
    for title, text in TEXTS.values():
        chunks.add(ALICE, title, text)
    for number in range(30):
        chunks.add(BOB, "Secrets of Bob", f"bob hides number {number} and x or y, costs included")
    yield chunks
    chunks.close()


def ask(index: Index, query: str, *scopes: str) -> set[str]:
    expression = match(terms(query), scopes or (ALICE,))
    found = index.search(expression) if expression else {}
    names = list(TEXTS)
    return {names[row - 1] if row <= len(names) else "bob" for row in found}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("How many vacation days do employees get?", {"alice", "berlin"}),
        ("per diem Berlin", {"travel", "berlin"}),
        ("BERLIN", {"travel", "berlin"}),
        ("handbook", {"alice", "travel"}),
        ("東京", {"tokyo"}),
        ("京都の首都", {"tokyo"}),
        ("都", {"tokyo"}),
        ("python", {"tokyo"}),
        ("Python入門", {"tokyo"}),
        ("大阪", set[str]()),
        ("costing", {"code"}),
        ("the of and", {"travel", "code", "berlin"}),
        ("?!", set[str]()),
    ],
)
def test_words_find_chunks(index: Index, query: str, found: set[str]) -> None:
    assert ask(index, query) == found


HOSTILE = [
    "A AND (x OR y) OR bob",
    'x" OR bob OR "y',
    "x) OR (bob",
    "scope : bob",
    "- scope : bob",
    "{title text} : bob",
    "bob*",
    "^bob",
    "NEAR(bob hides, 5)",
    "bob + hides",
    'bob"',
    "'; DROP TABLE chunks; --",
    f"scope : {scope_token(BOB)}",
    scope_token(BOB),
    BOB,
    "bob\x00hides",
    "NOT alice",
    '"',
    '""""',
]


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_query_stays_in_its_scope(index: Index, query: str) -> None:
    assert "bob" not in ask(index, query)


@pytest.mark.parametrize("query", HOSTILE)
def test_a_hostile_query_is_an_expression_that_fts5_accepts(index: Index, query: str) -> None:
    assert ask(index, query, ALICE, BOB) is not None


@settings(max_examples=300)
@given(st.text(st.sampled_from("bobxy\"'()*:^+-{}, ANDORTE\\\x00\n京"), max_size=40))
def test_no_query_ever_leaves_its_scope(index: Index, query: str) -> None:
    assert "bob" not in ask(index, query)


@settings(max_examples=100)
@given(st.text(max_size=60))
def test_any_text_is_a_query(index: Index, query: str) -> None:
    ask(index, query)


def test_several_scopes_are_searched_together(index: Index) -> None:
    assert ask(index, "costs", ALICE, BOB) == {"code", "bob"}


def test_no_scope_finds_nothing() -> None:
    assert match(terms("costs"), []) is None


def test_siblings_never_share_a_token() -> None:
    chunks = Index()
    for scope in SIBLINGS:
        chunks.add(scope, "title", "same words")
    for row, scope in enumerate(SIBLINGS, 1):
        expression = match(terms("words"), [scope])
        assert expression is not None
        assert list(chunks.search(expression)) == [row]
    chunks.close()


@pytest.mark.parametrize("scope", [ALICE, ALICE.upper(), UUID(ALICE).hex])
def test_a_scope_token_has_one_width_and_no_stem(scope: str) -> None:
    token = scope_token(scope)
    assert token == "0192f0000000700080000000000000" + "0a0"
    assert stem(token) == token


@pytest.mark.parametrize("scope", ["bob", "", "bob OR alice", ALICE + '"'])
def test_a_scope_that_is_no_id_is_refused(scope: str) -> None:
    with pytest.raises(ValueError, match="hexadecimal"):
        scope_token(scope)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (
            "How many vacation days do employees get?",
            ("vacation", "days", "employees"),
        ),
        ("days, day and DAYS", ("days",)),
        ("to be or not to be", ("to", "be", "or", "not")),
        ("", ()),
        ("C# and R", ("c", "r")),
    ],
)
def test_terms_are_the_words_that_matter(query: str, expected: tuple[str, ...]) -> None:
    assert terms(query).words == expected


def test_a_long_query_is_cut() -> None:
    asked = terms(" ".join(f"w{number}" for number in range(5000)) + "東" * 10 + "京都" * 50)
    assert len(asked.words) <= 48
    assert len(asked.grams) <= 48


@pytest.mark.parametrize(
    ("documents", "frequencies", "kept"),
    [
        (100, {"cost": 80, "berlin": 3}, ("berlin",)),
        (100, {"cost": 30, "berlin": 3}, ("costs", "berlin")),
        (100, {"cost": 80, "berlin": 90}, ("costs",)),
        (100, {}, ("costs", "berlin")),
        (10, {"cost": 9, "berlin": 3}, ("costs", "berlin")),
    ],
)
def test_common_words_are_left_out_but_never_all(
    documents: int, frequencies: dict[str, int], kept: tuple[str, ...]
) -> None:
    corpus = Corpus(documents=documents, tokens=1000, frequencies=frequencies)
    assert informative(terms("costs in Berlin"), corpus).words == kept


def test_a_query_of_grams_alone_stays_as_it_is() -> None:
    asked = terms("東京")
    assert informative(asked, Corpus(documents=100, tokens=1, frequencies={})) is asked


@pytest.mark.parametrize(
    "query", ["vacation days", "Berlin per diem", "東京 首都", "都", "costs", "bob number 7"]
)
def test_our_bm25_is_that_of_fts5(index: Index, query: str) -> None:
    asked, corpus = terms(query), index.corpus()
    expression = match(asked, [ALICE, BOB])
    assert expression is not None
    found = index.search(expression)
    assert found
    for row, score in found.items():
        entry = index.entries[row]
        ours = bm25(asked, entry.counts, entry.length, corpus=corpus)
        assert ours == pytest.approx(score, rel=1e-4, abs=1e-9)


def test_bm25_of_a_chunk_without_the_words_is_nothing() -> None:
    empty = Corpus(documents=0, tokens=0, frequencies={})
    assert bm25(terms("costs"), {}, 1, corpus=empty) == 0


@pytest.mark.parametrize(
    ("query", "literal"),
    [
        ("vacation days", "'vacat' | 'dai'"),
        ("東京 costs", "'cost' | '東京'"),
        ("it's | & ! <-> :*", "'it' | 's'"),
        ("?", None),
    ],
)
def test_a_tsquery_holds_lexemes_only(query: str, literal: str | None) -> None:
    assert tsquery(terms(query)) == literal


@given(st.text(st.sampled_from("ab'\\|&!():*<-> \x00"), max_size=20))
def test_every_quote_and_backslash_of_a_lexeme_is_doubled(text: str) -> None:
    literal = tsquery(Terms(words=(), grams=(text,)))
    assert literal is not None
    inner = literal[1:-1].replace("\\\\", "").replace("''", "")
    assert "'" not in inner
    assert "\\" not in inner


def test_an_entry_knows_its_terms() -> None:
    entry = Entry.of("Vacation days", "Days of 東京")
    assert entry.counts == {"vacat": 2, "dai": 3, "of": 1, "東京": 2, "東": 1, "京": 1}
    assert entry.length == 1 + 2 + 3 + 3
    assert set(entry.vector.split()) == {"'vacat'", "'dai'", "'of'", "'東京'", "'東'", "'京'"}


def test_nothing_asked_is_false() -> None:
    assert not terms("...")
    assert terms("costs")

"""Our words against those of a real FTS5 table: the same cuts, the same folding, the same stems."""

import sqlite3
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menon.engine.retrieval.words import fold, stem, stems, unmentioned, words

_SUFFIXES = """
ational tional enci anci izer logi bli alli entli eli ousli ization ation ator alism iveness
fulness ousness aliti iviti biliti icate ative alize iciti ical ful ness al ance ence er ic
able ible ant ement ment ent ion sion tion ou ism ate iti ous ive ize ing ed eed ies sses s y
ly e ll eeds at bl iz
"""


class Fts5:
    """A real `porter unicode61` table."""

    def __init__(self) -> None:
        self._db = sqlite3.connect(":memory:")
        self._db.execute("CREATE VIRTUAL TABLE t USING fts5(x, tokenize='porter unicode61')")
        self._db.execute("CREATE VIRTUAL TABLE v USING fts5vocab(t, 'instance')")

    def stems(self, text: str) -> list[str]:
        self._db.execute("INSERT INTO t(rowid, x) VALUES (1, ?)", (text,))
        rows = self._db.execute("SELECT term FROM v ORDER BY offset").fetchall()
        self._db.execute("DELETE FROM t")
        return [term for (term,) in rows]

    def close(self) -> None:
        self._db.close()


@pytest.fixture(scope="module")
def fts5() -> Iterator[Fts5]:
    table = Fts5()
    yield table
    table.close()


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("caresses", "caress"),
        ("ponies", "poni"),
        ("cats", "cat"),
        ("feed", "feed"),
        ("agreed", "agre"),
        ("plastered", "plaster"),
        ("motoring", "motor"),
        ("sing", "sing"),
        ("hopping", "hop"),
        ("troubled", "troubl"),
        ("filing", "file"),
        ("falling", "fall"),
        ("happy", "happi"),
        ("relational", "relat"),
        ("vacations", "vacat"),
        ("generalizations", "gener"),
        ("adoption", "adopt"),
        ("controlling", "control"),
        ("rate", "rate"),
        ("as", "as"),
        ("a1f0", "a1f0"),
        ("x" * 65 + "ing", "x" * 65 + "ing"),
    ],
)
def test_words_are_stemmed_as_porter_wrote(word: str, expected: str) -> None:
    assert stem(word) == expected


@pytest.mark.parametrize(
    "text",
    [
        "How many vacation days do employees get?",
        "snake_case, kebab-case and camelCase: a.b.c()",
        "Ärzte, Straße, café, naïve, Đorđe, ﬁnance",
        "ΟΔΥΣΣΕΥΣ Μένων ὁ",
        "Ёлка и подъезд",
        "東京都は日本の首都です。Python入門",
        "x² + ½ = Ⅷ, 100€, 3.14, 1,000",
        "e\u0301clair e\u0305 \u0301lone",
        "it's don't l'été",
        "\ue000private",
        "",
    ],
)
def test_texts_are_cut_and_folded_as_fts5_does(fts5: Fts5, text: str) -> None:
    assert stems(text) == fts5.stems(text)


@settings(max_examples=300)
@given(
    st.text("abcdefgilnorstuyz", max_size=6),
    st.lists(st.sampled_from(_SUFFIXES.split()), max_size=2),
)
def test_any_word_has_the_stem_that_fts5_gives_it(
    fts5: Fts5, start: str, suffixes: list[str]
) -> None:
    word = start + "".join(suffixes)
    assert stems(word) == fts5.stems(word)


LATIN, GREEK, CYRILLIC, KANA, HAN = (
    st.characters(min_codepoint=low, max_codepoint=high, exclude_categories=["Cn", "Cs", "Cc"])
    for low, high in [
        (32, 0x17F),
        (0x391, 0x3C9),
        (0x410, 0x451),
        (0x3041, 0x3096),
        (0x4E00, 0x9F00),
    ]
)


@settings(max_examples=300)
@given(st.text(st.one_of(LATIN, GREEK, CYRILLIC, KANA, HAN), max_size=40))
def test_any_text_has_the_terms_that_fts5_gives_it(fts5: Fts5, text: str) -> None:
    assert stems(text) == fts5.stems(text)


@given(st.text(max_size=60))
def test_offsets_point_at_the_words(text: str) -> None:
    for word in words(text):
        assert fold(text[word.start : word.end]) == word.text
        assert word.stem == stem(word.text)


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("How many days in Norway?", []),
        ("How many days in Germany, Spain or Germany?", ["Germany", "Spain"]),
        ("Bergen?", []),
        ("Thanks. Bergen?", []),
        ("When am I and when I'm in Norwegian waters?", []),
        ("Is it EU or GmbH?", ["GmbH"]),
        ("", []),
    ],
)
def test_names_that_no_text_mentions(question: str, names: list[str]):
    assert unmentioned(question, ["The rates of NORWAY.", "As in Europe."]) == names

"""How a text becomes clauses: slips, lists, openings, pronouns."""

import pytest

from menon.apps.socratic.conflicts.clauses import clauses
from menon.apps.socratic.conflicts.lists import headed
from menon.apps.socratic.conflicts.model import Statement
from menon.apps.socratic.conflicts.spelling import respelled


def said(text: str) -> list[str]:
    return [
        " ".join(token.text for token in clause.tokens)
        for clause in clauses(Statement("a", "", text))
    ]


class TestWords:
    @pytest.mark.parametrize(
        ("typed", "meant"),
        [
            ("shouldnt", "should not"), ("can't", "can not"), ("thats", "that is"),
            ("mandatry", "mandatory"), ("recieve", "receive"), ("custommers", "customers"),
            ("realisticly", "realistically"), ("wks", "weeks"), ("we'll", "we will"),
        ],
    )  # fmt: skip
    def test_are_read_as_they_were_meant(self, typed: str, meant: str):
        assert " ".join(respelled(typed)) == meant

    @pytest.mark.parametrize(
        "word", ["serves", "manages", "receiver", "viewer", "ushers", "external", "completes"]
    )
    def test_that_only_look_like_a_slip_stay(self, word: str):
        assert respelled(word) == (word,)


class TestLists:
    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ("Left out:\n- chat\n- video", "Left out\nLeft out: chat\nLeft out: video"),
            ("## Must have\n1. login\n2) search", "Must have\nMust have: login\nMust have: search"),
            ("Q: What may it cost? A: Ten euros.", "What may it cost: Ten euros."),
            ("Is it public? No.", "Is it public? No."),
            ("One line.", "One line."),
        ],
    )  # fmt: skip
    def test_are_read_with_their_headings(self, text: str, read: str):
        assert headed(text) == read


class TestClauses:
    @pytest.mark.parametrize(
        ("text", "read"),
        [
            ("Hi all, just to confirm: we launch in May.", ["we launch in may"]),
            ("QA: it takes two weeks.", ["it takes two weeks"]),
            ("As the tech lead, I need two weeks.", ["i need two weeks"]),
            ("The board has decided that we launch in May.", ["we launch in may"]),
            ("No app, we agreed on that.", ["no app", "we agreed on that"]),
            ("A chatbot answers questions about claims at night.",
             ["a chatbot answers questions about claims at night"]),
            ("I asked the team: we need ten weeks.", ["i asked the team", "we need ten weeks"]),
        ],
    )  # fmt: skip
    def test_begin_where_something_is_said(self, text: str, read: list[str]):
        assert said(text) == read

    @pytest.mark.parametrize(
        ("text", "last"),
        [
            ("The passport is asked for. It is optional.", "passport is optional"),
            ("The hive map is critical. It needs the feed.", "hive map needs the feed"),
            ("The hive map is critical. It needs six weeks.", "it needs six weeks"),
            ("The hive map is critical. This relies on the feed.", "hive map relies on the feed"),
            ("The export is done. It takes two weeks.", "it takes two weeks"),
        ],
    )
    def test_carry_a_name_to_its_pronoun(self, text: str, last: str):
        assert said(text)[-1] == last

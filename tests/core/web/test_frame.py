"""The frame of pages, as tables of cases."""

import pytest

from menon.core.web.frame import (
    Flash,
    initials,
    is_active,
    pack_flashes,
    theme_of,
    unpack_flashes,
)


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Ada Lovelace", "AL"),
        ("ada", "AD"),
        ("ada.lovelace", "AL"),
        ("a", "A"),
        ("", ""),
        ("Éva de la Tour", "ÉD"),
    ],
)
def test_two_letters_stand_for_a_person(name: str, letters: str) -> None:
    assert initials(name) == letters


@pytest.mark.parametrize(
    ("href", "path", "active"),
    [
        ("/chat", "/chat", True),
        ("/chat", "/chat/1?x=y", True),
        ("/chat", "/chats", False),
        ("/admin/users", "/admin/models", True),
        ("/", "/", True),
        ("/", "/chat", False),
        ("/chat", "/chat?x=/agents", True),
    ],
)
def test_one_entry_of_the_rail_is_lit(href: str, path: str, active: bool) -> None:
    assert is_active(href, path) is active


@pytest.mark.parametrize(
    ("cookie", "theme"),
    [(None, "auto"), ("dark", "dark"), ("light", "light"), ("x<script>", "auto")],
)
def test_only_known_themes_are_taken(cookie: str | None, theme: str) -> None:
    assert theme_of(cookie) == theme


def test_notes_survive_the_way_through_a_cookie() -> None:
    notes = [Flash(kind="success", text="Saved “é”."), Flash(kind="danger", text="x")]
    assert unpack_flashes(pack_flashes(notes)) == notes


@pytest.mark.parametrize(
    "cookie", ["", "nonsense", "W10", "eyJhIjoxfQ", "W1sieCIsInkiXV0", "WzFd", "W1siaW5mbyIsMV1d"]
)
def test_what_is_no_note_shows_nothing(cookie: str) -> None:
    assert unpack_flashes(cookie) == []

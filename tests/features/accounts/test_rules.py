"""Decisions of accounts, as tables of cases."""

from datetime import UTC, datetime, timedelta

import pytest

from menon.core.auth import Action, Principal, Role, Scope
from menon.core.errors import Forbidden, InvalidInput, RateLimited
from menon.features.accounts.rules import (
    Count,
    Quota,
    Verdict,
    api_key,
    check_may_manage,
    check_password,
    counted,
    digest,
    is_api_key,
    judge,
    lacking,
    role_permissions,
    safe_next,
)

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
SHORT, LONG = "at least 8 characters", "at most 128 characters"
UPPER, LOWER = "an upper-case letter", "a lower-case letter"
DIGIT, SPECIAL = "a digit", "a special character"


@pytest.mark.parametrize(
    ("password", "missing"),
    [
        ("Geometry-is-4-all", []),
        ("Aa1!aaaa", []),
        ("Aa1!aaa", [SHORT]),
        ("", [SHORT, UPPER, LOWER, DIGIT, SPECIAL]),
        ("aa1!aaaa", [UPPER]),
        ("AA1!AAAA", [LOWER]),
        ("Aaa!aaaa", [DIGIT]),
        ("Aa1aaaaa", [SPECIAL]),
        ("Aa1 aaaa", [SPECIAL]),
        ("Äß9§äöüß", []),
        ("Aa1!" + "x" * 124, []),
        ("Aa1!" + "x" * 125, [LONG]),
        ("password", [UPPER, DIGIT, SPECIAL]),
    ],
)
def test_a_password_is_told_what_it_lacks(password: str, missing: list[str]) -> None:
    assert lacking(password) == missing


def test_a_refused_password_names_its_field() -> None:
    with pytest.raises(InvalidInput) as caught:
        check_password("aaaaaaa1", field="new_password")
    detail = "The password needs an upper-case letter, a special character."
    assert caught.value.errors == [{"pointer": "/body/new_password", "detail": detail}]


class TestKeys:
    KEY = api_key(bytes(range(32)))

    def test_a_key_has_its_form(self) -> None:
        assert is_api_key(self.KEY)
        assert len(self.KEY) == 4 + 43 + 6
        assert api_key(bytes(32)) != self.KEY

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "mnn_",
            KEY[:-1],
            KEY + "0",
            KEY.replace("mnn_", "mnn-"),
            KEY[:-1] + ("0" if KEY[-1] != "0" else "1"),
            KEY[:10] + ("0" if KEY[10] != "0" else "1") + KEY[11:],
            "mnn_" + "é" * 49,
            "eyJhbGciOiJIUzI1NiJ9.e30.x",
        ],
    )
    def test_what_is_no_key_is_seen_without_a_lookup(self, text: str) -> None:
        assert not is_api_key(text)

    def test_the_largest_secret_fits(self) -> None:
        assert is_api_key(api_key(b"\xff" * 32))

    def test_a_digest_is_not_the_key(self) -> None:
        assert len(digest(self.KEY)) == 64
        assert digest(self.KEY) not in self.KEY


class TestCounting:
    QUOTA = Quota(subject="x", limit=2, window=timedelta(minutes=15))

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (None, Count(attempts=1, since=NOW)),
            (
                Count(attempts=1, since=NOW - timedelta(minutes=5)),
                Count(attempts=2, since=NOW - timedelta(minutes=5)),
            ),
            (Count(attempts=9, since=NOW - timedelta(minutes=15)), Count(attempts=1, since=NOW)),
        ],
    )
    def test_attempts_are_counted_in_a_window(self, before: Count | None, after: Count) -> None:
        assert counted(self.QUOTA, before, NOW) == after

    def test_a_used_up_window_says_when_it_ends(self) -> None:
        with pytest.raises(RateLimited) as caught:
            counted(self.QUOTA, Count(attempts=2, since=NOW - timedelta(minutes=5)), NOW)
        assert caught.value.retry_after == 600


@pytest.mark.parametrize(
    ("rotated", "revoked", "life", "verdict"),
    [
        (False, False, 1, Verdict.ROTATE),
        (False, False, 0, Verdict.REFUSE),
        (True, False, 1, Verdict.REUSED),
        (True, False, -1, Verdict.REUSED),
        (True, True, 1, Verdict.REFUSE),
        (False, True, 1, Verdict.REFUSE),
    ],
)
def test_a_refresh_token_is_judged(
    rotated: bool, revoked: bool, life: int, verdict: Verdict
) -> None:
    found = judge(
        expires_at=NOW + timedelta(days=life),
        rotated_at=NOW if rotated else None,
        revoked_at=NOW if revoked else None,
        now=NOW,
    )
    assert found is verdict


@pytest.mark.parametrize(
    ("own", "wanted", "passes"),
    [
        (None, set(Scope), True),
        ({Scope.WRITE, Scope.READ}, {Scope.READ}, True),
        ({Scope.WRITE, Scope.READ}, {Scope.ADMIN}, False),
        ({Scope.READ}, set[Scope](), False),
        (set(Scope), set(Scope), True),
    ],
)
def test_a_key_manages_nothing_wider_than_itself(
    own: set[Scope] | None, wanted: set[Scope], passes: bool
) -> None:
    who = Principal(user_id="u", kind="key", scopes=None if own is None else frozenset(own))
    if passes:
        check_may_manage(who, wanted)
    else:
        with pytest.raises(Forbidden):
            check_may_manage(who, wanted)


@pytest.mark.parametrize(
    ("target", "leads_to"),
    [
        ("/chat/1?a=b#c", "/chat/1?a=b#c"),
        ("/", "/"),
        (None, "/"),
        ("", "/"),
        ("chat", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("https://evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/a\r\nSet-Cookie: x=y", "/"),
        ("/a\\b", "/"),
    ],
)
def test_the_way_after_signing_in_stays_on_this_site(target: str | None, leads_to: str) -> None:
    assert safe_next(target) == leads_to


@pytest.mark.parametrize(
    ("role", "action", "word"),
    [
        (Role.VIEWER, Action.CHAT, "own"),
        (Role.VIEWER, Action.AUTHOR, "none"),
        (Role.DEVELOPER, Action.AUTHOR, "own"),
        (Role.DEVELOPER, Action.PROJECT_LEAD, "none"),
        (Role.PROJECT_MANAGER, Action.PROJECT_LEAD, "own"),
        (Role.PROJECT_MANAGER, Action.ADMIN, "none"),
        (Role.ADMIN, Action.ADMIN, "any"),
    ],
)
def test_roles_have_their_rights(role: Role, action: Action, word: str) -> None:
    assert role_permissions(role)[action] == word

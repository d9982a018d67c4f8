"""Where a write may come from."""

import pytest
from starlette.datastructures import Headers

from menon.core.http.csrf import bare, cookie_name, is_secure, masked, same_origin

HOST = {"host": "menon.example:8000"}


@pytest.mark.parametrize(
    ("headers", "same"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "same-site"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"origin": "http://menon.example:8000"}, True),
        ({"origin": "https://menon.example:8000"}, True),
        ({"origin": "HTTP://MENON.example:8000"}, True),
        ({"origin": "http://menon.example"}, False),
        ({"origin": "http://menon.example:8000.evil.example"}, False),
        ({"origin": "http://menon.example:8000@evil.example"}, False),
        ({"origin": "null"}, False),
        ({"origin": ""}, False),
        ({"origin": "http://[::1"}, False),
        ({"origin": "http://menon.example:x"}, False),
        ({"origin": "https://public.example"}, True),
        ({"origin": "https://public.example:443"}, True),
        ({"origin": "http://public.example"}, False),
        (
            {"origin": "http://menon.example:8000", "sec-fetch-site": "cross-site"},
            False,
        ),
    ],
)
def test_only_our_own_pages_count(headers: dict[str, str], same: bool) -> None:
    found = same_origin(Headers(HOST | headers), public_url="https://public.example")
    assert found is same


def test_a_default_port_may_be_left_out() -> None:
    headers = Headers({"host": "menon.example", "origin": "https://menon.example:443"})
    assert same_origin(headers)


@pytest.mark.parametrize(
    ("scheme", "public", "secure"),
    [
        ("http", "", False),
        ("https", "", True),
        ("wss", "", True),
        ("ws", "", False),
        ("http", "https://menon.example", True),
        ("http", "http://menon.example", False),
    ],
)
def test_https_is_seen_through_a_proxy(scheme: str, public: str, secure: bool) -> None:
    assert is_secure({"type": "http", "scheme": scheme}, public) is secure


def test_cookies_on_https_are_bound_to_the_host() -> None:
    assert cookie_name("menon", secure=True) == "__Host-menon"
    assert cookie_name("menon", secure=False) == "menon"


def test_a_masked_token_is_never_twice_the_same_and_comes_back() -> None:
    token = "dG9rZW4tb2YtYS1zZXNzaW9u"
    one, two = (masked(token, bytes([n] * len(token))) for n in (7, 200))
    assert one != two
    assert token not in one
    assert bare(one) == bare(two) == token


@pytest.mark.parametrize("given", ["", "token", "gr\u00fcn", "AAAA", "====", "_" * 43, "_" * 88])
def test_what_is_no_masked_token_is_none(given: str) -> None:
    assert len(bare(given)) != 43

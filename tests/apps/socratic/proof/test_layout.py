"""What a tree says of itself, and what is guessed."""

import pytest

from menon.apps.socratic.proof.layout import Layout

SAID = b"""[tool.menon.proof]
app = "shop.web:build"
headers = "tests.sign:headers"
document = "/api.json"
number = 5
"""
ENTRIES: dict[str, tuple[dict[str, bytes], str]] = {
    "said": ({"pyproject.toml": SAID, "app/main.py": b""}, "shop.web:build"),
    "usual": ({"app/main.py": b""}, "app.main:app"),
    "for servers": ({"app/main.py": b"", "app/asgi.py": b""}, "app.asgi:app"),
    "prepared": ({"app/main.py": b"", "contract/application.py": b""}, "contract.application:app"),
    "in src": ({"src/shop/main.py": b""}, "shop.main:app"),
    "no settings": ({"pyproject.toml": b"\xff", "main.py": b""}, "main:app"),
    "odd settings": ({"pyproject.toml": b"tool = 5\n", "main.py": b""}, "main:app"),
    "a list": ({"pyproject.toml": b"[tool.menon]\nproof = []\n"}, "app.main:app"),
    "nothing": ({}, "app.main:app"),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_where_the_application_is(name: str) -> None:
    tree, entry = ENTRIES[name]
    assert Layout.of(tree).entry == entry


def test_what_is_said_is_taken() -> None:
    layout = Layout.of({"pyproject.toml": SAID})
    assert (layout.headers, layout.document) == ("tests.sign:headers", "/api.json")


def test_code_is_what_is_neither_test_nor_migration() -> None:
    code = ("app/a.py", "app/custom/b.py", "main.py")
    other = ("tests/a.py", "app/test_a.py", "migrations/versions/1.py", "conftest.py", "a.txt")
    paths: tuple[str, ...] = (*code, *other, "contract/test_contract.py")
    tree: dict[str, bytes] = dict.fromkeys(list(paths), b"")
    assert Layout.of(tree).sources == code


def test_plug_ins_that_tests_ask_for_are_loaded() -> None:
    none = set(Layout.of({"app/a.py": b"import schemathesis, hypothesis\n"}).plugins)
    assert none == {"schemathesis", "pytest_cov", "hypothesispytest", "anyio", "logging"}
    asked = b"import schemathesis\ndef test(caplog): ...\n@pytest.mark.anyio\n"
    assert none - set(Layout.of({"tests/test_a.py": asked}).plugins) == {
        *("schemathesis", "logging", "anyio"),
    }

"""The commands of accounts as the operator types them."""

import contextlib
import json
from collections.abc import AsyncGenerator, Sequence
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from menon.core.feature import Feature
from menon.core.runtime import Runtime
from menon.core.settings import Settings
from menon.entry.parts import features
from menon.entry.runtime import open_runtime
from menon.features.accounts.cli import apps
from menon.kit.clock import FixedClock

PASSWORD = "Geometry-is-4-all"


class Shell:
    """Runs commands against the test's database."""

    def __init__(self, settings: Settings, clock: FixedClock) -> None:
        self._settings = settings
        self._clock = clock

    @contextlib.asynccontextmanager
    async def _open(self, *, only: Sequence[str] = ()) -> AsyncGenerator[Runtime]:
        chosen: list[Feature] = [f for f in features() if not only or f.name in only]
        async with open_runtime(self._settings, clock=self._clock, among=chosen) as runtime:
            yield runtime

    def __call__(self, app: str, *words: str, typed: str = "") -> Result:
        return CliRunner().invoke(apps[app], list(words), input=typed, obj=self._open)

    def ok(self, app: str, *words: str, typed: str = "") -> str:
        result = self(app, *words, typed=typed)
        assert result.exit_code == 0, result.output
        return result.stdout.strip()

    def json(self, app: str, *words: str) -> Any:
        return json.loads(self.ok(app, *words, "--json"))


@pytest.fixture
def shell(settings: Settings, clock: FixedClock) -> Shell:
    return Shell(settings, clock)


@pytest.fixture
def admin(shell: Shell) -> None:
    words = ["admin", "--role", "admin", "--password-stdin"]
    shell.ok("user", "create", *words, typed=f"{PASSWORD}\n")


class TestUser:
    def test_a_user_is_created_and_listed(self, shell: Shell) -> None:
        typed = f"{PASSWORD}\n{PASSWORD}\n"
        words = ["zoe", "--role", "viewer", "--role", "developer", "--email", "Z@example.org"]
        assert shell.ok("user", "create", *words, typed=typed).endswith("created zoe")
        (zoe,) = shell.json("user", "list")
        assert zoe["roles"] == ["developer", "viewer"]
        assert zoe["email"] == "z@example.org"
        assert "zoe       developer,viewer  True" in shell.ok("user", "list")

    def test_a_generated_password_is_printed_last(self, shell: Shell) -> None:
        lines = shell.ok("user", "create", "zoe", "--generate").splitlines()
        assert lines[0] == "created zoe"
        assert len(lines[1]) == 19

    @pytest.mark.parametrize(
        ("words", "typed", "reason"),
        [
            (["zoe", "--password-stdin"], "weak\n", "VALID_001: The password needs"),
            (["z", "--generate"], "", "VALID_001: username"),
            (["zoe", "--generate", "--role", "king"], "", "VALID_001: roles.0"),
            (["ADMIN", "--generate"], "", "CONFLICT_001: The user name 'ADMIN' is taken"),
        ],
    )
    def test_a_refusal_is_one_line_and_status_1(
        self, shell: Shell, admin: None, words: list[str], typed: str, reason: str
    ) -> None:
        result = shell("user", "create", *words, typed=typed)
        assert result.exit_code == 1
        assert result.stderr.startswith(reason)

    def test_a_password_is_set(self, shell: Shell, admin: None) -> None:
        answer = shell.ok("user", "passwd", "admin", "--password-stdin", typed="Other-1-secret\n")
        assert answer == "set the password of admin"
        assert len(shell.ok("user", "passwd", "admin", "--generate")) == 19
        assert shell("user", "passwd", "nobody", "--generate").exit_code == 1

    def test_a_user_is_exported_and_erased(self, shell: Shell, admin: None) -> None:
        shell.ok("user", "create", "zoe", "--generate")
        shell.ok("key", "create", "--user", "zoe", "--name", "tests")
        told = json.loads(shell.ok("user", "export", "zoe"))
        assert told["accounts"]["user"]["username"] == "zoe"
        assert {"chat", "knowledge", "agents", "runs", "feedback"} <= set(told)
        assert shell("user", "erase", "zoe", typed="n\n").exit_code == 1
        assert "accounts: 2" in shell.ok("user", "erase", "zoe", "--yes").splitlines()
        assert [user["username"] for user in shell.json("user", "list")] == ["admin"]
        for words, said in (
            (("export", "zoe"), "There is no user 'zoe'"),
            (("erase", "admin", "--yes"), "last administrator"),
        ):
            refused = shell("user", *words)
            assert (refused.exit_code, said in refused.output) == (1, True)


class TestKey:
    def test_only_the_key_is_printed(self, shell: Shell, admin: None) -> None:
        key = shell.ok("key", "create", "--name", "ci", "--scopes", "read,chat")
        assert key.startswith("mnn_")
        assert " " not in key
        (listed,) = shell.json("key", "list")
        assert (listed["name"], listed["scopes"]) == ("ci", ["chat", "read"])
        assert key.startswith(listed["prefix"])
        assert key not in json.dumps(listed)

    def test_without_scopes_it_may_all(self, shell: Shell, admin: None) -> None:
        shell.ok("key", "create", "--name", "ci")
        (listed,) = shell.json("key", "list", "--user", "admin")
        assert listed["scopes"] == ["admin", "chat", "read", "run", "write"]

    def test_it_is_revoked_by_prefix_or_id(self, shell: Shell, admin: None) -> None:
        first, second = (shell.ok("key", "create", "--name", name) for name in ("one", "two"))
        ids = {key["name"]: key["id"] for key in shell.json("key", "list")}
        assert shell.ok("key", "revoke", first[:12]) == "revoked 'one'"
        assert shell.ok("key", "revoke", ids["two"]) == "revoked 'two'"
        assert shell.json("key", "list") == []
        refused = shell("key", "revoke", second[:12])
        assert refused.exit_code == 1
        assert "see `menon key list`" in refused.stderr

    @pytest.mark.parametrize(
        "words", [["--name", "x", "--scopes", "all"], ["--name", "x", "--user", "nobody"]]
    )
    def test_wrong_words_are_refused(self, shell: Shell, admin: None, words: list[str]) -> None:
        assert shell("key", "create", *words).exit_code == 1

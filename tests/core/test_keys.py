"""The two keys: made once and kept to oneself, or refused when anybody could guess them."""

import base64
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from menon.core.keys import decode_key, load_keys
from menon.core.settings import RootSettings, SettingsError

GOOD = "q8Zr2LwXv0nT5yB7kD4mS9cF1hJ6pG3a"
VAULT = base64.b64encode(bytes(range(32))).decode()


def _root(folder: Path, **given: str) -> RootSettings:
    return RootSettings.model_validate({"data_dir": folder, **given})


def test_missing_keys_are_made_once_and_readable_by_nobody_else(tmp_path: Path):
    first = load_keys(_root(tmp_path))
    assert load_keys(_root(tmp_path)) == first
    assert len(first.secret) >= 32
    assert len(first.vault) == 32
    assert first.secret != first.vault
    files = sorted((tmp_path / "keys").iterdir())
    assert [file.name for file in files] == ["secret_key", "vault_key"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_two_installations_never_share_keys(tmp_path: Path):
    assert load_keys(_root(tmp_path / "a")) != load_keys(_root(tmp_path / "b"))


def test_processes_that_start_together_end_with_the_same_keys(tmp_path: Path):
    with ThreadPoolExecutor(8) as pool:
        begun = [pool.submit(load_keys, _root(tmp_path)) for _ in range(16)]
        made = [future.result() for future in begun]
    assert len({(keys.secret, keys.vault) for keys in made}) == 1


def test_configured_keys_win_and_nothing_is_written(tmp_path: Path):
    keys = load_keys(_root(tmp_path, secret_key=GOOD, vault_key=VAULT))
    assert keys.secret == GOOD.encode() or keys.secret == base64.b64decode(GOOD)
    assert keys.vault == bytes(range(32))
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize(
    "text",
    ["", "short", "changeme", "a" * 40, "abababababababababababababababababab", "secret" * 7],
)
@pytest.mark.parametrize("name", ["secret_key", "vault_key"])
def test_short_or_guessable_keys_are_refused(name: str, text: str):
    with pytest.raises(SettingsError, match=name):
        decode_key(name, SecretStr(text))


def test_a_vault_key_of_too_few_bytes_is_refused():
    with pytest.raises(SettingsError, match="32 bytes"):
        decode_key("vault_key", SecretStr(base64.b64encode(bytes(range(24))).decode()))


@pytest.mark.parametrize(
    ("given", "missing"),
    [({}, "secret_key"), ({"secret_key": GOOD}, "vault_key"), ({"vault_key": VAULT}, "secret_key")],
)
def test_postgresql_needs_shared_keys(tmp_path: Path, given: dict[str, str], missing: str):
    root = _root(tmp_path, database_url="postgresql://127.0.0.1/menon", **given)
    with pytest.raises(SettingsError, match=missing):
        load_keys(root)
    assert not (tmp_path / "keys").exists()


@pytest.mark.parametrize("content", [b"", b"AAAA", b"not base64 at all", b"A"])
def test_a_damaged_key_is_never_replaced_behind_ones_back(tmp_path: Path, content: bytes):
    load_keys(_root(tmp_path))
    file = tmp_path / "keys" / "vault_key"
    file.write_bytes(content)
    with pytest.raises(SettingsError, match="damaged"):
        load_keys(_root(tmp_path))
    assert file.read_bytes() == content


def test_keys_do_not_show_in_messages(tmp_path: Path):
    keys = load_keys(_root(tmp_path, secret_key=GOOD, vault_key=VAULT))
    assert GOOD not in repr(keys)

"""The two keys on which everything secret rests: made at first start, never defaulted."""

import base64
import binascii
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr

from menon.core.settings import RootSettings, SettingsError

_SIZE = 32
_KNOWN = frozenset({"changeme", "secret", "dev", "test", "password", "insecure"})


@dataclass(frozen=True, repr=False)
class Keys:
    """`secret` signs tokens, `vault` encrypts data keys; 32 bytes or more each."""

    secret: bytes
    vault: bytes


def load_keys(root: RootSettings) -> Keys:
    """The configured keys; on SQLite missing ones are made and kept in the data directory (0600).

    Raises:
        SettingsError: a key is short or well known, or missing where processes must share it.
    """
    own = root.database_url is None or root.database_url.get_secret_value().startswith("sqlite")
    folder = root.data_dir / "keys" if own else None
    signing = decode_key("secret_key", root.secret_key) if root.secret_key else None
    vault = decode_key("vault_key", root.vault_key) if root.vault_key else None
    return Keys(
        secret=signing or _kept("secret_key", folder),
        vault=vault or _kept("vault_key", folder)[:_SIZE],
    )


def decode_key(name: str, given: SecretStr) -> bytes:
    """The bytes of a configured `secret_key` (32 or more) or `vault_key` (32).

    Raises:
        SettingsError: it is short or well known.
    """
    text = given.get_secret_value()
    if len(text) < _SIZE or len(set(text)) < 8 or text.lower().strip("0123456789-_ ") in _KNOWN:
        raise SettingsError(
            f"{name} is short or guessable; make one with `openssl rand -base64 32`"
        )
    try:
        raw = base64.b64decode(text, validate=True)
    except binascii.Error:
        raw = text.encode()
    if name == "vault_key":
        if len(raw) < _SIZE:
            raise SettingsError(f"{name} must be 32 bytes in base64; try `openssl rand -base64 32`")
        return raw[:_SIZE]
    return raw if len(raw) >= _SIZE else text.encode()


def _kept(name: str, folder: Path | None) -> bytes:
    if folder is None:
        raise SettingsError(
            f"{name} must be set with PostgreSQL, since all processes share it;"
            f" set MENON_{name.upper()} to the output of `openssl rand -base64 32`"
        )
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = folder / name
    if not file.exists():
        _create(file, base64.b64encode(secrets.token_bytes(_SIZE)))
    damaged = SettingsError(f"{file} is damaged; restore it from a backup")
    try:
        raw = base64.b64decode(file.read_bytes(), validate=True)
    except binascii.Error as error:
        raise damaged from error
    if len(raw) < _SIZE:
        raise damaged
    return raw


def _create(file: Path, content: bytes) -> None:
    # Written aside and linked: a process that starts at the same moment sees all of it or nothing.
    draft = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()

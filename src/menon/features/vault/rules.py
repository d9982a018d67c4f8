"""Envelope encryption: AES-256-GCM with a data key each, which the vault key wraps.

value --data key--> ciphertext          both bound to owner, id and version, so that a row
data key --vault key--> wrapped key     cannot be moved to another place or back in time
"""

import hashlib
import hmac
import json
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from menon.features.vault.errors import VaultLocked

KEY_BYTES = 32
NONCE_BYTES = 12
RANDOM_BYTES = KEY_BYTES + 2 * NONCE_BYTES
_HINTED = 16
"""Values of at least this many characters show their last four."""


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What an envelope is bound to."""

    owner_id: str
    secret_id: str
    version: int

    def bound(self, part: str) -> bytes:
        """The associated data of one part of the envelope."""
        return json.dumps([part, self.owner_id, self.secret_id, self.version]).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """A value as it is stored."""

    ciphertext: bytes
    wrapped_key: bytes
    key_id: str


def key_id(vault_key: bytes) -> str:
    """A name for a vault key that says nothing about it: 16 hex characters."""
    return hmac.digest(vault_key, b"menon vault key id", hashlib.sha256).hex()[:16]


def seal(value: bytes, about: About, *, vault_key: bytes, random: bytes) -> Envelope:
    """The envelope of a value; `random` is `RANDOM_BYTES` fresh bytes, used once."""
    data_key, nonces = random[:KEY_BYTES], random[KEY_BYTES:]
    return Envelope(
        ciphertext=_encrypt(data_key, nonces[:NONCE_BYTES], value, about.bound("value")),
        wrapped_key=_encrypt(vault_key, nonces[NONCE_BYTES:], data_key, about.bound("key")),
        key_id=key_id(vault_key),
    )


def open_envelope(envelope: Envelope, about: About, *, vault_keys: tuple[bytes, ...]) -> bytes:
    """The value in an envelope, by whichever of the keys wraps it.

    Raises:
        VaultLocked: none of the keys does, or the row was tampered with.
    """
    data_key = _data_key(envelope, about, vault_keys)
    return _decrypt(data_key, envelope.ciphertext, about.bound("value"))


def rewrap(envelope: Envelope, about: About, *, old: bytes, new: bytes, nonce: bytes) -> Envelope:
    """The same value with its data key wrapped by another vault key.

    Raises:
        VaultLocked: the old key does not wrap it.
    """
    data_key = _data_key(envelope, about, (old,))
    return Envelope(
        ciphertext=envelope.ciphertext,
        wrapped_key=_encrypt(new, nonce, data_key, about.bound("key")),
        key_id=key_id(new),
    )


def hint(value: str) -> str:
    """The last characters of a long value; nothing of a short one."""
    return value[-4:] if len(value) >= _HINTED else ""


def masked(hinted: str) -> str:
    """How a secret is shown."""
    return f"••••{hinted}"


def _data_key(envelope: Envelope, about: About, vault_keys: tuple[bytes, ...]) -> bytes:
    wrapping = next((key for key in vault_keys if key_id(key) == envelope.key_id), None)
    if wrapping is None:
        raise VaultLocked
    return _decrypt(wrapping, envelope.wrapped_key, about.bound("key"))


def _encrypt(key: bytes, nonce: bytes, plain: bytes, bound: bytes) -> bytes:
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _decrypt(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], bound)
    except InvalidTag as error:
        raise VaultLocked("A stored secret was changed from outside; store it again.") from error

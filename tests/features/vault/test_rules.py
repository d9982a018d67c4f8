"""Envelopes: what opens them, and what does not."""

from dataclasses import replace

import pytest

from menon.features.vault.errors import VaultLocked
from menon.features.vault.rules import (
    RANDOM_BYTES,
    About,
    Envelope,
    hint,
    key_id,
    masked,
    open_envelope,
    rewrap,
    seal,
)

KEY, OTHER = bytes(range(32)), bytes(range(32, 64))
ABOUT = About(owner_id="u1", secret_id="s1", version=1)
RANDOM = bytes(range(100, 100 + RANDOM_BYTES))


def sealed(value: bytes = b"sk-canary") -> Envelope:
    return seal(value, ABOUT, vault_key=KEY, random=RANDOM)


def test_what_was_sealed_opens() -> None:
    assert open_envelope(sealed(), ABOUT, vault_keys=(OTHER, KEY)) == b"sk-canary"


def test_the_value_stands_nowhere_in_the_envelope() -> None:
    envelope = sealed()
    assert b"canary" not in envelope.ciphertext + envelope.wrapped_key


@pytest.mark.parametrize(
    "about",
    [
        replace(ABOUT, owner_id="u2"),
        replace(ABOUT, secret_id="s2"),
        replace(ABOUT, version=2),
    ],
)
def test_an_envelope_opens_only_where_it_was_made(about: About) -> None:
    with pytest.raises(VaultLocked, match="changed from outside"):
        open_envelope(sealed(), about, vault_keys=(KEY,))


@pytest.mark.parametrize("part", ["ciphertext", "wrapped_key"])
def test_a_changed_byte_is_noticed(part: str) -> None:
    envelope = sealed()
    raw = bytearray(getattr(envelope, part))
    raw[-1] ^= 1
    with pytest.raises(VaultLocked, match="changed from outside"):
        open_envelope(replace(envelope, **{part: bytes(raw)}), ABOUT, vault_keys=(KEY,))


def test_an_unknown_vault_key_says_what_to_set() -> None:
    with pytest.raises(VaultLocked, match="MENON_VAULT__PREVIOUS_KEY"):
        open_envelope(sealed(), ABOUT, vault_keys=(OTHER,))


def test_after_rewrapping_only_the_new_key_opens() -> None:
    moved = rewrap(sealed(), ABOUT, old=KEY, new=OTHER, nonce=bytes(12))
    assert moved.ciphertext == sealed().ciphertext
    assert open_envelope(moved, ABOUT, vault_keys=(OTHER,)) == b"sk-canary"
    with pytest.raises(VaultLocked):
        open_envelope(moved, ABOUT, vault_keys=(KEY,))


def test_a_key_id_tells_keys_apart_and_nothing_else() -> None:
    assert len({key_id(KEY), key_id(OTHER)}) == 2
    assert KEY.hex()[:16] != key_id(KEY)


@pytest.mark.parametrize(
    ("value", "shown"),
    [("short", "••••"), ("fifteen-letters", "••••"), ("sixteen--letters", "••••ters")],
)
def test_only_long_values_show_their_end(value: str, shown: str) -> None:
    assert masked(hint(value)) == shown

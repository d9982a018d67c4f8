"""Blobs: whole or not at all."""

import hashlib
from collections.abc import AsyncGenerator, Iterator
from pathlib import Path

import pytest

from menon.core.errors import NotFound, TooLarge
from menon.features.files.service import Blobs


@pytest.fixture
def blobs(tmp_path: Path) -> Iterator[Blobs]:
    opened = Blobs(tmp_path / "blobs")
    yield opened
    opened.close()


async def pieces(*parts: bytes) -> AsyncGenerator[bytes]:
    for part in parts:
        yield part


async def test_a_blob_is_named_by_what_it_holds(blobs: Blobs):
    kept = await blobs.keep(pieces(b"one ", b"gull"), limit=100)
    assert kept.digest == hashlib.sha256(b"one gull").hexdigest()
    assert kept.size == 8
    assert blobs.path(kept.digest).read_bytes() == b"one gull"


async def test_the_same_bytes_are_kept_once(blobs: Blobs, tmp_path: Path):
    first = await blobs.keep(pieces(b"gull"), limit=100)
    assert await blobs.keep(pieces(b"gu", b"ll"), limit=100) == first
    assert _files(tmp_path) == [first.digest]


async def test_nothing_is_left_of_what_is_too_large(blobs: Blobs, tmp_path: Path):
    with pytest.raises(TooLarge):
        await blobs.keep(pieces(b"x" * 60, b"x" * 60), limit=100)
    assert _files(tmp_path) == []


async def test_nothing_is_left_of_an_upload_that_breaks_off(blobs: Blobs, tmp_path: Path):
    async def broken() -> AsyncGenerator[bytes]:
        yield b"x"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await blobs.keep(broken(), limit=100)
    assert _files(tmp_path) == []


async def test_a_missing_blob_says_what_to_do(blobs: Blobs):
    with pytest.raises(NotFound, match="upload it again"):
        blobs.path("0" * 64)


def _files(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]

"""Blobs: bytes on disk under their SHA-256, written whole or not at all."""

import hashlib
import os
import secrets
from collections.abc import AsyncIterable, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, TypeVar

from menon.core.db.lane import Lane
from menon.core.errors import NotFound, StorageFull, TooLarge

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Blob:
    """What was kept."""

    digest: str
    size: int


class Blobs:
    """The folder of uploads; processes of one installation share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        # Disk writes go through a lane of their own: they may wait, the event loop may not.
        self._lane = Lane("blobs", threads=2, bound=1000)

    async def keep(self, pieces: AsyncIterable[bytes], *, limit: int) -> Blob:
        """Write an upload as it comes.

        Raises:
            TooLarge: it has more bytes than `limit`; nothing of it is kept.
            StorageFull: the disk is.
        """
        draft = self._folder / f".draft-{secrets.token_hex(8)}"
        out = await self._do(partial(_open, draft))
        digest, size = hashlib.sha256(), 0
        try:
            async for piece in pieces:
                size += len(piece)
                if size > limit:
                    raise TooLarge(f"The file is larger than {limit // 1_048_576} MiB.")
                digest.update(piece)
                await self._do(partial(_write, out, piece))
            name = digest.hexdigest()
            await self._do(partial(_publish, out, draft, self._place(name)))
        finally:
            out.close()
            draft.unlink(missing_ok=True)
        return Blob(digest=name, size=size)

    def path(self, digest: str) -> Path:
        """Where a blob lies.

        Raises:
            NotFound: it is not there.
        """
        place = self._place(digest)
        if not place.is_file():
            raise NotFound("The file is no longer stored; upload it again.")
        return place

    def close(self) -> None:
        """End the writing threads."""
        self._lane.close()

    def _place(self, digest: str) -> Path:
        return self._folder / digest[:2] / digest

    async def _do(self, work: Callable[[], T]) -> T:
        return await self._lane.run(work)


def _open(draft: Path) -> BinaryIO:
    draft.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    return draft.open("xb")


def _write(out: BinaryIO, piece: bytes) -> None:
    try:
        out.write(piece)
    except OSError as error:
        raise StorageFull from error


def _publish(out: BinaryIO, draft: Path, place: Path) -> None:
    out.flush()
    os.fsync(out.fileno())
    place.parent.mkdir(exist_ok=True, mode=0o700)
    draft.replace(place)

"""Office files are zip archives; what one would unpack to is known before anything is unpacked."""

import struct
import zipfile
import zlib
from pathlib import Path
from typing import Final

from menon.core.errors import ContentBomb, ContentError
from menon.engine.documents.document import MIB, Limits

_END: Final = b"PK\x05\x06"
_DTD: Final = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("ascii", "utf-16-le", "utf-16-be")
)
_PIECE: Final = 256 * 1024
_OVERLAP: Final = 32


def entries(path: Path, limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The archive's entries by name, when they may be unpacked.

    Python's zipfile never reads more of an entry than its declared size, so declared sizes bind.
    ContentError for a damaged or encrypted archive, ContentBomb for one that is too much.
    """
    _check_directory(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            found = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise ContentError(f"the file is damaged or cut off: {error}") from error
    if len(found) > limits.zip_entries:
        raise ContentBomb(f"the file packs {len(found)} entries, {limits.zip_entries} are accepted")
    if any(entry.flag_bits & 1 for entry in found):
        raise ContentError("the file is encrypted; save it without a password")
    for entry in found:
        if entry.file_size > MIB and entry.file_size > limits.zip_ratio * entry.compress_size:
            raise ContentBomb(f"{entry.filename!r} inside the file is packed too tightly")
    total = sum(entry.file_size for entry in found)
    if total > limits.unpacked_bytes:
        raise ContentBomb(
            f"the file unpacks to {total} bytes, {limits.unpacked_bytes} are accepted"
        )
    return {entry.filename: entry for entry in found}


def refuse_entities(path: Path) -> None:
    """ContentBomb when XML inside declares a document type: office files never need one."""
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                if entry.filename.endswith((".xml", ".rels")) and _declares(archive, entry):
                    raise ContentBomb(f"{entry.filename!r} inside the file declares XML entities")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as error:
        raise ContentError(f"the file is damaged or cut off: {error}") from error


def _declares(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    before = b""
    with archive.open(entry) as part:
        while piece := part.read(_PIECE):
            window = before + piece
            if any(word in window for word in _DTD):
                return True
            before = piece[-_OVERLAP:]
    return False


def _check_directory(path: Path, limits: Limits) -> None:
    """Look at the directory's size first: zipfile builds an object for each entry in it."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_557))
        tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + 22:
        raise ContentError("the file is damaged or cut off: its directory is missing")
    count, length = struct.unpack_from("<HI", tail, at + 10)
    if count > limits.zip_entries or length > 512 * limits.zip_entries:
        raise ContentBomb(f"the file packs more than {limits.zip_entries} entries")

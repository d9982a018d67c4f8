"""Archives are judged by what they would unpack to."""

import io
import struct
import zipfile
from pathlib import Path

import pytest
from tests.fixtures.files import archive

from menon.core.errors import ContentBomb, ContentError
from menon.engine.documents import Limits
from menon.engine.documents.archive import entries, refuse_entities

MIB = 1024 * 1024


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "archive.zip"


def test_entries_are_listed(path: Path) -> None:
    path.write_bytes(archive({"a.xml": "<a/>", "b.txt": "b"}))
    assert set(entries(path, Limits())) == {"a.xml", "b.txt"}


def test_a_tight_entry_is_a_bomb(path: Path) -> None:
    path.write_bytes(archive({"word/document.xml": bytes(20 * MIB)}))
    with pytest.raises(ContentBomb, match=r"'word/document.xml' .* packed too tightly"):
        entries(path, Limits())


def test_many_entries_are_a_bomb(path: Path) -> None:
    path.write_bytes(archive({f"{number}": "" for number in range(101)}))
    with pytest.raises(ContentBomb, match="more than 100 entries"):
        entries(path, Limits(zip_entries=100))


def test_a_directory_that_lies_about_its_length_is_still_counted(path: Path) -> None:
    data = bytearray(archive({f"{number}": "" for number in range(101)}))
    struct.pack_into("<HH", data, data.rfind(b"PK\x05\x06") + 8, 1, 1)
    path.write_bytes(data)
    with pytest.raises(ContentBomb, match="101 entries"):
        entries(path, Limits(zip_entries=100))


def test_much_in_all_is_a_bomb(path: Path) -> None:
    path.write_bytes(archive({f"{number}": bytes(MIB) for number in range(5)}))
    with pytest.raises(ContentBomb, match="unpacks to 5242880 bytes"):
        entries(path, Limits(unpacked_bytes=4 * MIB))


def test_overlapping_entries_are_a_bomb(path: Path) -> None:
    """One kernel that many directory entries point at: small file, large sum."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr("kernel", b"x" * MIB)
        kernel = packed.infolist()[0]
        for number in range(300):
            again = zipfile.ZipInfo(f"{number}")
            for name in ("file_size", "compress_size", "CRC", "header_offset"):
                setattr(again, name, getattr(kernel, name))
            packed.filelist.append(again)
    path.write_bytes(out.getvalue())
    with pytest.raises(ContentBomb, match="unpacks to"):
        entries(path, Limits())


@pytest.mark.parametrize("size", [10, 100, 200])
def test_a_cut_off_archive_is_an_error(path: Path, size: int) -> None:
    path.write_bytes(archive({"a.xml": "<a/>" * 50, "b.xml": "<b/>"})[:size])
    with pytest.raises(ContentError, match="damaged or cut off"):
        entries(path, Limits())


def test_a_damaged_directory_is_an_error(path: Path) -> None:
    data = bytearray(archive({"a": "a"}))
    data[data.rfind(b"PK\x01\x02")] = 0
    path.write_bytes(data)
    with pytest.raises(ContentError, match="damaged or cut off"):
        entries(path, Limits())


def test_an_encrypted_archive_is_an_error(path: Path) -> None:
    data = bytearray(archive({"a": "a"}))
    data[data.rfind(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(ContentError, match="encrypted"):
        entries(path, Limits())


@pytest.mark.parametrize("encoding", ["ascii", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("padding", [0, 256 * 1024 - 4])
def test_a_document_type_in_xml_is_a_bomb(path: Path, encoding: str, padding: int) -> None:
    xml = " " * padding + "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"
    path.write_bytes(archive({"word/document.xml": xml.encode(encoding)}))
    with pytest.raises(ContentBomb, match="declares XML entities"):
        refuse_entities(path)


def test_plain_xml_is_let_through(path: Path) -> None:
    path.write_bytes(archive({"a.xml": "<a/>", "note.txt": "<!DOCTYPE"}))
    refuse_entities(path)


def test_a_damaged_entry_is_an_error(path: Path) -> None:
    data = bytearray(archive({"a.xml": "<a>" + "abcdefgh" * 100 + "</a>"}))
    data[40:44] = b"\xff\xff\xff\xff"
    path.write_bytes(data)
    with pytest.raises(ContentError, match="damaged"):
        refuse_entities(path)

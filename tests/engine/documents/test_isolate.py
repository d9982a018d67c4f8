"""Strangers' files are read in processes that may hang, swell and die without harm."""

import asyncio
import os
import signal
import time
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from tests.fixtures.files import pdf, slides, word

from menon.core.errors import ContentBomb, ContentError, UnsupportedContent
from menon.engine.documents import DocumentReader, Limits, read_isolated


@pytest.fixture
async def reader() -> AsyncIterator[DocumentReader]:
    async with DocumentReader(processes=1, timeout_s=20.0) as reader:
        yield reader


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """A file that takes the processor for minutes: a page of a million tiny operations."""
    path = tmp_path / "slow.pdf"
    page = b"BT /F1 12 Tf " + b"1 0 0 1 0 0 Tm (x) Tj " * 250_000 + b" ET"
    path.write_bytes(pdf(streams=[zlib.compress(page)] * 200))
    return path


async def test_a_document_comes_back_whole(reader: DocumentReader, tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(slides())
    parsed = await reader.read(path, filename="ports.pptx", declared_type=None)
    assert (parsed.title, parsed.pages[1].number) == ("Harbours", 2)
    assert parsed.text[parsed.pages[1].start :].startswith("## Depths")


async def test_one_process_reads_many_files(reader: DocumentReader, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A")
    (tmp_path / "b.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(20))
    await reader.read(tmp_path / "a.md", filename="a.md")
    first = reader.idle
    with pytest.raises(UnsupportedContent, match="image/png"):
        await reader.read(tmp_path / "b.png", filename="b.png")
    await reader.read(tmp_path / "a.md", filename="a.md")
    assert reader.idle == first


async def test_two_hundred_small_files_are_read_quickly(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(word())
    begun = time.monotonic()
    async with DocumentReader(processes=2) as reader:
        texts = await asyncio.gather(*(reader.read(path, filename="a.docx") for _ in range(200)))
    assert {parsed.title for parsed in texts} == {"Tides"}
    assert time.monotonic() - begun < 60


@pytest.mark.parametrize(
    ("data", "error"), [(b"", ContentError), (pdf("x" * 5, "y"), ContentBomb), (b"\xd0", None)]
)
async def test_errors_keep_their_types_and_replace_the_process(
    reader: DocumentReader, tmp_path: Path, data: bytes, error: type[ContentError] | None
) -> None:
    path = tmp_path / "a"
    path.write_bytes(data)
    if error is None:
        assert (await reader.read(path, filename="a")).text == "Ð"
        return
    with pytest.raises(error):
        await reader.read(path, filename="a", limits=Limits(pages=1))
    assert reader.idle == []


async def test_a_process_is_replaced_after_its_share_of_files(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A")
    seen: list[int] = []
    async with DocumentReader(processes=1, files_per_process=2) as reader:
        for _ in range(3):
            await reader.read(tmp_path / "a.md", filename="a.md")
            seen += reader.idle
    assert len(seen) == len(set(seen)) == 2


async def test_idle_processes_end(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# A")
    async with DocumentReader(processes=1, idle_s=0.01) as reader:
        await reader.read(tmp_path / "a.md", filename="a.md")
        async with asyncio.timeout(60):
            while children():
                await asyncio.sleep(0.01)
        assert reader.idle == []
        assert (await reader.read(tmp_path / "a.md", filename="a.md")).title == "A"


async def test_a_file_that_takes_too_long_is_given_up(slow: Path) -> None:
    begun = time.monotonic()
    with pytest.raises(ContentBomb, match=r"longer than 1 seconds|processor time"):
        await read_isolated(slow, filename="slow.pdf", timeout_s=1.0)
    assert time.monotonic() - begun < 20


async def test_a_file_that_takes_too_much_memory_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" * 15_000_000)
    with pytest.raises(ContentBomb, match="memory"):
        await read_isolated(path, filename="a.csv", memory_mb=160)


async def test_a_killed_process_fails_its_file_and_no_other(
    reader: DocumentReader, slow: Path, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text("# A")
    await reader.read(tmp_path / "a.md", filename="a.md")
    [pid] = reader.idle
    reading = asyncio.ensure_future(reader.read(slow, filename="slow.pdf"))
    while reader.idle:
        await asyncio.sleep(0)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(ContentBomb, match="memory or processor time"):
        await reading
    assert (await reader.read(tmp_path / "a.md", filename="a.md")).title == "A"


async def test_a_process_that_died_while_idle_is_not_asked(
    reader: DocumentReader, tmp_path: Path
) -> None:
    (tmp_path / "a.md").write_text("# A")
    await reader.read(tmp_path / "a.md", filename="a.md")
    [pid] = reader.idle
    os.kill(pid, signal.SIGTERM)
    while reader.idle:
        await asyncio.sleep(0)
    assert (await reader.read(tmp_path / "a.md", filename="a.md")).title == "A"


async def test_a_process_that_crashes_is_told(reader: DocumentReader, slow: Path) -> None:
    reading = asyncio.ensure_future(reader.read(slow, filename="slow.pdf"))
    child = None
    while child is None:
        await asyncio.sleep(0.01)
        child = next(iter(children()), None)
    os.kill(child, signal.SIGSEGV)
    with pytest.raises(ContentError, match=r"ended its process \(-11\)"):
        await reading


async def test_a_cancelled_reading_ends_its_process(reader: DocumentReader, slow: Path) -> None:
    for delay in (0.0, 0.3):
        reading = asyncio.ensure_future(reader.read(slow, filename="slow.pdf"))
        await asyncio.sleep(delay)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        assert children() == []


async def test_a_reading_process_knows_no_secrets(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MENON_SECRET_KEY", "hush")
    (tmp_path / "a.md").write_text("# A")
    async with DocumentReader(processes=1) as reader:
        await reader.read(tmp_path / "a.md", filename="a.md")
        [pid] = reader.idle
        assert b"hush" not in Path(f"/proc/{pid}/environ").read_bytes()


def children() -> list[int]:
    """Reading processes that this one has started and that live."""
    pids = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text().split()
    return [
        int(pid) for pid in pids if b"documents.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    ]

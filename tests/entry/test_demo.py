"""The demo as a newcomer sees it: an answer, and secrets that are shown once and never lost."""

import re
from pathlib import Path

import pytest
import typer

from menon.entry.demo import run

PAGE = (
    "---\ntitle: Annual leave\n---\n# Annual leave\n\nIn Norway you get 25 days of annual leave.\n"
)


@pytest.fixture
def pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "leave.md").write_text(PAGE, "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MENON_DATA_DIR", "data")
    monkeypatch.setenv("MENON_KNOWLEDGE__EMBEDDINGS", "false")
    return folder


def test_one_question_is_answered_and_the_secrets_are_told_once(
    pages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run([str(pages)], once=True)
    first = capsys.readouterr().out
    assert "1/1 leave.md" in first
    assert "In Norway you get 25 days of annual leave. [1]" in first
    assert "[1] Annual leave (leave.md, characters" in first
    assert re.search(r"Password  \S+\n  API key   mnn_\S+\n", first)

    run([str(pages)], once=True)
    second = capsys.readouterr().out
    assert "1 document is there already" in second
    assert "25 days of annual leave. [1]" in second
    assert "Password" not in second


def test_a_reading_that_fails_does_not_swallow_the_secrets(
    pages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pages / "broken.pdf").write_bytes(b"%PDF-1.7 broken")
    with pytest.raises(typer.Exit):
        run([str(pages)], once=False)
    assert re.search(r"API key   mnn_\S+\n", capsys.readouterr().out)

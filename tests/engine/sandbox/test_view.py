"""What is shown to code inside."""

import sys
from pathlib import Path

from menon.engine.sandbox.view import launcher_python, view


def below(path: Path, folders: tuple[str, ...]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def test_the_interpreter_and_its_library_are_shown_and_the_servers_packages_are_not() -> None:
    seen = view(None, ())
    assert seen.python == str(launcher_python())
    assert below(Path(sys.modules["os"].__file__ or "").resolve(), seen.read)
    if sys.prefix != sys.base_prefix:
        assert not below(Path(sys.prefix).resolve(), seen.read)
    assert not below(Path(__file__), seen.read)
    assert not below(Path("/etc/passwd"), seen.read)


def test_nothing_is_named_twice_and_no_path_leads_through_a_link() -> None:
    seen = view(None, (Path("/usr/lib/x86_64-linux-gnu"), Path("/usr/bin")))
    for path in seen.read:
        assert Path(path).resolve() == Path(path)
        assert not below(Path(path).parent, tuple(set(seen.read) - {path}))


def test_links_on_the_way_are_made_again(tmp_path: Path) -> None:
    """As they are where uv keeps interpreters: a folder of a version behind a link."""
    (tmp_path / "versions/3.11.9/lib").mkdir(parents=True)
    (tmp_path / "versions/3.11").symlink_to("3.11.9")
    (tmp_path / "current").symlink_to(tmp_path / "versions" / "3.11")
    top = tmp_path.resolve()
    seen = view(None, (tmp_path / "current" / ".." / "3.11" / "lib",))
    assert str(top / "versions/3.11.9/lib") in seen.read
    assert dict(seen.links)[str(top / "versions/3.11")] == "3.11.9"
    assert dict(seen.links)[str(top / "current")] == str(tmp_path / "versions" / "3.11")


def test_an_environment_comes_with_its_interpreter() -> None:
    environment = Path(sys.prefix)
    seen = view(environment, ())
    assert seen.python == str(environment / "bin" / "python")
    assert below(environment.resolve(), seen.read)
    assert below((environment / "bin" / "python").resolve(), seen.read)

"""The trees that the tests prove: a good project, and what is made of it."""

from pathlib import Path
from typing import Final

Tree = dict[str, bytes]

PROJECT: Final = Path(__file__).with_name("project")
REQUIREMENTS: Final = """\
bandit==1.9.4
coverage==7.17.5
fastapi==0.165.0
httpx2==2.16.2
pydantic==2.14.4
pytest==9.2.0
ruff==0.17.5
schemathesis==4.32.5
sqlalchemy==2.1.9
"""


def read() -> Tree:
    """The good project."""
    return {
        path.relative_to(PROJECT).as_posix(): path.read_bytes()
        for path in sorted(PROJECT.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def changed(tree: Tree, path: str, old: str, new: str) -> Tree:
    """A tree in which a text of one file is another."""
    text = tree[path].decode()
    assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {path}"
    return {**tree, path: text.replace(old, new).encode()}

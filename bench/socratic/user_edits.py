"""Thirty ways in which people change a generated project; each gives a new tree."""

from collections.abc import Callable, Mapping

Tree = Mapping[str, bytes]
Edit = Callable[[Tree], dict[str, bytes]]

_MINE = b"# kept by hand: "


def _pick(tree: Tree, ending: str, part: str = "", turn: int = 0) -> str:
    """A file whose path ends and reads like this; the largest first."""
    found = [path for path in tree if path.endswith(ending) and part in path]
    found.sort(key=lambda path: (-len(tree[path]), path))
    return found[turn % len(found)]


def _with(tree: Tree, path: str, content: bytes) -> dict[str, bytes]:
    return {**tree, path: content}


def _inserted(share: float, ending: str, part: str = "", turn: int = 0, lines: int = 1) -> Edit:
    """New lines at a share of the height of a file."""

    def edit(tree: Tree) -> dict[str, bytes]:
        path = _pick(tree, ending, part, turn)
        old = tree[path].splitlines(keepends=True)
        at = int(len(old) * share)
        new = [_MINE + f"{ending}{part}{turn} {share} {n}\n".encode() for n in range(lines)]
        return _with(tree, path, b"".join([*old[:at], *new, *old[at:]]))

    return edit


def _changed(share: float, ending: str, part: str = "", turn: int = 0, lines: int = 1) -> Edit:
    """Lines at a share of the height that end otherwise."""

    def edit(tree: Tree) -> dict[str, bytes]:
        path = _pick(tree, ending, part, turn)
        old = tree[path].splitlines(keepends=True)
        at = min(int(len(old) * share), len(old) - lines)
        new = [line.rstrip(b"\n") + b"  " + _MINE + b"changed\n" for line in old[at : at + lines]]
        return _with(tree, path, b"".join([*old[:at], *new, *old[at + lines :]]))

    return edit


def _cut(share: float, ending: str, part: str = "", turn: int = 0, lines: int = 2) -> Edit:
    """Lines that are taken away."""

    def edit(tree: Tree) -> dict[str, bytes]:
        path = _pick(tree, ending, part, turn)
        old = tree[path].splitlines(keepends=True)
        at = min(int(len(old) * share), len(old) - lines)
        return _with(tree, path, b"".join([*old[:at], *old[at + lines :]]))

    return edit


def _rewritten(ending: str, part: str = "", turn: int = 0) -> Edit:
    return lambda tree: _with(tree, _pick(tree, ending, part, turn), b"".join([_MINE, b"all\n"]))


def _deleted(ending: str, part: str = "", turn: int = 0) -> Edit:
    def edit(tree: Tree) -> dict[str, bytes]:
        path = _pick(tree, ending, part, turn)
        return {name: content for name, content in tree.items() if name != path}

    return edit


def _renamed(ending: str, part: str = "", turn: int = 0) -> Edit:
    def edit(tree: Tree) -> dict[str, bytes]:
        path = _pick(tree, ending, part, turn)
        moved = path.removesuffix(ending) + "_mine" + ending
        rest = {name: content for name, content in tree.items() if name != path}
        return {**rest, moved: tree[path] + _MINE + b"moved\n"}

    return edit


def _added(path: str, content: bytes) -> Edit:
    return lambda tree: _with(tree, path, content)


def _mapped(change: Callable[[bytes], bytes], ending: str, part: str = "", turn: int = 0) -> Edit:
    def edit(tree: Tree) -> dict[str, bytes]:
        path = _pick(tree, ending, part, turn)
        return _with(tree, path, change(tree[path]))

    return edit


def _windows(content: bytes) -> bytes:
    return content.replace(b"\n", b"\r\n")


def _mixed(content: bytes) -> bytes:
    first, _, rest = content.partition(b"\n")
    return first + b"\r\n" + rest + _MINE + b"mixed\n"


def _unended(content: bytes) -> bytes:
    return content + _MINE + b"no end"


def _twice(content: bytes) -> bytes:
    return content + b"\n\n" + content.replace(b"def ", b"def mine_")


def _sorted(content: bytes) -> bytes:
    return b"".join(sorted(content.splitlines(keepends=True)))


def _everywhere(tree: Tree) -> dict[str, bytes]:
    return {
        path: _MINE + b"licence\n" + content if path.endswith(".py") else content
        for path, content in tree.items()
    }


EDITS: Mapping[str, Edit] = {
    "a line at the top": _inserted(0, ".py"),
    "a line in the middle": _inserted(0.5, ".py"),
    "a line at the end": _inserted(1, ".py"),
    "thirty lines in the middle": _inserted(0.4, ".py", "", 1, 30),
    "a line in a model": _inserted(0.6, ".py", "model"),
    "a line in a schema": _inserted(0.6, ".py", "schema"),
    "a line in the main module": _inserted(0.7, "main.py"),
    "a line in settings": _inserted(0.9, ".toml"),
    "a line in requirements": _inserted(1, ".txt", "requirements"),
    "a line in a test": _inserted(0.5, ".py", "tests/"),
    "a changed line at the top": _changed(0, ".py", "", 2),
    "a changed line in the middle": _changed(0.5, ".py", "", 3),
    "a changed line at the end": _changed(1, ".py", "", 4),
    "ten changed lines": _changed(0.3, ".py", "", 1, 10),
    "a changed model": _changed(0.5, ".py", "model", 0, 3),
    "a changed test": _changed(0.4, ".py", "tests/", 1, 3),
    "lines cut": _cut(0.5, ".py", "", 2),
    "many lines cut": _cut(0.2, ".py", "", 0, 40),
    "a file rewritten": _rewritten(".py", "", 5),
    "a document rewritten": _rewritten(".md"),
    "a file deleted": _deleted(".py", "model"),
    "a test deleted": _deleted(".py", "tests/"),
    "a file renamed": _renamed(".py", "", 3),
    "a file added": _added("app/custom/discounts.py", _MINE + b"discounts\n\nRATE = 3\n"),
    "a picture added": _added("app/static/logo.png", b"\x89PNG\0\r\n\x1a\n" + bytes(range(256))),
    "line ends of Windows": _mapped(_windows, ".py", "", 1),
    "mixed line ends": _mapped(_mixed, ".py", "", 2),
    "no last line end": _mapped(_unended, ".py", "", 3),
    "a file doubled": _mapped(_twice, ".py", "", 6),
    "a line in every file": _everywhere,
}

"""Trees of three sides: what both can have is had, and nothing is lost without a word."""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from menon.apps.socratic.proof.merge import Conflict, Merged, merge

BASE = b"one\ntwo\nthree\nfour\nfive\n"
Sides = tuple[bytes | None, bytes | None, bytes | None]

CASES: dict[str, tuple[Sides, bytes | None, list[str]]] = {
    "nobody changed it": ((BASE, BASE, BASE), BASE, []),
    "we changed it": ((BASE, b"we\n", BASE), b"we\n", []),
    "they changed it": ((BASE, BASE, b"they\n"), b"they\n", []),
    "both did the same": ((BASE, b"all\n", b"all\n"), b"all\n", []),
    "different places": (
        (BASE, BASE.replace(b"one", b"ONE"), BASE.replace(b"five", b"FIVE")),
        b"ONE\ntwo\nthree\nfour\nFIVE\n",
        [],
    ),
    "the same place": (
        (BASE, BASE.replace(b"three", b"ours"), BASE.replace(b"three", b"theirs")),
        b"one\ntwo\n<<<<<<< yours\nours\n=======\ntheirs\n>>>>>>> generated\nfour\nfive\n",
        ["content"],
    ),
    "we added where they deleted": (
        (b"a\nb\nc\n", b"a\nnew\nb\nc\n", b"a\nc\n"),
        b"a\n<<<<<<< yours\nnew\nb\n=======\n>>>>>>> generated\nc\n",
        ["content"],
    ),
    "both added at the end": (
        (b"a\n", b"a\nours\n", b"a\ntheirs\n"),
        b"a\n<<<<<<< yours\nours\n=======\ntheirs\n>>>>>>> generated\n",
        ["content"],
    ),
    "we added a file": ((None, b"new\n", None), b"new\n", []),
    "they added a file": ((None, None, b"new\n"), b"new\n", []),
    "both added the same": ((None, b"new\n", b"new\n"), b"new\n", []),
    "both added another": (
        (None, b"same\nours\n", b"same\ntheirs\n"),
        b"same\n<<<<<<< yours\nours\n=======\ntheirs\n>>>>>>> generated\n",
        ["add/add"],
    ),
    "we deleted it": ((BASE, None, BASE), None, []),
    "they deleted it": ((BASE, BASE, None), None, []),
    "both deleted it": ((BASE, None, None), None, []),
    "we deleted what they changed": ((BASE, None, b"new\n"), b"new\n", ["delete/modify"]),
    "they deleted what we changed": ((BASE, b"new\n", None), b"new\n", ["delete/modify"]),
    "we changed all line ends": (
        (b"a\nb\n", b"a\r\nb\r\n", b"a\nB\n"),
        b"a\r\nB\r\n",
        [],
    ),
    "we changed line ends and a line": (
        (b"a\nb\nc\nd\n", b"A\r\nb\r\nc\r\nd\r\n", b"a\nb\nc\nD\n"),
        b"A\r\nb\r\nc\r\nD\r\n",
        [],
    ),
    "they changed all line ends": (
        (b"a\nb\nc\n", b"A\nb\nc\n", b"a\r\nb\r\nC\r\n"),
        b"A\r\nb\r\nC\r\n",
        [],
    ),
    "our line ends are mixed": (
        (b"a\nb\nc\n", b"a\r\nb\nc\n", b"a\nb\nC\n"),
        b"a\r\nb\nC\n",
        [],
    ),
    "we took the last line end": ((b"a\nb\n", b"a\nb", b"a\nB\n"), b"a\nB", []),
    "they took the last line end": ((b"a\nb\n", b"A\nb\n", b"a\nb"), b"A\nb", []),
    "a clash in a last line without end": (
        (b"a\nb", b"a\nours", b"a\ntheirs"),
        b"a\n<<<<<<< yours\nours\n=======\ntheirs\n>>>>>>> generated\n",
        ["content"],
    ),
    "we emptied it": (
        (b"a\n", b"", b"b\n"),
        b"<<<<<<< yours\n=======\nb\n>>>>>>> generated\n",
        ["content"],
    ),
    "no text": ((b"\0a", b"\0ours", b"\0theirs"), b"\0ours", ["binary"]),
}


@pytest.mark.parametrize("name", CASES)
def test_a_file_of_three_sides(name: str) -> None:
    sides, wanted, kinds = CASES[name]
    base, ours, theirs = ({"a.py": side} if side is not None else {} for side in sides)
    merged = merge(base, ours, theirs)
    assert merged.tree.get("a.py") == wanted
    assert [conflict.kind for conflict in merged.conflicts] == kinds
    for conflict in merged.conflicts:
        assert conflict.path == "a.py"
        assert (conflict.ours, conflict.theirs) == sides[1:]
        assert conflict.text.endswith(".")


def test_what_is_no_text_stands_beside() -> None:
    taken = {"logo.png.generated": b"x"}
    merged = merge({"logo.png": b"\0"}, {"logo.png": b"\0us", **taken}, {"logo.png": b"\0them"})
    assert merged.tree == {
        "logo.png": b"\0us",
        "logo.png.generated": b"x",
        "logo.png.generated1": b"\0them",
    }
    assert merged.conflicts[0].aside == "logo.png.generated1"


def test_a_renamed_file_keeps_its_edits_and_the_new_text_is_listed() -> None:
    merged = merge({"a.py": b"a\n"}, {"b.py": b"a\nedit\n"}, {"a.py": b"new\n"})
    assert merged.tree == {"a.py": b"new\n", "b.py": b"a\nedit\n"}
    assert [(one.path, one.kind) for one in merged.conflicts] == [("a.py", "delete/modify")]


def test_our_file_where_they_have_a_folder() -> None:
    merged = merge({}, {"app": b"ours\n"}, {"app/main.py": b"theirs\n", "app/a/b.py": b"b\n"})
    assert merged.tree == {
        "app": b"ours\n",
        "app.generated/main.py": b"theirs\n",
        "app.generated/a/b.py": b"b\n",
    }
    assert [(one.path, one.kind) for one in merged.conflicts] == [("app", "folder")]


def test_our_folder_where_they_have_a_file() -> None:
    merged = merge({}, {"app/main.py": b"ours\n"}, {"app": b"theirs\n"})
    assert merged.tree == {"app/main.py": b"ours\n", "app.generated": b"theirs\n"}


RUN, LINK = 0o100755, 0o120000
MODES: dict[str, tuple[tuple[int, int, int], int, list[str]]] = {
    "we made it a program": ((0o100644, RUN, 0o100644), RUN, []),
    "they made it a program": ((0o100644, 0o100644, RUN), RUN, []),
    "both did": ((0o100644, RUN, RUN), RUN, []),
    "each another": ((0o100644, RUN, LINK), RUN, ["mode"]),
}


@pytest.mark.parametrize("name", MODES)
def test_modes_of_three_sides(name: str) -> None:
    modes, wanted, kinds = MODES[name]
    tree = {"run": b"x\n"}
    base, ours, theirs = ({"run": mode} for mode in modes)
    merged = merge(tree, tree, tree, modes=(base, ours, theirs))
    assert merged.modes == {"run": wanted}
    assert [conflict.kind for conflict in merged.conflicts] == kinds


def test_links_are_not_compared_by_line() -> None:
    link = {"link": LINK}
    sides = ({"link": b"a"}, {"link": b"b"}, {"link": b"c"})
    merged = merge(*sides, modes=(link, link, link))
    assert merged.tree["link"] == b"b"
    assert merged.conflicts[0].kind == "binary"


def test_texts_that_are_too_alike_are_not_compared_by_line() -> None:
    base = b"x\n" * 20_000
    merged = merge({"a": base}, {"a": b"a\n" + base + b"a\n"}, {"a": b"b\n" + base + b"b\n"})
    assert merged.conflicts[0].kind == "binary"
    assert merged.tree["a.generated"].startswith(b"b\n")


lines = st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b"", b"\r", b"x\r"]), max_size=8)
ends = st.sampled_from([b"\n", b"\r\n"])


def joined(parts: list[bytes], end: bytes, last: bytes) -> bytes:
    return end.join(parts) + last


texts: st.SearchStrategy[bytes] = st.builds(joined, lines, ends, ends | st.just(b"")) | st.binary(
    max_size=12
)
paths = st.sampled_from(["a", "a/b", "b", "c.py", "c.py.generated"])


def without_clashes(tree: Mapping[str, bytes]) -> bool:
    return not any(other.startswith(f"{path}/") for path in tree for other in tree)


trees = st.dictionaries(paths, texts, max_size=4).filter(without_clashes)


def words(content: bytes) -> set[bytes]:
    """Lines, whatever ends them."""
    return {line.rstrip(b"\r") for line in content.split(b"\n")} - {b""}


def added(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> set[bytes]:
    return {
        word for path, text in after.items() for word in words(text) - words(before.get(path, b""))
    }


def kept(merged: Merged) -> set[bytes]:
    def both(conflict: Conflict) -> bytes:
        return (conflict.ours or b"") + b"\n" + (conflict.theirs or b"")

    texts = (*merged.tree.values(), *map(both, merged.conflicts))
    return {word for text in texts for word in words(text)}


@given(trees, trees, trees)
@settings(max_examples=400, deadline=None)
def test_whatever_a_side_added_is_in_the_result_or_in_a_listed_conflict(
    base: dict[str, bytes], ours: dict[str, bytes], theirs: dict[str, bytes]
) -> None:
    merged = merge(base, ours, theirs)
    assert added(base, ours) | added(base, theirs) <= kept(merged)
    assert without_clashes(merged.tree)
    for path, text in ours.items():
        if path not in merged.tree:
            assert text == base.get(path), "only what nobody touched goes away"


@given(trees, trees)
@settings(max_examples=200, deadline=None)
def test_a_side_that_changed_nothing_has_no_say(
    base: dict[str, bytes], other: dict[str, bytes]
) -> None:
    for merged in (merge(base, other, base), merge(base, base, other), merge(base, other, other)):
        assert merged == Merged(tree=dict(sorted(other.items())))


@given(trees, trees, trees)
@settings(max_examples=200, deadline=None)
def test_edits_stay_when_the_result_is_generated_anew(
    base: dict[str, bytes], ours: dict[str, bytes], theirs: dict[str, bytes]
) -> None:
    merged = merge(base, ours, theirs)
    assert merge(theirs, merged.tree, theirs).tree == merged.tree

"""Differences of texts: a little of what stays, and both sides beside each other."""

from menon.kit.difference import difference, side_by_side


def test_a_difference_shows_a_little_of_what_stays():
    old = [str(n) for n in range(100)]
    new = [*old[:50], "fifty", *old[51:]]
    assert [(line.kind, line.text) for line in difference(old, new)] == [
        ("gap", "…"),
        *[("same", str(n)) for n in (47, 48, 49)],
        ("del", "50"),
        ("add", "fifty"),
        *[("same", str(n)) for n in (51, 52, 53)],
    ]
    assert difference(old, old) == []


def test_beside_each_other_each_side_keeps_its_numbers():
    lines = difference(["a", "b", "c", "d"], ["a", "B", "d", "e"])
    pairs = [
        (
            pair.kind,
            pair.left and (pair.left.old, pair.left.text),
            pair.right and (pair.right.new, pair.right.text),
        )
        for pair in side_by_side(lines)
    ]
    assert pairs == [
        ("same", (1, "a"), (1, "a")),
        ("changed", (2, "b"), (2, "B")),
        ("changed", (3, "c"), None),
        ("same", (4, "d"), (3, "d")),
        ("changed", None, (4, "e")),
    ]
    assert side_by_side(difference([], ["x"]))[0].left is None

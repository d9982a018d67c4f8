"""Values of JSON as people read them."""

from typing import Any

from menon.core.web.values import Readable, readable, shown


def texts(found: Readable) -> Any:
    """A readable value as plain Python again."""
    if found.kind == "pairs":
        return {name: texts(one) for name, one in found.parts}
    if found.kind == "items":
        return [texts(one) for _, one in found.parts]
    return found.text or found.kind


def test_names_and_lists_are_nested() -> None:
    value = {"customer_name": "Ada", "paid": True, "lines": [{"n": 2}, None], "X-Id": 1.5}
    assert texts(readable(value)) == {
        "Customer name": "Ada",
        "Paid": "yes",
        "Lines": [{"N": "2"}, "nothing"],
        "X-Id": "1.5",
    }


def test_a_long_text_is_folded_behind_its_beginning() -> None:
    found = readable("word " * 100)
    assert found.kind == "long"
    assert found.text.startswith(found.beginning[:20])
    assert len(found.beginning) < 120
    assert readable("a\nb\nc\nd\ne").kind == "long"


def test_nothing_is_endless() -> None:
    deep: Any = 1
    for _ in range(50):
        deep = [deep]
    assert "[" in str(texts(readable(deep)))
    wide = readable(list(range(1, 5_000)))
    assert (len(wide.parts), wide.left) == (100, 4_899)
    many = readable([[1] * 100] * 100)
    assert sum(len(one.parts) for _, one in many.parts) < 1_000
    assert len(readable("x" * 10**6).text) < 21_000


def test_what_is_not_there_is_not_shown() -> None:
    assert shown(None) is shown({}) is shown([]) is None
    assert shown({"a": 1}, lambda _: "masked") == {"value": readable({"a": 1}), "json": "masked"}
    kept = shown(False)
    assert kept is not None
    assert kept["json"] == "false"

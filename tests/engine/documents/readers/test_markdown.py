"""Markdown keeps its text and gives its front matter away."""

import pytest
from tests.engine.documents.conftest import Read

from menon.core.errors import ContentBomb, ContentError


def test_front_matter_becomes_metadata(parse: Read) -> None:
    parsed = parse(
        "a.md",
        "---\ntitle: Leave\nCategory: people\ntags: [a, b]\nupdated: 2026-01-20\n"
        "draft: false\nweight: 1.5\nat: 2026-01-20 10:00:00\nnested: {x: [1]}\nnone:\n---\n\n"
        "# Heading\n\nText.\n",
    )
    assert parsed.text == "# Heading\n\nText.\n"
    assert parsed.title == "Leave"
    assert parsed.kind == "markdown"
    assert parsed.metadata == {
        "category": "people",
        "tags": ["a", "b"],
        "updated": "2026-01-20",
        "draft": False,
        "weight": 1.5,
        "at": "2026-01-20T10:00:00",
        "nested": {"x": [1]},
        "none": None,
    }


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("# One\ntext", "One", "# One\ntext"),
        ("text\n\n## Two ##\n", "Two", "text\n\n## Two ##\n"),
        ("no heading", "file", "no heading"),
        ("---\n---\ntext", "file", "text"),
        ("---\r\ntitle: x\r\n---\r\ntext", "x", "text"),
        ("---\ntitle: x\n...\ntext", "x", "text"),
        ("---\ntitle: 42\n---\ntext", "42", "text"),
        ("\ufeff---\ntitle: x\n---\ntext", "x", "text"),
        ("---\ntitle: Noon: a history\n---\ntext", "Noon: a history", "text"),
        ("---\njust words\n---\nafter", "file", "---\njust words\n---\nafter"),
        ("---\nsome: [words\nand more\n---\nx", "file", "---\nsome: [words\nand more\n---\nx"),
        ("---\nnever closed", "file", "---\nnever closed"),
        ("text\n---\ntitle: x\n---\n", "file", "text\n---\ntitle: x\n---\n"),
    ],
)
def test_titles_and_bodies(parse: Read, text: str, title: str, body: str) -> None:
    parsed = parse("file.md", text)
    assert (parsed.title, parsed.text) == (title, body)


def test_values_that_json_cannot_hold_become_text(parse: Read) -> None:
    parsed = parse("a.md", f"---\nbig: {2**63}\nbad: .nan\nset: !!set {{a}}\nnul: 'a\\0b'\n---\nx")
    assert parsed.metadata["big"] == str(2**63)
    assert parsed.metadata["bad"] == "nan"
    assert parsed.metadata["set"] == {"a": None} or parsed.metadata["set"] == ["a"]


def test_aliases_are_refused_before_they_multiply(parse: Read) -> None:
    laughs = "\n".join(
        [
            f"a0: &a0 {'x' * 10}",
            *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 9)),
        ]
    )
    with pytest.raises(ContentError, match="YAML aliases"):
        parse("a.md", f"---\n{laughs}\n---\ntext")


def test_code_in_yaml_is_not_run(parse: Read) -> None:
    parsed = parse("a.md", "---\nx: !!python/object/apply:os.system ['exit 3']\n---\ntext")
    assert parsed.metadata["x"].startswith("!!python")


@pytest.mark.parametrize("deep", ["[" * 15_000 + "]" * 15_000, "{a: " * 30, "- " * 15_000])
def test_deep_yaml_is_a_bomb(parse: Read, deep: str) -> None:
    with pytest.raises(ContentBomb, match="nested"):
        parse("a.md", f"---\nx:\n  {deep}\n---\ntext")

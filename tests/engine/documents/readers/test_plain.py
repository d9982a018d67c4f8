"""Plain text stays as it is."""

from tests.engine.documents.conftest import Read


def test_nothing_is_changed(parse: Read) -> None:
    parsed = parse("notes.log", "  one\n\n\n# two  \n")
    assert (parsed.text, parsed.kind, parsed.language) == ("  one\n\n\n# two  \n", "text", None)

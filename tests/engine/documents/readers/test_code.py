"""Source code stays word for word and knows its language."""

import pytest
from tests.engine.documents.conftest import Read


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("a.py", "python"),
        ("A.CS", "csharp"),
        ("a.test.tsx", "typescript"),
        ("Dockerfile", "dockerfile"),
        ("lib/CMakeLists.txt", "cmake"),
        ("a.yml", "yaml"),
        ("a.sql", "sql"),
        ("a.h", "c"),
    ],
)
def test_the_language_is_known_by_the_name(parse: Read, name: str, language: str) -> None:
    parsed = parse(name, "  x:\n\ty\n\n\n")
    assert (parsed.language, parsed.kind, parsed.text) == (language, "code", "  x:\n\ty\n\n\n")
    assert parsed.media_type == f"text/x-{language}"

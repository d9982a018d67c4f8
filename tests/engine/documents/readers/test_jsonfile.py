"""JSON is shown indented; its depth is bounded before it is parsed."""

import time

import pytest
from tests.engine.documents.conftest import Read

from menon.core.errors import ContentBomb, ContentError
from menon.engine.documents import Limits


def test_values_stand_beside_their_names(parse: Read) -> None:
    parsed = parse("a.json", '{"title":"Tea","b":[1,{"c":"é"}]}')
    assert parsed.text.strip() == (
        '{\n  "title": "Tea",\n  "b": [\n    1,\n    {\n      "c": "é"\n    }\n  ]\n}'
    )
    assert (parsed.title, parsed.kind, parsed.language) == ("Tea", "code", "json")


@pytest.mark.parametrize("text", ["[1]", '{"title": 3}', '"text"', '[{"title": "x"}]'])
def test_a_title_is_taken_from_the_outermost_object_only(parse: Read, text: str) -> None:
    assert parse("name.json", text).title == "name"


def test_lines_are_values(parse: Read) -> None:
    assert parse("a.jsonl", '{"a":1}\n\n[2]\n').text == '{\n  "a": 1\n}\n[\n  2\n]\n'


@pytest.mark.parametrize(
    "text", ["{", "{'a': 1}", "[1,]", "nothing", '{"a": 1} x', "[" + "9" * 5000 + "]"]
)
def test_what_is_not_json_is_told(parse: Read, text: str) -> None:
    with pytest.raises(ContentError, match=r"'a\.json' is not JSON"):
        parse("a.json", text)


@pytest.mark.parametrize(
    ("text", "fine"),
    [
        ("[" * 64 + "]" * 64, True),
        ("[" * 65 + "]" * 65, False),
        ('{"a":' * 65 + "1" + "}" * 65, False),
        ("[" * 1_000_000, False),
        ('["' + "[" * 1000 + '"]', True),
        ('["\\"' + "[" * 1000 + '"]', True),
        ("[" + ",".join(["[]"] * 1000) + "]", True),
    ],
)
def test_depth_is_bounded(parse: Read, text: str, *, fine: bool) -> None:
    if fine:
        assert parse("a.json", text).text
    else:
        with pytest.raises(ContentBomb, match="deeper than 64 levels"):
            parse("a.json", text)


def test_escapes_become_clean_text(parse: Read) -> None:
    assert parse("a.json", r'["a\u0000b\ud800c"]').text == '[\n  "a\\u0000b\ufffdc"\n]\n'


def test_indentation_cannot_blow_a_file_up(parse: Read) -> None:
    text = "[" * 63 + ",".join(["1"] * 1000) + "]" * 63
    with pytest.raises(ContentBomb, match="characters"):
        parse("a.json", text, None, Limits(text_chars=100_000))


@pytest.mark.parametrize("text", ['"' + r"\"" * 500_000, '["' * 300_000, "{" + '"a":1,' * 300_000])
def test_hostile_text_is_refused_in_time(parse: Read, text: str) -> None:
    begun = time.process_time()
    with pytest.raises(ContentError):
        parse("a.json", text)
    assert time.process_time() - begun < 5

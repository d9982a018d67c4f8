from typing import Any

import pytest

from menon.testing.fake_llm.script import Script, read, sample


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("fake", Script()),
        ("gpt-4o", Script()),
        ("fake-n100-d20", Script(tokens=100, delay_s=0.02)),
        ("fake-n5:latest", Script(tokens=5)),
        ("fake-f50-t2-p3", Script(first_s=0.05, rounds=2, parallel=3)),
        ("fake-e429-r7-a1", Script(status=429, retry_after=7, faulty_requests=1)),
        ("fake-err200-dupid", Script(words=frozenset({"err200", "dupid"}))),
        ("fake-k0-c1-h2-s3-j4-x5", None),
    ],
)
def test_the_name_is_the_script(name: str, script: Script | None) -> None:
    found = read(name)
    if script is None:
        script = Script(drop=0, close=1, hang=2, drip=3, break_json=4, break_event=5)
    assert found == script


def test_without_its_faults_it_answers_the_same() -> None:
    assert read("fake-n7-d3-e500-k2-dupid").healthy() == read("fake-n7-d3")


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        ({"const": 3}, 3),
        ({"enum": ["b", "a"]}, "b"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, 1),
        ({"type": "boolean"}, True),
        ({"type": "array"}, []),
        ({"type": "number"}, 1.5),
        ({"type": "null"}, None),
        ({}, "x"),
        (
            {"properties": {"a": {"type": "integer"}, "b": {}}, "required": ["a", "c"]},
            {"a": 1, "c": "x"},
        ),
    ],
)
def test_a_sample_satisfies_its_schema(schema: dict[str, Any], value: object) -> None:
    assert sample(schema) == value

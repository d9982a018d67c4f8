"""What people may write and code may stumble over: names, numbers, patterns, few values."""

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path, PurePath
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from ruff import find_ruff_bin
from tests.apps.socratic.generator.specifications import entity, made, stored

from menon.apps.socratic.generator import Options, generate
from menon.apps.socratic.generator.addresses import EMAIL, URL
from menon.apps.socratic.generator.model import FieldModel
from menon.apps.socratic.generator.names import alias, distinct, snake
from menon.apps.socratic.generator.pieces import enum_model, field
from menon.apps.socratic.generator.sampling import accepted, plenty, refused, sample
from menon.apps.socratic.generator.spelling import limits, literal, wire
from menon.apps.socratic.generator.wordlists import CLASSES
from menon.apps.socratic.specification.data import EntityField, Enumeration, FieldType
from menon.core.errors import InvalidInput

TEXT = st.text(st.sampled_from("aB1_ é-"), max_size=12)
BOUND = st.none() | st.floats(-1e6, 1e6).map(lambda v: round(v, 6)) | st.integers(-9, 9).map(float)


@example("sensor 1", "sensor1")
@example("a_1", "a1")
@given(TEXT, TEXT)
def test_names_that_differ_have_types_that_differ(one: str, other: str) -> None:
    first = snake(one)
    second = distinct(snake(other), {first}, "_value")
    assert alias(first) != alias(second)
    assert alias(first).isidentifier()


@example("/tmp/x")
@example("0.0.0.0")
@given(st.text(max_size=20))
def test_a_literal_means_the_value(value: str) -> None:
    assert eval(literal(value)) == value


@pytest.mark.parametrize("value", ["/tmp/x", "/var/tmp", "/dev/shm/x", "0.0.0.0", "::"])
def test_scanners_see_no_place_in_a_literal(value: str) -> None:
    nodes = ast.walk(ast.parse(literal(value)))
    constants = [str(node.value) for node in nodes if isinstance(node, ast.Constant)]
    assert value not in constants
    assert not [text for text in constants if text.startswith(("/tmp", "/var/tmp", "/dev/shm"))]


@pytest.mark.parametrize("name", ["garage", "circle"])
def test_code_is_clean_whatever_things_are_called(name: str, tmp_path: Path) -> None:
    """Names of tests, of routes, of the standard library, of passwords; relations called `list`."""
    for path, content in generate(stored(name)).items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    words = [find_ruff_bin(), "check", "--no-cache", "--output-format=concise", "."]
    result = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout[-2_000:]


def test_tests_of_an_entity_replace_no_others() -> None:
    tree = generate(made(entity("Storage"), entity("Limits"), entity("Pages")))
    assert b"migrations" in tree["tests/test_storage.py"]
    assert {"tests/test_storage_.py", "tests/test_limits_.py", "tests/test_pages_.py"} <= set(tree)


def test_nobody_may_make_anything() -> None:
    readers = [{"actor": "reader", "entity": "*", "actions": ["read"]}]
    tree = generate(made(entity("Thing"), actors=[{"name": "reader"}], permissions=readers))
    assert "tests/test_thing.py" in tree


@pytest.mark.parametrize(
    "one",
    [
        {"type": "integer", "min": 3, "max": 3},
        {"type": "enum", "enum": "Only"},
        {"pattern": "^x$"},
    ],
)
def test_a_unique_field_of_one_value_is_refused(one: dict[str, Any]) -> None:
    thing = entity("Thing", {"name": "x", "unique": True, **one})
    with pytest.raises(InvalidInput, match="at most"):
        generate(made(thing, enums=[{"name": "Only", "values": ["one"]}]))


def numbers() -> Iterator[FieldType]:
    """The types of numbers."""
    yield from (FieldType.INTEGER, FieldType.DECIMAL, FieldType.FLOAT)


def within(value: Any, one: FieldModel) -> bool:
    """Whether a number keeps the limits, as the generated code looks at them."""
    kept = limits(one)
    near = round(value, 4) if one.type is FieldType.DECIMAL else value
    return (
        value >= kept.get("ge", value)
        and value <= kept.get("le", value)
        and ("gt" not in kept or (value > kept["gt"] and near > kept["gt"]))
        and ("lt" not in kept or (value < kept["lt"] and near < kept["lt"]))
    )


@example(FieldType.DECIMAL, None, 1.0, None, None)
@example(FieldType.DECIMAL, 0.00001, None, 0.1, None)
@example(FieldType.FLOAT, None, 0.3333333, None, 0.3333334)
@example(FieldType.FLOAT, 1e13, None, None, None)
@example(FieldType.DECIMAL, 1_234_564.5, None, None, None)
@given(st.sampled_from(list(numbers())), BOUND, BOUND, BOUND, BOUND)
def test_samples_keep_their_limits(
    kind: FieldType, low: float | None, above: float | None, high: float | None, below: float | None
) -> None:
    written = EntityField(
        name="x", type=kind, required=True, min=low, above=above, max=high, below=below
    )
    one = field(written, "x", None, state=False)
    try:
        code = sample(one)
    except InvalidInput:
        assume(False)
        return
    values = [eval(code, {"n": n}) for n in range(1, 40)]
    assert all(within(value, one) for value in values), (code, one)
    # What is written as JSON, with four places, is what comes back.
    assert kind is not FieldType.DECIMAL or values == [round(value, 4) for value in values]
    assert len(set(values[:8])) == 8 or not plenty(one), (code, one)
    assert all(within(ast.literal_eval(case.value), one) for case in accepted(one)), (
        accepted(one),
        one,
    )
    edges = [case for case in refused(one) if re.match(r"[gl][te] ", case.why)]
    assert not [case for case in edges if within(ast.literal_eval(case.value), one)], one


def test_names_that_entity_modules_import_are_no_entity_s() -> None:
    tree = generate(stored("garage"))
    known = {cls.rpartition("/")[0] for cls in tree if cls.endswith("/models.py")}
    for folder in known:
        module = ast.parse(tree[f"{folder}/models.py"])
        imported = {
            name.asname or name.name
            for node in module.body
            if isinstance(node, ast.ImportFrom)
            for name in node.names
        }
        assert not [name for name in imported if name[0].isupper() and not _is_reserved(name)]


def _is_reserved(name: str) -> bool:
    return name in CLASSES or name.isupper()


@example("email", 12, 30)
@example("url", 50, None)
@example("email", 0, 16)
@given(st.sampled_from(["email", "url"]), st.integers(0, 300), st.none() | st.integers(1, 300))
def test_addresses_are_as_long_as_they_may_be(kind: str, least: int, most: int | None) -> None:
    written = EntityField(name="x", type=FieldType(kind), min_length=least, max_length=most)
    one = field(written, "x", None, state=False)
    try:
        code = sample(one)
    except InvalidInput:
        assume(False)
        return
    values = [eval(code, {"n": n}) for n in (1, 50, 999)]
    assert len(set(values)) == 3
    longest = one.max_length or {"email": 254, "url": 2_000}[kind]
    assert all(least <= len(value) <= longest for value in values)
    edges = [len(eval(case.value)) for case in accepted(one) if case.value != "None"]
    assert all(size in {least, longest} for size in edges)


def test_limits_of_addresses_are_kept() -> None:
    fields = ({"name": "mail", "type": "email", "max_length": 60}, {"name": "page", "type": "url"})
    tree = generate(made(entity("Thing", *fields)))
    assert b"max_length=60" in tree["app/schemas/thing.py"]
    assert b"60 characters" in tree["tests/test_thing.py"]
    assert b"61 characters" in tree["tests/test_thing.py"]


@pytest.mark.parametrize(
    ("kind", "pattern", "most"),
    [
        ("email", r"@example\.(com|org)$", None),
        ("email", r"(?i)^[a-z]+\.[a-z]+@", None),
        ("email", r"\.org$", 40),
        ("email", r"@counsel\.example$", None),
        ("url", r"\.pdf$", None),
        ("url", "^https://", None),
        ("url", r"^https://github\.com/[a-z]+/[a-z]+$", 60),
    ],
)
def test_an_address_obeys_its_pattern(kind: str, pattern: str, most: int | None) -> None:
    written = EntityField(name="x", type=FieldType(kind), pattern=pattern, max_length=most)
    one = field(written, "x", None, state=False)
    shape = {"email": EMAIL, "url": URL}[kind]
    values = [eval(sample(one), {"n": n, "pick": _pick}) for n in range(9)]
    assert plenty(one)
    assert len(set(values)) == 9
    for value in values:
        assert re.search(pattern, value)
        assert re.search(shape, value)
        assert len(value) <= (most or 2_000)
    wrong = [ast.literal_eval(case.value) for case in refused(one) if "form" in case.why]
    assert [text for text in wrong if re.search(shape, text) and re.search(pattern, text)] == []
    assert f"AfterValidator(holding({literal(pattern)}))" in wire(one)


def _pick(values: list[str], number: int) -> str:
    return values[number % len(values)]


def test_a_pattern_that_no_address_has_is_refused() -> None:
    spec = made(entity("Thing", {"name": "mail", "type": "email", "pattern": "^ +$"}))
    with pytest.raises(InvalidInput, match=r"no text of .* matches the pattern '\^ \+\$'"):
        generate(spec)


def test_addresses_have_the_form_that_the_code_wants() -> None:
    fields = ({"name": "mail", "type": "email", "pattern": "@example.com$"}, {"name": "name"})
    tree = generate(made(entity("Thing", *fields)))
    wire_of = tree["app/core/wire.py"].decode()
    assert f'EMAIL = r"{EMAIL}"' in wire_of
    assert f'URL = r"{URL}"' in wire_of
    assert "def holding" in wire_of
    assert b"def holding" not in generate(made(entity("Thing")))["app/core/wire.py"]


def test_what_a_pattern_says_of_the_length_is_not_said_again() -> None:
    parts = {"pattern": "^[A-Z]{3}$", "required": True}
    one = field(EntityField.model_validate({"name": "x", **parts}), "x", None, state=False)
    assert limits(one) == {"pattern": "^[A-Z]{3}$"}
    more = {**parts, "pattern": "[A-Z]{3}"}
    one = field(EntityField.model_validate({"name": "x", **more}), "x", None, state=False)
    assert limits(one) == {"pattern": "[A-Z]{3}", "min_length": 1, "max_length": 255}


@pytest.mark.parametrize(
    ("values", "members"),
    [
        (["A+", "A", "A-", "B"], ["A_PLUS", "A", "A_MINUS", "B"]),
        (["C", "C++", "C#"], ["C", "C_PLUS_PLUS", "C_SHARP"]),
        (["<", ">="], ["LESS_THAN", "GREATER_THAN_EQUALS"]),
        (["♂", "♀"], ["MALE", "FEMALE"]),
        (["a", "A"], ["A", "A_VALUE"]),
        (["in-progress", "done"], ["IN_PROGRESS", "DONE"]),
    ],
)
def test_values_that_differ_by_a_sign_have_names_of_their_own(
    values: list[str], members: list[str]
) -> None:
    made_of = enum_model(Enumeration(name="Kind", values=values), "Kind")
    assert [member for member, _, _ in made_of.members] == members


def test_what_pages_need_is_installed_with_them() -> None:
    tree = generate(made(entity("Thing")), Options(frontend="htmx"))
    told = tomllib.loads(tree["pyproject.toml"].decode())["tool"]["setuptools"]["package-data"]
    beside = [path for path in tree if path.startswith("app/") and not path.endswith(".py")]
    assert beside
    for path in beside:
        assert any(PurePath(path).match(f"app/{pattern}") for pattern in told["app"]), path

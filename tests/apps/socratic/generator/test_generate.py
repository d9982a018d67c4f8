"""From a specification to a project that passes its own tests."""

import ast
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest
from tests.apps.socratic.generator.specifications import FOLDER, entity, made, stored

from menon.apps.socratic.generator import (
    CUSTOM,
    PHASES,
    Options,
    component,
    generate,
    matrix,
)
from menon.apps.socratic.specification.model import Style
from menon.core.errors import InvalidInput, NotFound

_DIGEST: Final = """
import hashlib, sys
from pathlib import Path
from menon.apps.socratic.generator import generate
from menon.apps.socratic.specification import Specification
spec = Specification.model_validate_json(Path(sys.argv[1]).read_bytes())
whole = hashlib.sha256()
for path, content in generate(spec).items():
    whole.update(path.encode() + b"\\0" + content + b"\\0")
print(whole.hexdigest())
"""


def test_the_same_specification_gives_the_same_bytes() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", _DIGEST, str(FOLDER / "names.json")],
            env=os.environ | {"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
    assert len(digests.pop().strip()) == len(hashlib.sha256().hexdigest())


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("*.json")))
def test_every_specification_gives_code_that_can_be_read(name: str) -> None:
    tree = generate(stored(name))
    for path, content in tree.items():
        if path.endswith(".py"):
            ast.parse(content, path)
    assert {"README.md", "TRACE.md", "trace.json", "Dockerfile", "pyproject.toml"} <= set(tree)
    assert any(path.startswith(CUSTOM) for path in tree)


def test_hostile_text_is_inert() -> None:
    bad = "\"\"\"\nimport os; BOOM = {{ 7 * 7 }} {% endraw %} \\ '''\u202e"
    field = {"name": "x", "description": bad.replace("\n", " "), "default": bad}
    tree = generate(made(entity("Thing", field, description=bad), project={"name": bad}))
    for path, content in tree.items():
        if path.endswith(".py"):
            names = {n.id for n in ast.walk(ast.parse(content)) if isinstance(n, ast.Name)}
            assert "BOOM" not in names
            assert b"\xe2\x80\xae" not in content


@pytest.mark.parametrize("style", list(Style))
def test_a_project_passes_its_own_tests_in_every_style(style: Style, tmp_path: Path) -> None:
    frontend = "htmx" if style is Style.LAYERED else "none"
    spec = made(
        entity(
            "Tag",
            {"name": "name", "required": True, "unique": True, "max_length": 30},
            relations=[{"name": "parent", "target": "Tag", "on_delete": "set_null"}],
        )
    )
    for path, content in generate(spec, Options(style=style, frontend=frontend)).items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        # The project knows nothing of the plugins that are installed here.
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-3_000:]


def test_each_phase_gives_files_of_its_own() -> None:
    assert [phase.name for phase in PHASES] == [
        "analyze_specification",
        "design_architecture",
        "generate_backend",
        "generate_frontend",
        "generate_tests",
        "generate_documentation",
    ]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ({"type": "integer", "min": 5, "max": 4}, "no number"),
        ({"min_length": 9, "max_length": 3}, "no text"),
        ({"pattern": "^a{9}$", "max_length": 3}, "no text of"),
    ],
)
def test_limits_that_nothing_keeps_are_refused(field: dict[str, object], text: str) -> None:
    with pytest.raises(InvalidInput, match=text):
        generate(made(entity("Thing", {"name": "x", **field})))


class TestTrace:
    """From requirements to code and tests."""

    def test_what_is_proven_and_what_is_not(self) -> None:
        spec = stored("library")
        rows = {row.requirement: row for row in matrix(spec, generate(spec))}
        assert "tests/test_acceptance.py::test_fr_001_scenario_2" in rows["FR-001"].tests
        assert "app/services/book.py" in rows["FR-001"].code
        assert any("pleasant" in text for text in rows["FR-002"].unproven)
        assert rows["SC-001"].tests == []
        assert rows["PERM-001"].tests

    def test_only_files_that_there_are_are_named(self) -> None:
        rows = matrix(stored("library"), {})
        assert all(not row.code and not row.tests for row in rows)


class TestComponent:
    """One more part."""

    def test_an_entity_comes_with_all_of_its_files(self) -> None:
        spec = stored("library")
        tree = generate(spec)
        found = component("entity", "Tag", spec)
        assert {"app/models/tag.py", "app/api/tag.py", "tests/test_tag.py", "app/main.py"} <= set(
            found
        )
        assert "app/models/book.py" not in found
        assert all(tree[path] == content for path, content in found.items())

    def test_one_file_comes_alone(self) -> None:
        assert list(component("service", "Tag", stored("library"))) == ["app/services/tag.py"]
        assert list(component("tests", "Tag", stored("library"))) == ["tests/test_tag.py"]

    def test_what_there_is_not_is_refused(self) -> None:
        with pytest.raises(NotFound, match="no entity 'Nothing'"):
            component("entity", "Nothing", stored("library"))
        with pytest.raises(InvalidInput, match="no component of the kind 'x'"):
            component("x", "Tag", stored("library"))


def test_the_trace_calls_things_as_people_do() -> None:
    criterion = {"id": "SC-001", "metric": "latency_p95", "value": 200, "unit": "ms"}
    tree = generate(made(entity("Record"), nfr=[criterion]))
    told = {row["requirement"]: row["title"] for row in json.loads(tree["trace.json"])}
    assert told["ENTITY-Record"] == "Record"
    assert told["SC-001"] == "latency p95 is at most 200 ms"

"""Ways to break code: which there are, that each is code, and that tests notice them for real."""

import ast
from pathlib import Path

import pytest
from tests.apps.socratic.proof.trees import Tree

from menon.apps.socratic.proof import Limits
from menon.apps.socratic.proof.mutants import hunt
from menon.apps.socratic.proof.mutations import mutants, sample
from menon.engine.sandbox import Sandbox, SandboxSettings

CASES: dict[str, tuple[str, list[tuple[str, str]]]] = {
    "equal": ("x = a == b", [("comparison", "x = (a != b)")]),
    "less": ("x = a < b", [("comparison", "x = (a >= b)"), ("boundary", "x = (a <= b)")]),
    "at least": ("x = a >= b", [("comparison", "x = (a < b)"), ("boundary", "x = (a > b)")]),
    "in": ("x = a in b", [("comparison", "x = (a not in b)")]),
    "is": ("x = a is not b", [("comparison", "x = (a is b)")]),
    "a chain is left": ("x = a < b < c", []),
    "and": ("x = a and b", [("boolean", "x = (a or b)")]),
    "not": ("x = not a", [("boolean", "x = (a)")]),
    "true": ("x = True", [("boolean", "x = (False)")]),
    "a number": ("x = 4", [("constant", "x = (5)")]),
    "no number": ("x = 'text'", []),
    "plus": ("x = a + b", [("arithmetic", "x = (a - b)")]),
    "times": ("x = a * b", [("arithmetic", "x = (a // b)")]),
    "a guard": (
        "def f():\n    if a:\n        raise E",
        [("guard", "def f():\n    if (False):\n        raise E")],
    ),
    "no guard": ("if a:\n    b()", []),
    "a limit in a type": (
        "x: Annotated[int, Field(ge=0)]",
        [("constant", "x: Annotated[int, Field(ge=(1))]")],
    ),
    "a size of a column": ("x = mapped_column(String(100))", []),
    "what documents": ("@app.get(responses=problems(404))\ndef f(): ...", []),
    "a frozen class": ("@dataclass(frozen=True)\nclass A: ...", []),
    "a size by its module": ("x = sa.String(100)", []),
    "a default": ("def f(a=1): ...", [("constant", "def f(a=(2)): ...")]),
    "a decorator": (
        "@app.get(status=201)\ndef f(): ...",
        [("constant", "@app.get(status=(202))\ndef f(): ...")],
    ),
    "what only runs as a program": ("if __name__ == '__main__':\n    f(1)", []),
    "what only types need": ("if TYPE_CHECKING:\n    x = 1", []),
    "after other signs": ("x = 'ä' + y", [("arithmetic", "x = ('ä' - y)")]),
    "over lines": ("x = f(a ==\n  b)\ny = c", [("comparison", "x = f((a != b)\\\n)\ny = c")]),
    "in except": (
        "try:\n    a()\nexcept E:\n    x = 1",
        [("constant", "try:\n    a()\nexcept E:\n    x = (2)")],
    ),
    "in a case": (
        "match a:\n    case 1:\n        x = 1",
        [("constant", "match a:\n    case 1:\n        x = (2)")],
    ),
    "no Python": ("def", []),
}


@pytest.mark.parametrize("name", CASES)
def test_ways_to_break_a_text(name: str) -> None:
    text, wanted = CASES[name]
    found = mutants("a.py", text.encode())
    assert sorted((one.kind, one.content.decode()) for one in found) == sorted(wanted)


def test_every_mutant_of_a_project_is_code_of_as_many_lines(project: Tree) -> None:
    for path in ("app/main.py", "app/rules.py", "app/shapes.py", "app/database.py"):
        found = mutants(path, project[path])
        assert len({one.content for one in found}) == len(found) > 0
        for one in found:
            assert ast.parse(one.content)
            assert one.content.count(b"\n") == project[path].count(b"\n")
            assert one.lines[0] <= one.line <= one.lines[1]


def test_a_sample_takes_of_each_file_and_is_the_same_again(project: Tree) -> None:
    paths = ("app/main.py", "app/rules.py", "app/shapes.py")
    chosen = sample(project, paths, 12, 3)
    assert len(chosen) == 12
    assert {one.path for one in chosen} == set(paths)
    assert chosen == sample(project, paths, 12, 3) != sample(project, paths, 12, 4)
    assert len(sample(project, paths, 10_000, 3)) == sum(len(mutants(p, project[p])) for p in paths)


SMALL: Tree = {
    "app/__init__.py": b"",
    "app/sums.py": b"""LIMIT = 3


def over(number):
    if number < 0:
        raise ValueError(number)
    return number > LIMIT


def never(number):
    return number + 1


def loop(number):
    while number != 10:
        number += 1
    return number
""",
    "tests/test_sums.py": b"""import pytest

from app.sums import loop, over


def test_over():
    assert over(4)
    with pytest.raises(ValueError):
        over(-1)


def test_loop():
    assert loop(9) == 10
""",
}


async def test_tests_notice_what_they_look_at(sandbox: Sandbox, environment: Path) -> None:
    found = await hunt(SMALL, sandbox=sandbox, environment=environment, limits=Limits(seconds=240))
    assert not found.problem
    states = {(one.mutant.kind, one.mutant.before): one.state for one in found.hunted}
    assert states["guard", "number < 0"] == "killed"
    assert states["comparison", "number > LIMIT"] == "killed"
    assert states["boundary", "number > LIMIT"] == "survived"
    assert states["arithmetic", "number + 1"] == "unreached"
    assert found.states["survived"] >= 1
    assert 0 < found.share < 1


FAILING: dict[str, tuple[Tree, str]] = {
    "tests that fail anyway": (
        {**SMALL, "tests/test_no.py": b"def test_no():\n    assert 0\n"},
        "fail without a mutant",
    ),
    "tests that end it": (
        {**SMALL, "tests/conftest.py": b"import os\nos._exit(0)\n"},
        "fail without a mutant",
    ),
    "tests that hang": (
        {**SMALL, "tests/conftest.py": b"while True:\n    pass\n"},
        "time",
    ),
}


@pytest.mark.parametrize("name", FAILING)
async def test_a_hunt_that_cannot_be_says_why(
    name: str, sandbox: Sandbox, environment: Path
) -> None:
    tree, word = FAILING[name]
    limits = Limits(seconds=5 if name == "tests that hang" else 60)
    found = await hunt(
        tree, sandbox=sandbox, environment=environment, side_by_side=1, limits=limits
    )
    assert found.hunted == ()
    assert found.share == 0
    assert word in found.problem


async def test_without_confinement_nothing_is_hunted(environment: Path) -> None:
    off = Sandbox(SandboxSettings(tier="off"))
    found = await hunt(SMALL, sandbox=off, environment=environment)
    assert "MENON_SANDBOX__TIER" in found.problem

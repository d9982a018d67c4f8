"""Models that lie, cheat, break things and repeat themselves: nothing that worked is lost."""

import json
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.apps.socratic.proof.trees import Tree, changed

from menon.apps.socratic.proof import Failure, Gate, Proof, Ran, TestResult, prove
from menon.apps.socratic.proof.model import GATES, GateName
from menon.apps.socratic.proof.repair import Ask, Repaired, Try, repair
from menon.apps.socratic.proof.repair_prompt import prompt
from menon.apps.socratic.proof.repair_rules import Refused, applied
from menon.engine.sandbox import Sandbox

MARKED = b"""\
A = 1
# menon: begin body
B = 2
# menon: end body
C = 3
# menon: begin more
D = 4
# menon: end more
"""
TREE: Tree = {
    "app/core.py": MARKED,
    "app/plain.py": b"X = 1\n",
    "app/custom/mine.py": b"Y = 1\n",
    "app/torn.py": b"# menon: begin a\n",
    "tests/test_a.py": b"def test_a():\n    assert False\n",
}


def answer(*edits: dict[str, Any]) -> str:
    return json.dumps({"why": "so", "edits": edits})


def whole(path: str, content: str) -> str:
    return answer({"path": path, "content": content})


def swap(path: str, old: str, new: str) -> str:
    return answer({"path": path, "patch": [{"old": old, "new": new}]})


TAKEN: dict[str, tuple[str, str, bytes]] = {
    "a new file of one's own": (
        whole("app/custom/new.py", "Z = 1\n"),
        "app/custom/new.py",
        b"Z = 1\n",
    ),
    "a file of one's own": (swap("app/custom/mine.py", "1", "2"), "app/custom/mine.py", b"Y = 2\n"),
    "a region": (swap("app/core.py", "B = 2", "B = 5"), "app/core.py", MARKED.replace(b"2", b"5")),
    "a region as a whole file": (
        whole("app/core.py", MARKED.decode().replace("D = 4\n", "")),
        "app/core.py",
        MARKED.replace(b"D = 4\n", b""),
    ),
    "with a fence around it": (
        f"```json\n{swap('app/core.py', '2', '5')}\n```",
        "app/core.py",
        MARKED.replace(b"2", b"5"),
    ),
}


@pytest.mark.parametrize("name", TAKEN)
def test_edits_where_they_may_be(name: str) -> None:
    text, path, wanted = TAKEN[name]
    found = applied(TREE, text)
    assert found == {**TREE, path: wanted}


REFUSED: dict[str, tuple[str, str]] = {
    "prose": ("I have mended it.", "no JSON object"),
    "no edits": (answer(), "edits"),
    "an unknown word": (answer({"path": "app/custom/a.py", "code": ""}), "code"),
    "neither": (answer({"path": "app/custom/a.py"}), "either"),
    "both": (answer({"path": "app/custom/a.py", "content": "", "patch": []}), "either"),
    "a test": (whole("tests/test_a.py", "def test_a():\n    pass\n"), "is a test"),
    "a new test": (whole("tests/helper.py", ""), "is a test"),
    "a plug-in for tests": (whole("app/custom/conftest.py", ""), "is a test"),
    "a way out": (whole("app/custom/../main.py", ""), "not a path"),
    "a way to the root": (whole("/etc/passwd", ""), "not a path"),
    "a file without regions": (whole("app/plain.py", "X = 2\n"), "no region"),
    "a new file elsewhere": (whole("app/new.py", ""), "below 'app/custom/'"),
    "settings": (whole("pyproject.toml", ""), "below 'app/custom/'"),
    "outside of the region": (swap("app/core.py", "A = 1", "A = 2"), "(body, more)"),
    "without the markers": (whole("app/core.py", "A = 1\nB = 2\nC = 3\n"), "markers"),
    "with more markers": (
        swap("app/core.py", "B = 2", "B = 2\n# menon: end body\nE = 1\n# menon: begin body"),
        "markers",
    ),
    "with torn markers": (swap("app/core.py", "B = 2", "# menon: begin x"), "belong together"),
    "in a file with torn markers": (whole("app/torn.py", ""), "does not end"),
    "a string over the markers": (
        answer(
            {
                "path": "app/core.py",
                "patch": [{"old": "B = 2", "new": 'B = """'}, {"old": "D = 4", "new": '"""'}],
            }
        ),
        "would not be a comment",
    ),
    "no Python": (whole("app/custom/a.py", "def"), "no Python"),
    "nested too deeply": (whole("app/custom/a.py", "(" * 5000 + ")" * 5000), "a.py"),
    "what is not there": (swap("app/core.py", "nothing", ""), "0 times"),
    "what is there twice": (swap("app/core.py", "menon", ""), "4 times"),
    "a patch of nothing": (swap("app/custom/new.py", "a", "b"), "does not exist"),
    "a file in a file": (whole("app/custom/mine.py/a.py", ""), "lies in a file"),
    "a folder": (whole("app/custom", ""), "below"),
    "the same as before": (whole("app/custom/mine.py", "Y = 1\n"), "change nothing"),
    "a list": ("[1]", "not as asked for"),
    "deep JSON": ("[" * 100_000, "no JSON"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_edits_that_go_too_far(name: str) -> None:
    text, word = REFUSED[name]
    with pytest.raises(Refused, match=r".") as refused:
        applied(TREE, text)
    assert word in str(refused.value)


def proof(*passing: str, failing: tuple[str, ...] = (), broken: tuple[str, ...] = ()) -> Proof:
    states = {**dict.fromkeys(passing, "passed"), **dict.fromkeys(failing, "failed")}
    bad = {*broken, *(["tests"] if failing else [])}
    return Proof(
        gates=tuple(
            Gate(name=name, state="failed" if name in bad else "passed", detail="so")
            for name in GATES
        ),
        tests=tuple(
            Ran(name=name, state="passed" if state == "passed" else "failed")
            for name, state in states.items()
        ),
        results=(
            TestResult(
                test_type="unit",
                test_suite="pytest unit",
                files_tested=(),
                total_tests=len(states),
                passed_tests=len(passing),
                failed_tests=len(failing),
                skipped_tests=0,
                failure_details=tuple(Failure(name=name, message="wrong") for name in failing),
            ),
        ),
    )


START = proof("a", "b", failing=("c", "d"))


def play(
    model: Callable[[int], str], prover: Callable[[int], Proof], start: Proof = START
) -> tuple[Repaired, list[str]]:
    """The end of a dialogue, and what the model was asked."""
    dialogue = repair(TREE, start)
    asked: list[str] = []
    try:
        step = next(dialogue)
        while True:
            if isinstance(step, Ask):
                asked.append(step.prompt)
                step = dialogue.send(model(step.round))
            else:
                assert isinstance(step, Try)
                step = dialogue.send(prover(step.round))
    except StopIteration as stop:
        return stop.value, asked


def mine(number: int) -> str:
    return whole("app/custom/mine.py", f"Y = {number + 1}\n")


def test_what_is_whole_is_left_alone() -> None:
    repaired, asked = play(mine, lambda _: START, proof("a"))
    assert (repaired.tree, repaired.rounds, asked) == (TREE, (), [])


def test_a_round_that_mends_something_is_kept_until_all_is_well() -> None:
    proofs = [proof("a", "b", "c", failing=("d",)), proof("a", "b", "c", "d")]
    repaired, asked = play(mine, lambda number: proofs[number - 1])
    assert repaired.proof.completed
    assert repaired.tree["app/custom/mine.py"] == b"Y = 3\n"
    assert [one.kept for one in repaired.rounds] == [True, True]
    assert repaired.rounds[0].changed == ("app/custom/mine.py",)
    assert "wrong" in asked[0]
    assert "B = 2" in asked[0]
    assert "def test_a" not in asked[0]
    assert "Kept: 1 more tests pass." in asked[1]


WORSE = {
    "it loses a test": (
        proof("a", "c", "d", failing=("b",)),
        "1 tests that passed do not any more, such as b",
    ),
    "it takes a test away": (proof("a", "c", "d"), "such as b"),
    "it breaks a gate": (proof("a", "b", "c", "d", broken=("bandit",)), "The gate bandit passed"),
    "nothing is better": (START, "Nothing is better"),
    "not all was tried": (Proof(tests=START.tests), "Not every gate"),
}


@pytest.mark.parametrize("name", WORSE)
def test_a_round_that_loses_something_is_not_kept(name: str) -> None:
    worse, word = WORSE[name]
    repaired, asked = play(mine, lambda _: worse)
    assert (repaired.tree, repaired.proof) == (TREE, START)
    assert [one.kept for one in repaired.rounds] == [False] * 3
    assert word in repaired.rounds[0].reason
    assert word in asked[1]


def test_a_model_that_repeats_itself_is_not_tried_again() -> None:
    tried: list[int] = []

    def prover(number: int) -> Proof:
        tried.append(number)
        return START

    repaired, _ = play(lambda _: mine(1), prover)
    assert tried == [1]
    assert repaired.rounds[2].reason == "These edits were tried before."


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_costs_a_round_and_no_proof(name: str) -> None:
    def prover(_: int) -> Proof:
        raise AssertionError("nothing is to be proved")

    repaired, asked = play(lambda _: REFUSED[name][0], prover)
    assert repaired.tree == TREE
    assert len(asked) == len(repaired.rounds) == 3
    assert REFUSED[name][1] in asked[1]


def test_sending_the_wrong_thing_is_a_mistake_of_ours() -> None:
    dialogue = repair(TREE, START)
    next(dialogue)
    with pytest.raises(TypeError):
        dialogue.send(START)


async def test_a_broken_project_is_mended_for_real(
    sandbox: Sandbox, environment: Path, project: Tree
) -> None:
    broken = changed(project, "app/rules.py", "not fines > 500", "fines > 500")

    answers = iter(
        (
            whole("tests/unit/test_rules.py", ""),
            swap("app/rules.py", "fines > 500", "lent == 0"),
            swap("app/rules.py", "lent == 0", "not fines > 500"),
        )
    )
    only: tuple[GateName, ...] = ("tests",)
    prover = partial(prove, sandbox=sandbox, environment=environment, only=only)
    repaired = await mended(broken, answers, prover)
    assert [one.kept for one in repaired.rounds] == [False, True, True], repaired.rounds
    assert [gate.state for gate in repaired.proof.gates] == ["passed"]
    assert repaired.tree == project


async def mended(
    tree: Tree, answers: Iterator[str], prover: Callable[[Mapping[str, bytes]], Awaitable[Proof]]
) -> Repaired:
    dialogue = repair(tree, await prover(tree))
    try:
        step = next(dialogue)
        while True:
            sent = next(answers) if isinstance(step, Ask) else await prover(step.tree)
            step = dialogue.send(sent)
    except StopIteration as stop:
        return stop.value


def test_a_model_is_shown_what_failed_before_what_did_not() -> None:
    wide = b"# menon: begin a\n" + b"x = 1\n" * 2_000 + b"# menon: end a\n"
    tree = {f"app/a{n}.py": wide for n in range(9)} | {
        "app/z.py": MARKED,
        "app/custom/mine.py": b"Y = 1\n",
    }
    told = prompt(tree, proof(failing=("app/z.py::test",)), [])
    files = told.partition("# Files that may change")[2]
    order = [line for line in files.splitlines() if line.startswith("## app/")]
    assert order[:2] == ["## app/custom/mine.py", "## app/z.py"]
    assert order[-1] == "## app/a8.py (left out)"

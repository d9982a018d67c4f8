"""A good project passes every gate; each way of being broken fails the gate that is for it."""

from pathlib import Path

import pytest
from tests.apps.socratic.proof.trees import Tree, changed

from menon.apps.socratic.proof import Gate, Proof, prove
from menon.apps.socratic.proof.model import GATES, GateName
from menon.engine.sandbox import Sandbox, SandboxSettings

ALL: set[GateName] = set(GATES)
STATIC: tuple[GateName, ...] = ("ruff", "complexity", "bandit")


def failed(proof: Proof) -> set[GateName]:
    return {gate.name for gate in proof.gates if not gate.ok}


async def test_a_good_project_passes_every_gate(
    sandbox: Sandbox, environment: Path, project: Tree
) -> None:
    told: list[Gate] = []
    proof = await prove(project, sandbox=sandbox, environment=environment, progress=told.append)
    assert proof.completed, proof
    assert {gate.name for gate in proof.gates} == {gate.name for gate in told} == ALL
    by_suite = {result.test_suite: result for result in proof.results}
    unit, integration = by_suite["pytest unit"], by_suite["pytest integration"]
    assert (unit.total_tests, unit.passed_tests, unit.failed_tests) == (12, 12, 0)
    assert integration.total_tests == 27
    assert integration.files_tested == ("tests/integration/test_books.py",)
    assert integration.passed
    assert integration.coverage_percentage == 100
    assert integration.coverage_by_file["app/rules.py"] == 100
    assert by_suite["schemathesis"].total_tests == 5
    assert by_suite["bandit"].test_type == "security"
    latency = by_suite["latency"]
    assert latency.test_type == "performance"
    assert latency.total_tests == len(latency.figures) > 0
    assert all(0 < one["p50_ms"] <= one["p95_ms"] for one in latency.figures.values())
    assert proof.findings == ()
    assert len(proof.passing) == 39


BREAKS: dict[str, tuple[tuple[str, str, str], tuple[GateName, ...], set[GateName], str]] = {
    "a rule is wrong": (
        ("app/rules.py", "late <= 0", "late <= 1"),
        ("tests",),
        {"tests"},
        "test_fine[22-20]",
    ),
    "a file cannot be read": (
        ("app/rules.py", "FREE_DAYS = 21", "FREE_DAYS = = 21"),
        GATES,
        ALL,
        "SyntaxError",
    ),
    "an import is unused": (
        ("app/rules.py", "FREE_DAYS = 21", "import os\n\nFREE_DAYS = 21"),
        STATIC,
        {"ruff"},
        "`os` imported but unused",
    ),
    "a weakness is excused": (
        ("app/rules.py", "    late = days", '    exec("pass")  # nosec\n    late = days'),
        STATIC,
        {"bandit"},
        "B102",
    ),
    "an error is not documented": (
        ("app/main.py", '@app.get("/books", responses={401: ERRORS[401]})', '@app.get("/books")'),
        ("openapi", "schemathesis"),
        {"openapi", "schemathesis"},
        "does not say 401",
    ),
    "an answer is a 500": (
        ("app/main.py", "rules.fine(days))", "rules.fine(100 // days))"),
        ("openapi", "schemathesis"),
        {"schemathesis"},
        "ZeroDivisionError",
    ),
    "an answer does not come": (
        ("app/main.py", "    return Fine(", "    import os\n\n    os._exit(0)\n    return Fine("),
        ("openapi", "schemathesis"),
        {"schemathesis"},
        "it ended at GET /fines",
    ),
    "the document is elsewhere": (
        ("app/main.py", "app = FastAPI(", 'app = FastAPI(openapi_url="/other.json", '),
        ("openapi", "schemathesis"),
        {"openapi", "schemathesis"},
        "/openapi.json answered 404",
    ),
    "the application does not start": (
        ("app/main.py", "Base.metadata.create_all(engine)", 'raise OSError("none today")'),
        ("openapi", "schemathesis"),
        {"openapi", "schemathesis"},
        "none today",
    ),
}


@pytest.mark.parametrize("name", BREAKS)
async def test_what_is_broken_fails_its_gate(
    name: str, sandbox: Sandbox, environment: Path, project: Tree
) -> None:
    change, only, gates, word = BREAKS[name]
    tree = changed(project, *change)
    proof = await prove(tree, sandbox=sandbox, environment=environment, only=only)
    assert failed(proof) == gates, proof.gates
    assert {gate.name for gate in proof.gates} == set(only)
    assert not proof.completed
    assert word in repr(proof)


async def test_a_function_of_many_paths_fails_whatever_its_comments_say(
    sandbox: Sandbox, environment: Path, project: Tree
) -> None:
    paths = [f"    if days == {n}:  # noqa: C901\n        return {n}\n" for n in range(11)]
    text = "\n\ndef many(days: int) -> int:  # noqa: C901\n" + "".join(paths) + "    return 0\n"
    line = project["app/rules.py"].count(b"\n") + 3
    project["app/rules.py"] += text.encode()
    proof = await prove(project, sandbox=sandbox, environment=environment, only=STATIC)
    assert failed(proof) == {"complexity"}
    assert [(one.path, one.line) for one in proof.findings] == [("app/rules.py", line)]
    assert "12 paths" in proof.findings[0].text


async def test_code_that_no_test_runs_fails_coverage(
    sandbox: Sandbox, environment: Path, project: Tree
) -> None:
    del project["tests/integration/test_books.py"]
    only: tuple[GateName, ...] = ("tests", "coverage")
    proof = await prove(project, sandbox=sandbox, environment=environment, only=only)
    assert failed(proof) == {"coverage"}
    assert {one.path for one in proof.findings} == {"app/database.py", "app/main.py"}


async def test_an_empty_tree_fails_every_gate_that_needs_something(
    sandbox: Sandbox, environment: Path
) -> None:
    proof = await prove({}, sandbox=sandbox, environment=environment)
    assert failed(proof) >= {"tests", "bandit", "openapi", "schemathesis"}


async def test_where_nothing_can_be_confined_every_gate_has_failed(
    environment: Path, project: Tree
) -> None:
    sandbox = Sandbox(SandboxSettings(tier="off"))
    proof = await prove(project, sandbox=sandbox, environment=environment)
    assert failed(proof) == ALL
    assert all("MENON_SANDBOX__TIER" in gate.detail for gate in proof.gates)

"""Projects that want to break out, or to be believed: nothing escapes, and the gate says failed."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.apps.socratic.proof.trees import Tree

from menon.apps.socratic.proof import Limits, prove
from menon.apps.socratic.proof.model import GateName
from menon.engine.sandbox import Sandbox

LIMITS = Limits(seconds=60, memory_mb=400, processes=24, disk_mb=32)
SHORT = replace(LIMITS, seconds=6)
"""For what never ends by itself."""
ENDLESS = {
    "a bomb of forks",
    "one that hangs",
    "one that hangs when it is read",
    "one that hangs when it is imported",
}
TESTS: tuple[GateName, ...] = ("tests",)
GOOD = b"def test_good():\n    assert True\n"

LIES = """
import json, os
for name in ("junit.xml", "report.json", "!menon-0.json", ".menon-ticket.json"):
    with open(name, "w") as file:
        file.write('<testsuites><testsuite tests="1" failures="0"/></testsuites>')
"""
FORGED = """
import gc, json, os, struct

def test_forged():
    # What the parent listens to is open here: claim success, and end before the truth.
    for file in range(3, 64):
        for frame in ({"kind": "test", "id": "tests/test_a.py::test_forged", "state": "passed",
                       "message": "", "seconds": 0}, {"kind": "end", "exit": 0}):
            data = json.dumps(frame).encode()
            try:
                os.write(file, struct.pack("!I", len(data)) + data)
            except OSError:
                pass
    os._exit(0)
"""
TURNED = """
import pytest

@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport():
    outcome = yield
    outcome.get_result().outcome = "passed"
"""
DROPPED = """
def pytest_collection_modifyitems(items):
    items[:] = [item for item in items if "bad" not in item.name]
"""
HOSTILE: dict[str, tuple[Tree, str]] = {
    "a bomb of forks": (
        {"tests/test_a.py": b"import os\n\ndef test_a():\n    while True:\n        os.fork()\n"},
        "",
    ),
    "one that hangs": (
        {"tests/test_a.py": b"def test_a():\n    while True:\n        pass\n"},
        "time",
    ),
    "one that hangs when it is read": ({"tests/test_a.py": b"while True:\n    pass\n"}, "time"),
    "one that wants the network": (
        {
            "tests/test_a.py": b"import socket\n\ndef test_a():\n"
            b"    socket.create_connection(('192.0.2.1', 80), timeout=5)\n"
        },
        "1 of 1 tests fail",
    ),
    "one that fills the disk": (
        {
            "tests/test_a.py": b"def test_a():\n    for n in range(10**6):\n"
            b"        open(f'f{n}', 'wb').write(b'x' * 2**20)\n"
        },
        "",
    ),
    "one that fills the memory": (
        {"tests/test_a.py": b"def test_a():\n    x = b'1'\n    while x:\n        x += x\n"},
        "",
    ),
    "one that prints a gigabyte": (
        {
            "tests/test_a.py": b"import os\n\ndef test_a():\n    for _ in range(2**14):\n"
            b"        os.write(1, b'x' * 2**16)\n    assert False\n"
        },
        "",
    ),
    "one that leaves reports of others": (
        {"tests/test_a.py": f"{LIES}\nos._exit(0)\n".encode()},
        "ended early",
    ),
    "one that talks for pytest": ({"tests/test_a.py": FORGED.encode()}, "has to fail"),
    "one that kills its parent": (
        {"tests/test_a.py": b"import os\n\ndef test_a():\n    os.kill(os.getppid(), 9)\n"},
        "",
    ),
    "one that ends with 0": (
        {"tests/test_a.py": GOOD, "tests/conftest.py": b"import os\nos._exit(0)\n"},
        "ended early",
    ),
    "one that leaves pytest with 0": (
        {
            "tests/test_a.py": GOOD,
            "tests/conftest.py": b"import pytest\npytest.exit('enough', returncode=0)\n",
        },
        "",
    ),
    "a plug-in that turns failures around": (
        {
            "tests/test_a.py": b"def test_bad():\n    assert False\n",
            "tests/conftest.py": TURNED.encode(),
        },
        "changes the results",
    ),
    "a plug-in that drops what fails": (
        {
            "tests/test_a.py": b"def test_bad():\n    assert False\n\ndef test_good():\n    pass\n",
            "tests/conftest.py": DROPPED.encode(),
        },
        "1 tests were never run: tests/test_a.py::test_bad",
    ),
    "settings that run nothing": (
        {"tests/test_a.py": GOOD, "pytest.ini": b"[pytest]\npython_files = nothing_*.py\n"},
        "",
    ),
    "words that run nothing": (
        {
            "tests/test_a.py": b"def test_a():\n    assert False\n",
            "pytest.ini": b"[pytest]\naddopts = --collect-only\n",
        },
        "1 of 1 tests fail",
    ),
    "modules that take the place of ours": (
        {
            "tests/test_a.py": b"def test_a():\n    assert False\n",
            **dict.fromkeys(
                ("pytest.py", "coverage.py", "json.py", "sitecustomize.py", "menon_proof.py"),
                b"import os\nos._exit(0)\n",
            ),
        },
        "",
    ),
    "tests that are all skipped": (
        {"tests/test_a.py": b"import pytest\n\n@pytest.mark.skip\ndef test_a():\n    pass\n"},
        "0 tests pass, and 1 are skipped",
    ),
    "no tests": ({"app/main.py": b"app = None\n"}, "no tests"),
}


@pytest.mark.parametrize("name", HOSTILE)
async def test_it_is_confined_and_not_believed(
    name: str, sandbox: Sandbox, environment: Path
) -> None:
    tree, word = HOSTILE[name]
    limits = SHORT if name in ENDLESS else LIMITS
    proof = await prove(tree, sandbox=sandbox, environment=environment, only=TESTS, limits=limits)
    gate = proof.gates[0]
    assert gate.state == "failed", proof
    assert word in gate.detail, gate.detail


APPLICATIONS = {
    "one that ends when it is imported": b"import os\nos._exit(0)\n",
    "one that hangs when it is imported": b"while True:\n    pass\n",
    "one that kills its parent": b"import os\nos.kill(os.getppid(), 9)\n",
    "one that is none": b"app = 5\n",
    "one that forges a document": b"""
import schemathesis.engine
schemathesis.engine.from_schema = None
async def app(scope, receive, send):
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": b'{"openapi": "3.1.0"}'})
""",
    "one that promises nothing": b"from fastapi import FastAPI\n\napp = FastAPI()\n",
}


@pytest.mark.parametrize("name", APPLICATIONS)
async def test_an_application_cannot_pass_for_another(
    name: str, sandbox: Sandbox, environment: Path
) -> None:
    proof = await prove(
        {"app/main.py": APPLICATIONS[name]},
        sandbox=sandbox,
        environment=environment,
        only=("openapi", "schemathesis"),
        limits=SHORT if name in ENDLESS else LIMITS,
    )
    assert [gate.state for gate in proof.gates] == ["failed", "failed"], proof
    assert all(gate.detail for gate in proof.gates)

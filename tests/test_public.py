"""What `import menon` offers: these names, loaded when they are used, and nothing begun by it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

import menon
import menon.client
import menon.errors
import menon.events
import menon.testing

ROOT = Path(__file__).parent.parent
EXAMPLES = {
    "first_agent": "offline:extractive\n",
    "calculator": "15 * 23 = 345.\n",
    "two_agents": "{'calculate': ('counter',), 'look_up': ('clerk',)}\n"
    "clerk says: Everybody has 25 days of leave a year. [1]\n",
}


def test_the_names_are_these():
    assert menon.__all__ == [
        *("Agent", "AgentError", "AsyncClient", "Client", "Conversation", "InMemory", "Limits"),
        *("Orchestrator", "Result", "Team", "Tool", "ToolContext", "document_search"),
        *("errors", "events", "tool"),
    ]
    assert dir(menon) == sorted(menon.__all__)


@pytest.mark.parametrize(
    "module",
    [menon, menon.client, menon.errors, menon.events, menon.testing],
    ids=lambda m: m.__name__,
)
def test_each_is_there_and_in_order(module: object):
    names: list[str] = getattr(module, "__all__")  # noqa: B009 - of any module
    assert names == sorted(names, key=lambda name: (not name.isupper(), name.islower(), name))
    assert all(hasattr(module, name) for name in names)
    assert not hasattr(module, "nothing")


def test_importing_it_loads_nothing_and_begins_nothing():
    code = """
import sys, threading
before = set(sys.modules)
import menon
from json import dumps
heavy = {"pydantic", "pydantic_ai", "msgspec", "httpx2", "numpy", "asyncio", "fastapi"}
print(dumps([sorted(heavy & set(sys.modules) - before), threading.active_count()]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == [[], 1]


def test_an_offline_answer_loads_no_library_of_a_provider():
    code = """
import sys
from menon import Agent
print(Agent("A", tools=["calculator"]).run_sync("What is 15 * 23?").text)
heavy = {"openai", "anthropic", "numpy", "ctranslate2", "fastapi", "sqlalchemy"}
print(sorted((heavy | {"genai_prices.data"}) & set(sys.modules)))
"""
    done = subprocess.run(
        [sys.executable, "-W", "error::ResourceWarning", "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={},
    )
    assert done.stdout.splitlines() == ["15 * 23 = 345.", "[]"]
    assert done.stderr == ""


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_run_and_stand_in_the_docs(name: str, capsys: pytest.CaptureFixture[str]):
    text = (ROOT / "examples" / "python" / f"{name}.py").read_text()
    exec(compile(text, name, "exec"), {"__name__": "example"})
    assert capsys.readouterr().out == EXAMPLES[name]
    page = (ROOT / "docs" / "python-api.md").read_text()
    body = text.split('"""\n\n', 1)[1]
    shown = [line for line in body.splitlines() if line.startswith(("agent = ", "counter = "))]
    assert all(line in page for line in shown)

"""A model's code runs in the sandbox, and the model is told how that went."""

from types import SimpleNamespace

import pytest

from menon.engine.sandbox import Sandbox, SandboxSettings, Tier
from menon.engine.tools.run_python import Ran, run_python
from menon.engine.tools.tool import Effect, ToolContext, ToolFailed, ToolRetry

CONTEXT = ToolContext(run="r")


async def ran(code: str) -> Ran:
    return await run_python.call(CONTEXT, {"code": code})


def test_it_needs_an_approval() -> None:
    assert (run_python.effect, run_python.idempotent) == (Effect.EXEC, False)


async def test_output_and_files_come_back() -> None:
    told = await ran(
        """
open("table.csv", "w").write("a,b")
open("picture.png", "wb").write(b"\\x89PNG\\r\\n" + bytes(100))
open("large.txt", "w").write("x" * 5000)
print(15 * 23)
"""
    )
    assert (told.exit, told.stdout, told.stderr, told.stopped_by) == (0, "345\n", "", "")
    assert told.tier in Tier
    assert [(file.name, file.size, file.type, file.text) for file in told.files] == [
        ("large.txt", 5000, "text/plain", ""),
        ("picture.png", 106, "image/png", ""),
        ("table.csv", 3, "text/csv", "a,b"),
    ]


async def test_a_mistake_is_told_with_its_line() -> None:
    told = await ran("x = 1\nprint(y)")
    assert told.exit == 1
    assert "line 2, in <module>\n    print(y)" in told.stderr
    assert "NameError" in told.stderr


async def test_many_files_are_counted() -> None:
    told = await ran("for n in range(25): open(f'{n:02}.txt', 'w').close()")
    assert (len(told.files), told.more_files) == (20, 5)


async def test_odd_characters_are_no_trouble() -> None:
    told = await ran("print('gr\\u00fc\\u00df', '\\ud800'.encode('utf-8', 'replace'), '\u2713')")
    assert told.stdout == "grüß b'?' ✓\n"


@pytest.mark.parametrize(("code", "why"), [(" \n", "no code"), ("#" * 100_001, "at most 100000")])
async def test_what_is_no_program_is_asked_for_again(code: str, why: str) -> None:
    with pytest.raises(ToolRetry, match=why):
        await ran(code)


async def test_without_a_sandbox_it_fails_and_says_what_helps() -> None:
    runtime = SimpleNamespace(get={Sandbox: Sandbox(SandboxSettings(tier="off"))}.get)
    with pytest.raises(ToolFailed, match="MENON_SANDBOX__TIER=auto"):
        await run_python.call(ToolContext(run="r", runtime=runtime), {"code": "print(1)"})

"""The parts of a repair: what is carried, what may be spent, what is committed, who is asked."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from menon.apps.socratic import repository
from menon.apps.socratic.codebases.mending.carried import packed, read, unpacked, written
from menon.apps.socratic.codebases.mending.model import Budget, asked, configured
from menon.apps.socratic.git.shelves import Shelf
from menon.apps.socratic.proof import Failure, Finding, Gate, Proof, Ran, TestResult
from menon.core.errors import Conflict
from menon.core.jobs.plain import LARGEST
from menon.core.runtime import Runtime

NOON = datetime(2027, 1, 2, 12, 0, tzinfo=UTC)
PATH = "app/custom/ours.py"


def proof(tests: int, message: str = "assert 1 == 2") -> Proof:
    """A proof in which one test of so many fails."""
    failed = Failure(name="test_0", message=message)
    result = TestResult(
        test_type="unit",
        test_suite="pytest unit",
        files_tested=("tests/test_a.py",),
        total_tests=tests,
        passed_tests=tests - 1,
        failed_tests=1,
        skipped_tests=0,
        coverage_percentage=91.5,
        coverage_by_file={"app/main.py": 91.5},
        failure_details=(failed,),
    )
    found = Finding(gate="ruff", rule="F401", severity="low", text="unused", path=PATH, line=1)
    ran = [Ran(name=f"test_{n}", state="passed" if n else "failed") for n in range(tests)]
    gate = Gate(name="tests", state="failed", detail="1 test fails.")
    return Proof(results=(result,), findings=(found,), gates=(gate,), tests=tuple(ran), seconds=1.5)


class TestCarrying:
    """Proofs and answers go from step to step as short texts."""

    def test_a_proof_comes_back_as_it_was(self) -> None:
        assert unpacked(packed(proof(3))) == proof(3)

    def test_thousands_of_tests_have_room(self) -> None:
        text = packed(proof(5_000))
        assert 0 < len(text) < LARGEST // 2
        assert unpacked(text).passing == proof(5_000).passing

    def test_only_the_end_of_a_long_message_is_carried(self) -> None:
        [failure] = unpacked(packed(proof(1, "x" * 100_000 + "the end"))).failures
        assert failure.message.endswith("the end")
        assert len(failure.message) == 1_500

    @pytest.mark.parametrize("text", ["", "{}", "ä" * 50_000, "half \ud800"])
    def test_an_answer_comes_back(self, text: str) -> None:
        assert read(written(text)) == text.encode(errors="replace").decode()


def test_a_budget_is_used_up_by_either() -> None:
    whole = Budget(tokens=100, seconds=5.0)
    assert whole.after(99, 4.0).left
    assert not whole.after(100, 1.0).left
    assert not whole.after(1, 5.0).left


class TestCommitting:
    """A repair is a commit of its own, and never takes from people."""

    @pytest.fixture
    def shelf(self, tmp_path: Path) -> Shelf:
        made = Shelf(folder=tmp_path, author=repository.Author("Ada", "ada@example.org"), at=NOON)
        made.begin()
        made.written({PATH: "A = 1\n"}, "Ours.")
        return made

    def test_again_it_is_the_same_commit(self, shelf: Shelf) -> None:
        before, after = {PATH: b"A = 1\n"}, {PATH: b"A = 2\n", "app/custom/new.py": b"B = 1\n"}
        first = shelf.mended(before, after, "Mend.")
        assert shelf.mended(before, after, "Mend.") == first
        assert shelf.tree(first).items() >= after.items()

    def test_what_people_changed_meanwhile_stays(self, shelf: Shelf) -> None:
        mine = shelf.written({PATH: "A = 3\n"}, "Ours again.").commit.id
        with pytest.raises(Conflict, match="meanwhile"):
            shelf.mended({PATH: b"A = 1\n"}, {PATH: b"A = 2\n"}, "Mend.")
        assert shelf.head("main") == mine
        assert shelf.tree("main")[PATH] == b"A = 3\n"

    def test_a_file_that_people_made_meanwhile_stays(self, shelf: Shelf) -> None:
        with pytest.raises(Conflict, match="meanwhile"):
            shelf.mended({}, {PATH: b"A = 2\n"}, "Mend.")


@pytest.mark.parametrize("wanted", ["auto", "offline", "offline:extractive", "nobody:nothing"])
async def test_without_a_model_nothing_is_mended(runtime: Runtime, wanted: str) -> None:
    assert await configured(runtime, wanted) == ""


async def test_the_offline_engine_says_nothing(runtime: Runtime) -> None:
    budget = Budget(tokens=10, seconds=1.0)
    said = await asked(runtime, "no-run", "Mend it.", budget, "auto")
    assert (said["text"], said["tokens"]) == ("", 0)
    assert "No model" in said["error"]

"""A project says what is to be done next."""

from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from menon.apps.socratic.agreements.schemas import SpecificationRow
from menon.apps.socratic.codebases.schemas import CodebaseOut
from menon.apps.socratic.projects.steps import following
from menon.apps.socratic.sessions.schemas import SessionOut

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def session(status: str, *, hours: int = 0) -> SessionOut:
    at = NOON + timedelta(hours=hours)
    made: Any = SessionOut.model_construct(
        id="s", status=status, answered_questions=3, total_questions=20, updated_at=at
    )
    return cast("SessionOut", made)


def version(number: int, *, approved: bool) -> SpecificationRow:
    at = NOON + timedelta(hours=1)
    made: Any = SpecificationRow.model_construct(
        id="v", version=number, approved=approved, created_at=at
    )
    return cast("SpecificationRow", made)


def code(status: str, *, of: int | None = 1) -> CodebaseOut:
    made: Any = CodebaseOut.model_construct(
        id="c", version=1, status=status, specification_version=of
    )
    return cast("CodebaseOut", made)


DRAFT, AGREED = version(1, approved=False), version(1, approved=True)


@pytest.mark.parametrize(
    ("sessions", "specifications", "codebases", "action", "href"),
    [
        ([], [], [], "Start session", ""),
        ([session("active")], [], [], "Go on with the questions", "/sessions/s"),
        ([session("paused")], [], [], "Go on with the questions", "/sessions/s"),
        ([session("completed")], [], [], "Make the specification", "/sessions/s"),
        ([session("completed")], [DRAFT], [], "Read the specification", "/specifications/v"),
        ([], [DRAFT], [], "Read the specification", "/specifications/v"),
        ([], [AGREED], [], "Generate code", "/specifications/v"),
        ([], [AGREED], [code("testing")], "Follow it", "/codebases/c"),
        ([], [AGREED], [code("failed")], "See why", "/codebases/c?view=tests"),
        ([], [AGREED], [code("completed")], "See the code", "/codebases/c"),
        ([], [AGREED], [code("completed", of=None)], "Generate code", "/specifications/v"),
        (
            [],
            [version(2, approved=False)],
            [code("completed")],
            "Read the specification",
            "/specifications/v",
        ),
        (
            [session("active", hours=2)],
            [AGREED],
            [code("completed")],
            "Go on with the questions",
            "/sessions/s",
        ),
    ],
)
def test_the_newest_of_all_says_what_follows(
    sessions: list[SessionOut],
    specifications: list[SpecificationRow],
    codebases: list[CodebaseOut],
    action: str,
    href: str,
):
    found = following(sessions, specifications, codebases)
    assert (found.action, found.href) == (action, href)

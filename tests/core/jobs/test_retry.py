import pytest

from menon.core.errors import (
    DatabaseError,
    ExternalError,
    MenonError,
    ModelLimited,
    ModelUnavailable,
    NotFound,
    StorageFull,
)
from menon.core.jobs.retry import pause


@pytest.mark.parametrize(
    ("error", "attempt", "seconds"),
    [
        (ExternalError(), 1, 1),
        (ExternalError(), 3, 4),
        (ExternalError(), 4, None),
        (ConnectionResetError(), 1, 1),
        (ModelUnavailable(), 2, 2),
        (ModelLimited(retry_after=30), 1, 30),
        (ModelLimited(retry_after=3600), 1, None),
        (NotFound(), 1, None),
        (ValueError(), 1, None),
        (DatabaseError(), 1, 1),
        (DatabaseError(), 500, 5),
        (StorageFull(retry_after=30), 50, 30),
    ],
)
def test_what_passes_is_waited_for(error: MenonError, attempt: int, seconds: float | None) -> None:
    assert pause(error, attempt) == seconds

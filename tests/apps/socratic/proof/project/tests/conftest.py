"""A client on an empty table."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from app.database import Base, engine
from app.main import KEY, app


@pytest.fixture
def client() -> Iterator[TestClient]:
    """Signed in."""
    with TestClient(app, headers={"Authorization": f"Bearer {KEY}"}) as opened:
        yield opened
    Base.metadata.drop_all(engine)

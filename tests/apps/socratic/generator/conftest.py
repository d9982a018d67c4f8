"""Projects that are generated and amended."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from tests.apps.socratic.generator.amended import Project

from menon.kit.ids import new_token


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def on_postgres(tmp_path: Path, postgres_admin: Engine) -> Iterator[Project]:
    name = f"g_{new_token(8).lower().replace('-', '_')}"
    with postgres_admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    url = postgres_admin.url.set(database=name).render_as_string(hide_password=False)
    yield Project(tmp_path, url)
    with postgres_admin.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))

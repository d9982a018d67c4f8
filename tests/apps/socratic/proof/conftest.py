"""A good project of our own, the environment that it runs in, and the sandbox."""

import asyncio
import os
import tempfile
from pathlib import Path

import pytest
from tests.apps.socratic.proof.trees import REQUIREMENTS, Tree, read

from menon.apps.socratic.proof.environment import prepare
from menon.engine.sandbox import Sandbox

collect_ignore = ["project"]


@pytest.fixture(scope="session")
def environment() -> Path:
    """Made once on a machine and kept; the first time takes the package index."""
    kept = Path(tempfile.gettempdir()) / f"menon-test-environments-{os.getuid()}"
    return asyncio.run(prepare(kept, REQUIREMENTS)).path


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()


@pytest.fixture
def project() -> Tree:
    return read()

"""The sandbox in force here."""

import pytest

from menon.engine.sandbox import Sandbox


@pytest.fixture
def sandbox() -> Sandbox:
    return Sandbox()

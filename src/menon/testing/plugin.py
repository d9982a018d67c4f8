"""A pytest plug-in: fixtures for tests of agents; it is there wherever Menon is installed.

menon_model      a ScriptedModel that every name of a model means while the test runs
menon_offline    no model is reached; `auto` is the offline engine
menon_served     `menon_served("my_agents.py")`: a real server with its client
"""

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from menon.testing.model import ScriptedModel
    from menon.testing.serving import Served


@pytest.fixture
def menon_model() -> "Iterator[ScriptedModel]":
    """What every model's name means in this test; `menon_model.then(...)` says what it says."""
    from menon.testing.model import ScriptedModel
    from menon.testing.models import every_model_is

    model = ScriptedModel()
    with every_model_is(model):
        yield model


@pytest.fixture
def menon_offline() -> Iterator[None]:
    """No model is reached in this test."""
    from menon.testing.models import only_offline

    with only_offline():
        yield


@pytest.fixture
def menon_served() -> "Iterator[Callable[..., Served]]":
    """Starts servers that end with the test."""
    from menon.testing.serving import served

    with contextlib.ExitStack() as running:

        def serve(app: Any = (), **given: Any) -> "Served":
            return running.enter_context(served(app, **given))

        yield serve

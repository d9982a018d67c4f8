"""Fixtures for the whole suite; each stands in a file of its own under `fixtures/`."""

import gc

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.database",
    "tests.fixtures.once",
    "tests.fixtures.people",
    "tests.fixtures.server",
    "tests.fixtures.sharing",
]


def pytest_collection_finish() -> None:
    """Collect garbage less often, and never look at the tests themselves: a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)

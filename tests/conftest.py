"""Fixtures for the whole suite; each stands in a file of its own under `fixtures/`."""

import gc

from hypothesis import HealthCheck, settings

pytest_plugins = [
    "tests.fixtures.browser",
    "tests.fixtures.database",
    "tests.fixtures.once",
    "tests.fixtures.people",
    "tests.fixtures.server",
    "tests.fixtures.sharing",
]

# On a busy machine an example takes as long as it takes, with CI=true or without.
settings.register_profile(
    "patient", settings(), deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")


def pytest_collection_finish() -> None:
    """Collect garbage less often, and never look at the tests themselves: a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)

"""Log lines carry the time of the machine, and so does everything else here."""

import pytest

from menon.kit.clock import FixedClock, SystemClock


@pytest.fixture
def clock() -> FixedClock:
    """Log lines carry the time of the machine."""
    return FixedClock(SystemClock().now())

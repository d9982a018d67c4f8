"""Writing a file and reading it back."""

from collections.abc import Callable
from pathlib import Path

import pytest

from menon.engine.documents import Limits, Parsed, read

Read = Callable[..., Parsed]


@pytest.fixture
def parse(tmp_path: Path) -> Read:
    """`parse(name, data)`: the bytes as a file of that name, read."""

    def parse(
        name: str, data: bytes | str, declared: str | None = None, limits: Limits | None = None
    ) -> Parsed:
        path = tmp_path / "upload"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        return read(path, filename=name, declared_type=declared, limits=limits)

    return parse

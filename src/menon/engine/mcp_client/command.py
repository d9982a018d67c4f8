"""Starts the MCP servers that are commands: those of the operator's file, and no others.

The command comes from `McpClientSettings`, which is read once at start; no row, route or import
holds one.
"""

import contextlib
import os
import sys
from collections.abc import Generator, Mapping, Sequence
from typing import Any


@contextlib.contextmanager
def started(
    command: str, *, args: Sequence[str], env: Mapping[str, str], cwd: str | None
) -> Generator[Any]:
    """The transport of a server over its standard streams; entering it starts the process.

    It gets a few variables such as PATH, and these; never the environment of this process.
    """
    from mcp import StdioServerParameters, stdio_client

    server = StdioServerParameters(command=command, args=[*args], env={**env}, cwd=cwd)
    with _errors_to() as errors:
        yield stdio_client(server, errlog=errors)


@contextlib.contextmanager
def _errors_to() -> Generator[Any]:
    """Where a command's own messages go: to ours, where there is such a file."""
    try:
        sys.stderr.fileno()
    except (AttributeError, OSError, ValueError):
        with open(os.devnull, "w") as nothing:  # noqa: PTH123 - the library wants a file
            yield nothing
    else:
        yield sys.stderr

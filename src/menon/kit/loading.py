"""Libraries that take long to load: by one thread at a time, and never by the event loop.

A library whose modules import each other fails when two threads begin to import it at once: Python
breaks the deadlock by handing out a half-made module.
"""

import asyncio
import importlib
import sys
from threading import Lock
from typing import Final

LOADING: Final = Lock()
"""Held by whoever imports such a library."""


async def loaded(module: str) -> None:
    """Import a module in another thread, unless it is there; its import is free afterwards."""
    known = sys.modules.get(module)
    if known is None or getattr(known.__spec__, "_initializing", False):
        await asyncio.get_running_loop().run_in_executor(None, _load, module)


def _load(module: str) -> None:
    with LOADING:
        importlib.import_module(module)

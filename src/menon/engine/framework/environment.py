"""The house of a script: models that the environment names, and the engine's own tools.

Nothing is opened before the first question; what is opened belongs to its event loop, and is closed
with it: `asyncio.run` closes the generators that are still open when it ends.
"""

import asyncio
import os
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import closing
from functools import cache
from typing import TYPE_CHECKING

from menon.core.errors import InvalidInput
from menon.engine.agents.house import House
from menon.engine.agents.state import RUNNING
from menon.engine.tools.tool import Tool
from menon.kit.discover import modules

if TYPE_CHECKING:
    from menon.core.settings import Settings
    from menon.engine.llm.models import Models, Resolved

_SECTIONS = ("MENON_MODELS__", "MENON_OUTBOUND__")

_open: "dict[asyncio.AbstractEventLoop, tuple[Models, AsyncGenerator[Models]]]" = {}


def house() -> House:
    """Where code that runs now finds models and tools: that of the run around it, or a script's."""
    running = RUNNING.get()
    if running is not None and running.turn.house is not None:
        return running.turn.house
    return House(resolve=_resolve, tools=own_tools)


async def _resolve(wanted: str, *, needs_tools: bool) -> "Resolved":
    return await (await _models()).resolve(wanted, needs_tools=needs_tools)


async def _models() -> "Models":
    """The models of this event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _open:
        opening = _opened(loop)
        models = await anext(opening)
        if loop in _open:  # somebody else was quicker
            await opening.aclose()
        else:
            _open[loop] = models, opening
    return _open[loop][0]


async def _opened(loop: asyncio.AbstractEventLoop) -> "AsyncGenerator[Models]":
    from menon.engine.llm.models import Models
    from menon.engine.llm.provider import Outbound
    from menon.engine.llm.settings import ModelSettings
    from menon.engine.outbound import build_admit, build_client, build_connect
    from menon.engine.outbound.settings import OutboundSettings
    from menon.kit.clock import SystemClock

    read = settings(os.environ)
    models = read[ModelSettings]
    policy = read[OutboundSettings].policy(models.targets())
    async with build_client(policy) as client:
        outbound = Outbound(
            client=client,
            connect=build_connect(policy),
            connect_s=policy.connect_s,
            admit=build_admit(policy),
        )
        with closing(outbound), closing(Models(models, outbound, SystemClock())) as opened:
            await opened.open()
            try:
                yield opened
            finally:
                if loop in _open and _open[loop][0] is opened:
                    del _open[loop]


def settings(environ: Mapping[str, str]) -> "Settings":
    """What the environment says of models and of the way out; the server's other keys are its own.

    Raises:
        SettingsError: a value does not fit.
    """
    from menon.core.settings import PREFIX, load
    from menon.engine.llm.settings import ModelSettings
    from menon.engine.outbound.settings import OutboundSettings

    ours = {
        name: value
        for name, value in environ.items()
        if not name.upper().startswith(PREFIX) or name.upper().startswith(_SECTIONS)
    }
    return load([ModelSettings, OutboundSettings], environ=ours)


def own_tools(names: Sequence[str]) -> Sequence[Tool]:
    """The engine's own tools of these names."""
    known = _installed()
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InvalidInput(
            f"There is no tool {', '.join(map(repr, unknown))} here; there are"
            f" {', '.join(sorted(known))}. Others are functions under @tool."
        )
    return [known[name] for name in names]


@cache
def _installed() -> Mapping[str, Tool]:
    found = (value for module in modules("menon.engine.tools") for value in vars(module).values())
    return {value.name: value for value in found if isinstance(value, Tool)}

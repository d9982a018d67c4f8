"""The API that clients of OpenAI speak."""

import contextlib
from collections.abc import AsyncGenerator, Mapping
from typing import Any

from menon.core.feature import Feature
from menon.core.runtime import Runtime
from menon.core.sweep import open_sweeper
from menon.features.openai import response_routes, storing
from menon.features.openai.routes import routes
from menon.features.openai.settings import OpenAISettings


class Upkeep:
    """Forgets old responses for as long as the process lives."""


@contextlib.asynccontextmanager
async def _open(runtime: Runtime) -> AsyncGenerator[Upkeep]:
    async with open_sweeper(runtime, sweeps=(storing.forget,)):
        yield Upkeep()


async def _export(runtime: Runtime, user_id: str) -> Mapping[str, Any]:
    return {"responses": await runtime.db.read(storing.everything, user_id)}


async def _erase(runtime: Runtime, user_id: str) -> int:
    return await runtime.db.write(storing.erase, user_id)


feature = Feature(
    name="openai",
    routes=(routes, response_routes.routes),
    settings=(OpenAISettings,),
    opens=(_open,),
    export=_export,
    erase=_erase,
)

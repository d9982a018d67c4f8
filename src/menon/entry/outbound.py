"""Opening the one way out of a process, with what the operator permits."""

import contextlib
from collections.abc import AsyncGenerator

from menon.core.runtime import Runtime
from menon.engine.llm.provider import Outbound
from menon.engine.outbound import build_admit, build_client, build_connect, build_private
from menon.engine.outbound.settings import NamesTargets, OutboundSettings


@contextlib.asynccontextmanager
async def open_outbound(runtime: Runtime) -> AsyncGenerator[Outbound]:
    """The guarded client; base URLs in any section are permitted, since the operator wrote them."""
    sections = [section for section in runtime.settings if isinstance(section, NamesTargets)]
    targets = [url for section in sections for url in section.targets()]
    policy = runtime.settings[OutboundSettings].policy(targets)
    async with build_client(policy) as client:
        out = Outbound(
            client=client,
            connect=build_connect(policy),
            connect_s=policy.connect_s,
            admit=build_admit(policy),
            private=build_private(policy),
        )
        with contextlib.closing(out):
            yield out

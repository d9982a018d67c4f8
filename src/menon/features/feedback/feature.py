"""Feedback: thumbs and comments on what a span answered."""

import contextlib
from collections.abc import AsyncGenerator

from menon.core.feature import Feature
from menon.core.runtime import Runtime
from menon.features.chat.opinions import Opinions
from menon.features.feedback import subject
from menon.features.feedback.pages import pages
from menon.features.feedback.routes import routes
from menon.features.feedback.service import opinions


@contextlib.asynccontextmanager
async def _open(_runtime: Runtime) -> AsyncGenerator[Opinions]:
    yield Opinions(opinions)


feature = Feature(
    name="feedback",
    routes=(routes,),
    pages=(pages,),
    opens=(_open,),
    export=subject.export,
    erase=subject.erase,
)

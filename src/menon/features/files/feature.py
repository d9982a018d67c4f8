"""Files: uploads on disk, named by what they hold."""

import contextlib
from collections.abc import AsyncGenerator

from menon.core.feature import Feature
from menon.core.runtime import Runtime
from menon.features.files.service import Blobs


@contextlib.asynccontextmanager
async def _open(runtime: Runtime) -> AsyncGenerator[Blobs]:
    blobs = Blobs(runtime.settings.root.data_dir / "blobs")
    try:
        yield blobs
    finally:
        blobs.close()


feature = Feature(name="files", opens=(_open,))

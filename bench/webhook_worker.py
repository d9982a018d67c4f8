"""A process that delivers webhooks, for `bench.chaos_webhooks` to kill."""

import asyncio
import signal
import sys
from pathlib import Path

from menon.core.settings import Settings, load
from menon.entry.parts import features, sections
from menon.entry.runtime import open_runtime


def settings(url: str, folder: Path, endpoint: str, *, worker: bool) -> Settings:
    """What the measuring process and its worker share; `endpoint` is the receiver's."""
    return load(
        sections(features()),
        environ={},
        data_dir=folder,
        database_url=url,
        secret_key="bench-signing-key-0123456789-abcdefgh",
        vault_key="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        jobs={"worker": worker, "bulk": 8, "drain_seconds": 1},
        outbound={"allow": [endpoint]},
        accounts={"hash_memory_kib": 8, "hash_rounds": 1},
    )


async def main(url: str, folder: Path, endpoint: str) -> None:
    """Work until SIGTERM."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    wanted = {"accounts", "vault", "runs", "files", "integrations"}
    among = [feature for feature in features() if feature.name in wanted]
    async with open_runtime(settings(url, folder, endpoint, worker=True), among=among):
        print("ready", flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], Path(sys.argv[2]), sys.argv[3]))

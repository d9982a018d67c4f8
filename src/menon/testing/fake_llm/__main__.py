"""Serves the fake on its own: `python -m menon.testing.fake_llm --port 9100`."""

import argparse
import asyncio

from menon.testing.fake_llm.server import FakeLLM


async def serve(host: str, port: int) -> None:
    """Serve until interrupted; print the address first."""
    async with FakeLLM(host=host, port=port) as fake:
        print(f"fake_llm on {fake.url}", flush=True)  # noqa: T201 - the address is the output
        await asyncio.Event().wait()


def main() -> None:
    """Read the command line and serve, on uvloop where there is one."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition(":")[0])
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=9100)
    args = parser.parse_args()
    try:
        import uvloop
    except ImportError:
        asyncio.run(serve(args.host, args.port))
    else:
        uvloop.run(serve(args.host, args.port))


if __name__ == "__main__":
    main()

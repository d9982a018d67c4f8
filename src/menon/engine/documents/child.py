"""The process that reads one file after another for `isolate`, with little to lose.

It has no secrets in its environment, may use only so much memory and processor time, and cannot
write files. Requests come on standard input, replies go to standard output: each a JSON object
on a line of its own.
"""

import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

import msgspec

from menon.core.errors import ContentError
from menon.engine.documents.document import MIB
from menon.engine.documents.isolate import Reply, Request
from menon.engine.documents.read import read


def answer(request: Request) -> Reply:
    """Read the file; failures that belong to it become part of the reply."""
    try:
        parsed = read(
            Path(request.path),
            filename=request.filename,
            declared_type=request.declared_type,
            limits=request.limits,
        )
    except ContentError as error:
        return Reply(code=error.code, detail=error.detail)
    except OSError as error:
        return Reply(code=ContentError.code, detail=f"{request.filename!r} cannot be read: {error}")
    return Reply(parsed=parsed)


def serve(requests: BinaryIO, replies: BinaryIO, prepare: Callable[[Request], None]) -> None:
    """Answer requests until there are no more; `prepare` runs before each."""
    decode = msgspec.json.Decoder(Request).decode
    encode = msgspec.json.Encoder().encode
    for line in requests:
        request = decode(line)
        prepare(request)
        replies.write(encode(answer(request)) + b"\n")
        replies.flush()


def confine(memory_mb: int) -> None:
    """Take away what reading does not need: memory, core dumps, files to write, priority."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * MIB, memory_mb * MIB))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    os.nice(5)


def allow_seconds(request: Request) -> None:
    """Let this file have its processor time on top of what earlier ones have used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    spent = used.ru_utime + used.ru_stime
    most = int(spent + request.limits.seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (most, resource.RLIM_INFINITY))


def main() -> None:
    """Serve on standard input and output; what libraries print goes nowhere."""
    replies = os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    confine(int(sys.argv[1]))
    serve(sys.stdin.buffer, replies, allow_seconds)


if __name__ == "__main__":
    main()

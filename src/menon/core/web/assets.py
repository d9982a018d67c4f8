"""What browsers load besides pages: read and packed once, cached by browsers for ever.

An address carries the digest of the whole folder before the path (`/static/3f9a.../js/app.js`), so
that modules which import each other by relative paths stay in the same edition.
"""

import gzip
import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from menon.core.errors import NotFound, WrongMethod
from menon.core.http.problem import respond

FOLDER: Final = Path(__file__).with_name("static")
MOUNT: Final = "/static"

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "no-cache"
_PACKED = (".css", ".js", ".json", ".svg", ".txt", ".map")
_SMALL = 512
"""Bytes below which packing does not pay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A file as it is sent."""

    raw: bytes
    packed: bytes | None
    media_type: str
    etag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Assets:
    """The files of a folder by relative path, and the digest of them all."""

    files: Mapping[str, Asset]
    edition: str

    def url(self, path: str) -> str:
        """The address of a file.

        Raises:
            KeyError: there is no such file; a template names it wrongly.
        """
        self.files[path]
        return f"{MOUNT}/{self.edition}/{path}"


@cache
def load_assets(folder: Path = FOLDER) -> Assets:
    """Read and pack the files of a folder, once in a process."""
    files = {
        file.relative_to(folder).as_posix(): _asset(file)
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }
    digest = hashlib.sha256()
    for path, asset in files.items():
        digest.update(f"{path}\0{asset.etag}\0".encode())
    return Assets(files=files, edition=digest.hexdigest()[:12])


class Static:
    """Pure ASGI: serves assets; those of the current edition for ever, others after asking."""

    def __init__(self, assets: Assets) -> None:
        self._assets = assets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        path = scope["path"].removeprefix(scope.get("root_path", "")).lstrip("/")
        edition, _, rest = path.partition("/")
        current = edition == self._assets.edition
        asset = self._assets.files.get(rest if current else path)
        if asset is None:
            answer: Response = respond(NotFound("There is no such file."))
        elif scope["method"] not in {"GET", "HEAD"}:
            answer = respond(WrongMethod())
        else:
            answer = _answer(asset, Headers(scope=scope), for_ever=current)
        await answer(scope, receive, send)


def _asset(file: Path) -> Asset:
    raw = file.read_bytes()
    packed = None
    if file.suffix in _PACKED and len(raw) >= _SMALL:
        packed = gzip.compress(raw, 9, mtime=0)
    guessed = {".js": "text/javascript", ".svg": "image/svg+xml"}.get(file.suffix)
    kind = guessed or mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Asset(
        raw=raw,
        packed=packed,
        media_type=f"{kind}; charset=utf-8" if kind.startswith("text/") else kind,
        etag=f'"{hashlib.sha256(raw).hexdigest()[:16]}"',
    )


def _answer(asset: Asset, headers: Headers, *, for_ever: bool) -> Response:
    answer = {
        "cache-control": _FOR_EVER if for_ever else _ASK_AGAIN,
        "etag": asset.etag,
        "vary": "accept-encoding",
    }
    if headers.get("if-none-match") == asset.etag:
        return Response(status_code=304, headers=answer)
    body = asset.raw
    if asset.packed is not None and "gzip" in headers.get("accept-encoding", ""):
        body, answer["content-encoding"] = asset.packed, "gzip"
    return Response(body, headers=answer, media_type=asset.media_type)

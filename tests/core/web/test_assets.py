"""Assets: cached for ever under their edition, asked for again without it."""

import gzip
from pathlib import Path

import httpx2
import pytest

from menon.core.web.assets import Assets, Static, load_assets

SCRIPT = b"export const answer = 42;\n" * 40


@pytest.fixture
def assets(tmp_path: Path) -> Assets:
    (tmp_path / "js").mkdir()
    (tmp_path / "js" / "app.js").write_bytes(SCRIPT)
    (tmp_path / "icon.svg").write_bytes(b"<svg/>")
    return load_assets(tmp_path)


@pytest.fixture
async def client(assets: Assets) -> httpx2.AsyncClient:
    transport = httpx2.ASGITransport(app=Static(assets), root_path="/static")
    return httpx2.AsyncClient(transport=transport, base_url="http://testserver")


async def test_an_address_with_the_edition_lasts_for_ever(
    client: httpx2.AsyncClient, assets: Assets
) -> None:
    answer = await client.get(assets.url("js/app.js"))
    assert answer.content == SCRIPT
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"


async def test_an_address_without_it_is_asked_for_again(client: httpx2.AsyncClient) -> None:
    answer = await client.get("/static/js/app.js")
    assert answer.headers["cache-control"] == "no-cache"
    again = {"If-None-Match": answer.headers["etag"]}
    assert (await client.get("/static/js/app.js", headers=again)).status_code == 304


async def test_large_text_travels_packed(client: httpx2.AsyncClient) -> None:
    packed = await client.get("/static/js/app.js", headers={"Accept-Encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(SCRIPT) / 10
    assert packed.content == SCRIPT
    plain = await client.get("/static/js/app.js", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    small = await client.get("/static/icon.svg", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in small.headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/none.js",
        "/static/",
        "/static/../pyproject.toml",
        "/static/js",
        "/static/old/js/app.js",
    ],
)
async def test_what_is_not_there_is_not_found(client: httpx2.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 404


async def test_nothing_can_be_sent_there(client: httpx2.AsyncClient) -> None:
    assert (await client.post("/static/js/app.js")).status_code == 405


def test_another_file_makes_another_edition(assets: Assets, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "app.js").write_bytes(SCRIPT)
    assert load_assets(other).edition != assets.edition


def test_a_name_that_does_not_exist_fails_loudly(assets: Assets) -> None:
    with pytest.raises(KeyError):
        assets.url("js/none.js")


def test_our_own_first_page_is_light() -> None:
    own = load_assets()
    (bootstrap,) = [path for path in own.files if path.startswith("vendor/bootstrap/boot")]
    first = [
        bootstrap,
        "css/menon.css",
        "css/frame.css",
        "js/entry.js",
        "js/theme.js",
    ]
    weight = sum(len(own.files[path].packed or own.files[path].raw) for path in first)
    assert weight < 60_000
    assert gzip.decompress(own.files[first[0]].packed or b"") == own.files[first[0]].raw

"""What comes from others is pinned, licensed, and byte for byte what npm gave."""

import hashlib
import json
import re
from typing import Any

import pytest
from tests.core.web import preview, samples

STATIC = preview.SRC / "core/web/static"
VENDOR = STATIC / "vendor"
PACKAGES: list[dict[str, Any]] = json.loads((VENDOR / "manifest.json").read_text())["packages"]


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package["name"])
class TestAPackage:
    def test_has_the_bytes_of_its_digests(self, package: dict[str, Any]) -> None:
        for path, digest in package["files"].items():
            assert hashlib.sha256((VENDOR / path).read_bytes()).hexdigest() == digest, path

    def test_brings_its_version_and_licence(self, package: dict[str, Any]) -> None:
        assert re.fullmatch(r"\d+\.\d+\.\d+", package["version"])
        assert package["integrity"].startswith("sha512-")
        assert (VENDOR / package["license_file"]).stat().st_size > 200
        assert package["license_file"] in package["files"]


def test_nothing_is_vendored_outside_the_manifest() -> None:
    listed = {path for package in PACKAGES for path in package["files"]} | {"manifest.json"}
    found = {p.relative_to(VENDOR).as_posix() for p in VENDOR.rglob("*") if p.is_file()}
    assert found == listed


def test_every_icon_that_a_page_or_module_shows_is_in_the_sprite() -> None:
    sprite = (VENDOR / "bootstrap-icons/icons.svg").read_text()
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    used = {
        name
        for page in samples.PAGES
        for name in re.findall(r"icons\.svg#([^\"]+)", preview.render(page))
    }
    for module in (STATIC / "js").glob("*.js"):
        used |= set(re.findall(r"\bicon\(\"([a-z0-9-]+)\"\)", module.read_text()))
    for module in preview.SRC.rglob("*.py"):
        text = module.read_text()
        used |= set(re.findall(r"\bicon=\"([a-z0-9-]+)\"", text))
        for table in re.findall(r"^_ICONS\b[^{]*\{([^}]*)\}", text, re.MULTILINE):
            used |= set(re.findall(r": \"([a-z0-9-]+)\"", table))
    assert used <= known
    assert len(used) > 40


def test_pages_name_no_other_host() -> None:
    for name in samples.PAGES:
        html = preview.render(name)
        assert not re.findall(r'(?:src|href|action)="(?:https?:)?//', html), name

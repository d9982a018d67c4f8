"""Rebuild `core/web/static/vendor` from npm: pinned versions, licences and digests, no CDN.

python scripts/vendor.py          write the files and their manifest
python scripts/vendor.py --check  say what differs from npm, exit 1 if anything does
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

VENDOR = Path(__file__).parent.parent / "src/menon/core/web/static/vendor"
SPRITE = "bootstrap-icons/icons.svg"
STYLES = "bootstrap/bootstrap.css"

# Bootstrap's parts that we draw ourselves or do without: half of its weight. A test knows every
# class that a template names, so that a missing one shows at once.
UNUSED = re.compile(
    r"\.(?:accordion|blockquote|breadcrumb|bs-|carousel|clearfix|collaps|display-|drop(?:down|end"
    r"|start|up)|fade|figure|focus-ring|icon-link|img-|initialism|input-group|lead|link|list-|modal"
    r"|nav|object-fit|offcanvas|page|pagination|placeholder|popover|ratio|spinner|stretched|tab-"
    r"|text-bg|toast|tooltip|translate-middle|valid|vr|was-validated|is-valid|[hv]stack"
    r"|btn-(?:check|close|dark|info|lg|light|link|outline|secondary|success|warning)"
    r"|form-(?:control-color|control-plaintext|floating|range)"
    r"|(?:alert|table)-(?:active|dark|dismissible|light|link|primary|secondary|striped)"
    r"|table-(?:danger|info|success|warning)|(?:bg|border|link|text)-(?:gradient|opacity)"
    r"|(?:bg|border|text)-(?:black|danger|dark|info|light|primary|secondary|success|warning|white)"
    r"|(?:fixed|sticky)-)|-xx?l\b|\[data-bs-"
)

LANGUAGES = (
    "bash csharp css diff dockerfile go ini java javascript json markdown powershell python "
    "rust sql typescript xml yaml"
).split()

ICONS = (
    "activity archive arrow-clockwise arrow-down arrow-repeat arrow-up arrows-angle-expand "
    "bar-chart bell book bounding-box box-arrow-right chat-left-text check-circle check-lg "
    "circle-half clock-history cloud-arrow-up collection copy cpu download exclamation-circle "
    "exclamation-triangle eye file-earmark-code file-earmark-pdf file-earmark-richtext "
    "file-earmark-spreadsheet file-earmark-text funnel graph-up hand-thumbs-down "
    "hand-thumbs-down-fill hand-thumbs-up hand-thumbs-up-fill house info-circle journal-text "
    "key layout-sidebar link-45deg list lock moon-stars newspaper patch-question pause-fill "
    "pencil people person person-plus play play-fill plug plus-lg quote search shield-check "
    "signpost-split sliders stars stop-fill sun three-dots tools trash3 upload wifi-off x-lg"
).split()


@dataclass(frozen=True, kw_only=True)
class Package:
    """What is taken from one npm package: `files` maps its paths to ours."""

    name: str
    version: str
    license: str
    license_file: str = "LICENSE"
    files: dict[str, str] = field(default_factory=dict[str, str])

    @property
    def folder(self) -> str:
        return {"@highlightjs/cdn-assets": "highlight.js"}.get(self.name, self.name)


PACKAGES = (
    Package(
        name="htmx.org",
        version="4.0.1",
        license="0BSD",
        files={"dist/htmx.min.js": "htmx.min.js"},
    ),
    Package(
        name="bootstrap",
        version="5.3.8",
        license="MIT",
    ),
    Package(name="bootstrap-icons", version="1.13.2", license="MIT"),
    Package(
        name="chart.js",
        version="4.6.1",
        license="MIT",
        license_file="LICENSE.md",
        files={"dist/chart.umd.min.js": "chart.umd.min.js"},
    ),
    Package(
        name="@highlightjs/cdn-assets",
        version="11.12.0",
        license="BSD-3-Clause",
        files={"es/core.min.js": "core.min.js"}
        | {f"es/languages/{name}.min.js": f"languages/{name}.min.js" for name in LANGUAGES},
    ),
    Package(
        name="dompurify",
        version="3.4.18",
        license="MPL-2.0 OR Apache-2.0",
        files={"dist/purify.min.js": "purify.min.js"},
    ),
)


def main() -> int:
    """Write the vendored files, or compare them with npm."""
    with tempfile.TemporaryDirectory() as scratch:
        fresh = Path(scratch) / "vendor"
        build(fresh, Path(scratch))
        if "--check" in sys.argv[1:]:
            return compare(fresh)
        shutil.rmtree(VENDOR, ignore_errors=True)
        shutil.copytree(fresh, VENDOR)
    return 0


def build(target: Path, scratch: Path) -> None:
    """Unpack every package into `target` and describe it in `manifest.json`."""
    entries: list[dict[str, object]] = []
    for package in PACKAGES:
        root, integrity = fetch(package, scratch)
        folder = target / package.folder
        for theirs, ours in {package.license_file: "LICENSE", **package.files}.items():
            (folder / ours).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(root / theirs, folder / ours)
        if package.name == "bootstrap-icons":
            (target / SPRITE).write_text(sprite(root / "icons"), encoding="utf-8", newline="\n")
        if package.name == "bootstrap":
            css = (root / "dist/css/bootstrap.min.css").read_text(encoding="utf-8")
            (target / STYLES).write_text(trimmed(css), encoding="utf-8", newline="\n")
        entries.append(
            {
                "name": package.name,
                "version": package.version,
                "license": package.license,
                "license_file": f"{package.folder}/LICENSE",
                "integrity": integrity,
                "files": digests(folder, target),
            }
        )
    (target / "manifest.json").write_text(
        json.dumps({"packages": entries}, indent=2) + "\n", encoding="utf-8", newline="\n"
    )


def fetch(package: Package, scratch: Path) -> tuple[Path, str]:
    """Download with `npm pack`; give the unpacked folder and npm's integrity string."""
    command = ["npm", "pack", "--json", "--silent", f"{package.name}@{package.version}"]
    packed = subprocess.run(command, cwd=scratch, check=True, capture_output=True, text=True)
    described = json.loads(packed.stdout)
    root = scratch / package.folder
    with tarfile.open(scratch / described[0]["filename"]) as archive:
        archive.extractall(root, filter="data")
    return root / "package", described[0]["integrity"]


def sprite(icons: Path) -> str:
    """One SVG whose symbols are the listed icons: `<use href="icons.svg#bell">`."""
    symbols = [_symbol(name, (icons / f"{name}.svg").read_text(encoding="utf-8")) for name in ICONS]
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def _symbol(name: str, svg: str) -> str:
    body = re.sub(r"\s*\n\s*", "", svg.partition(">")[2].rpartition("</svg>")[0])
    return f'<symbol id="{name}" viewBox="0 0 16 16">{body}</symbol>'


def trimmed(css: str) -> str:
    """Minified CSS without the rules for what we do not use; its licence comment stays."""
    notice = css[css.index("/*!") : css.index("*/") + 2]
    body = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    return f"{notice}\n{''.join(_kept(body))}\n"


def _kept(css: str) -> Iterator[str]:
    for head, body in _rules(css):
        if head.startswith(("@media", "@supports")):
            inner = "".join(_kept(body))
            if inner:
                yield f"{head}{{{inner}}}"
        elif head.startswith("@"):
            yield f"{head}{{{body}}}"
        else:
            selectors = re.split(r",(?![^(]*\))", head)
            kept = ",".join(one for one in selectors if not UNUSED.search(one))
            if kept:
                yield f"{kept}{{{body}}}"


def _rules(css: str) -> Iterator[tuple[str, str]]:
    """The outermost rules as selector and body; statements such as @charset are left out."""
    start = depth = middle = 0
    for at, char in enumerate(css):
        if char == "{":
            depth += 1
            middle = at if depth == 1 else middle
        elif char == "}":
            depth -= 1
            if depth == 0:
                yield css[start:middle], css[middle + 1 : at]
                start = at + 1
        elif char == ";" and depth == 0:
            start = at + 1


def digests(folder: Path, root: Path) -> dict[str, str]:
    """SHA-256 of each file below `folder`, by its path below `root`."""
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(root).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def compare(fresh: Path) -> int:
    """Name every file that is missing, surplus or different; 1 if there is any."""
    ours, theirs = digests(VENDOR, VENDOR), digests(fresh, fresh)
    changed = sorted(dict(ours.items() ^ theirs.items()))
    sys.stdout.writelines(f"differs from npm: {name}\n" for name in changed)
    return 1 if changed else 0


if __name__ == "__main__":
    sys.exit(main())

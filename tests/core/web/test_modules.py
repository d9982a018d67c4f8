"""Our JavaScript: small modules, no evaluation, no markup from strings, nothing missing."""

import re
from pathlib import Path

import pytest
from tests.core.web import preview

JS = preview.SRC / "core/web/static/js"
MODULES = sorted(JS.glob("*.js"))


def imports(module: Path) -> list[Path]:
    found = re.findall(r"""(?:from|import)\s*\(?\s*["'](\.[^"'`]+)["']""", module.read_text())
    return [(module.parent / path).resolve() for path in found]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.name)
class TestAModule:
    def test_is_small_and_says_why_it_exists(self, module: Path) -> None:
        text = module.read_text()
        assert text.startswith("/**")
        assert len(text.splitlines()) < 300

    def test_imports_what_exists(self, module: Path) -> None:
        for path in imports(module):
            assert path.is_file(), path

    def test_evaluates_nothing(self, module: Path) -> None:
        text = module.read_text()
        assert not re.search(
            r"\beval\(|new Function|insertAdjacentHTML|document\.write|outerHTML", text
        )
        assert 'setAttribute("style"' not in text

    def test_makes_markup_from_strings_only_where_a_library_has_escaped_it(
        self, module: Path
    ) -> None:
        assert ("innerHTML" in module.read_text()) == (module.name == "code.js")


def test_pages_announce_every_module_that_they_all_need() -> None:
    needed: set[str] = set()
    waiting = [JS / "app.js"]
    while waiting:
        found = {path.name for path in imports(waiting.pop())} - needed
        needed |= found
        waiting += [JS / name for name in found]
    named = re.findall(r'rel="modulepreload" href="[^"]*/js/(\w+\.js)"', preview.render("runs"))
    assert named == sorted(needed)


def test_every_module_is_loaded_by_a_page_or_another_module() -> None:
    templates = preview.SRC.glob("**/templates/**/*.html")
    named = {name for path in templates for name in re.findall(r"js/(\w+\.js)", path.read_text())}
    named |= {path.name for module in MODULES for path in imports(module) if path.parent == JS}
    assert {module.name for module in MODULES} == named

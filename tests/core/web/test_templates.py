"""Every page of the samples: sound HTML, nothing inline, every control named."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from tests.core.web import preview, samples

Tag = tuple[str, dict[str, str | None]]

VOID = {"meta", "link", "input", "br", "hr", "img"}


class Outline(HTMLParser):
    """The tags of a page, and those that were not closed properly."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[Tag] = []
        self.unbalanced: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.unbalanced += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.unbalanced.append(f"/{tag}")

    def all(self, *names: str) -> list[dict[str, str | None]]:
        return [attrs for tag, attrs in self.tags if tag in names]


@pytest.fixture(params=sorted(samples.PAGES))
def html(request: pytest.FixtureRequest) -> str:
    return preview.render(request.param)


@pytest.fixture
def outline(html: str) -> Outline:
    return Outline(html)


class TestAPage:
    def test_closes_what_it_opens(self, outline: Outline) -> None:
        assert outline.unbalanced == []

    def test_has_nothing_inline(self, html: str, outline: Outline) -> None:
        assert not [tag for tag, attrs in outline.tags if "style" in attrs or tag == "style"]
        assert all(attrs.get("src") for attrs in outline.all("script"))
        handlers = {a for _, attrs in outline.tags for a in attrs if re.match(r"on|hx-on", a)}
        assert handlers == set()
        assert "javascript:" not in html
        assert "js:" not in html.replace("/js/", "").replace(".js", "")

    def test_uses_each_id_once(self, outline: Outline) -> None:
        ids = [attrs["id"] for _, attrs in outline.tags if "id" in attrs]
        assert len(ids) == len(set(ids)), sorted({i for i in ids if ids.count(i) > 1}, key=str)

    def test_points_at_what_exists(self, outline: Outline) -> None:
        ids = {attrs["id"] for _, attrs in outline.tags if "id" in attrs}
        pointers = ("for", "aria-describedby", "aria-labelledby", "aria-controls", "popovertarget")
        for _, attrs in outline.tags:
            for pointer in pointers:
                for target in (attrs.get(pointer) or "").split():
                    assert target in ids, (pointer, target)
            target = attrs.get("hx-target") or ""
            if target.startswith("#"):
                assert target[1:] in ids, target

    def test_labels_its_fields(self, outline: Outline) -> None:
        labelled = {attrs.get("for") for attrs in outline.all("label")}
        for attrs in outline.all("input", "select", "textarea"):
            if attrs.get("type") != "hidden":
                assert attrs.get("id") in labelled or "aria-label" in attrs, attrs

    def test_says_where_it_is(self, outline: Outline, html: str) -> None:
        assert re.search(r"<title>\S.* · Menon</title>", html)
        assert len(outline.all("main")) == 1
        assert len(outline.all("h1")) >= 1

    def test_keeps_the_token_in_forms_that_write(self, html: str) -> None:
        for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", html, re.DOTALL):
            assert 'name="csrf_token"' in form or "data-upload" in form


def test_every_template_says_its_context_first() -> None:
    for path in _templates():
        assert path.read_text().startswith("{#"), path


def test_templates_hold_no_evaluated_htmx_attributes() -> None:
    for path in _templates():
        text = path.read_text()
        assert not re.search(r"hx-on|hx-vals=.?js:|hx-headers=.?js:", text), path
        assert not re.search(r'hx-trigger="[^"]*\[', text), path


def test_every_class_is_drawn_by_some_stylesheet() -> None:
    static = preview.SRC / "core/web/static"
    sheets = [*(static / "css").glob("*.css"), static / "vendor/bootstrap/bootstrap.css"]
    drawn = {
        name for sheet in sheets for name in re.findall(r"\.([a-zA-Z][\w-]*)", sheet.read_text())
    }
    used = {
        name
        for page in samples.PAGES
        for attrs in (attrs for _, attrs in Outline(preview.render(page)).tags)
        for name in (attrs.get("class") or "").split()
    }
    for module in (static / "js").glob("*.js"):
        for names in re.findall(r"\bel\(\s*[\"'`]\w+((?:\.[\w-]+)+)", module.read_text()):
            used |= set(names[1:].split("."))
    assert {name for name in used - drawn if not re.match(r"language-|note-$", name)} == set()


@pytest.mark.parametrize(
    ("name", "ids"),
    [
        ("login", ["username", "password"]),
        ("register", ["username", "password"]),
        ("dashboard-new", ["dashboard"]),
        ("projects", ["new-project-btn", "project-name", "project-description", "project-list"]),
        (
            "session",
            ["session-status", "question-container", "response-text", "submit-response-btn"],
        ),
    ],
)
def test_the_names_that_browser_tests_rely_on_stay(name: str, ids: list[str]) -> None:
    html = preview.render(name)
    assert all(f'id="{each}"' in html for each in ids)


def test_a_theme_that_somebody_chose_is_in_the_first_byte() -> None:
    assert '<html lang="en" data-theme="dark">' in preview.render("chat", theme="dark")


def test_a_hostile_name_is_escaped() -> None:
    jinja = preview.environment()
    session = {"id": "s1", "title": '"><script>alert(1)</script>', "busy": False}
    html = jinja.get_template("chat/_session.html").render(session=session, chat={"id": None})
    assert "<script" not in html


def _templates() -> list[Path]:
    return sorted(preview.SRC.glob("**/templates/**/*.html"))

"""Text of models and users becomes HTML in which nothing is active."""

import pytest

from menon.core.web.prose import Reference, rendered

SIGNS = ("<script", "<img", "<svg", "<iframe", "<style", "<form", 'href="javascript', 'href="data')
REFERENCES = {1: Reference(href="/knowledge/documents/a?chunk=b", title="Annual leave")}


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("plain", "<p>plain</p>\n"),
        ("**bold** `code`", "<p><strong>bold</strong> <code>code</code></p>\n"),
        (
            "25 days [1]",
            (
                '<p>25 days <a class="cite" href="/knowledge/documents/a?chunk=b" data-panel=""'
                ' title="Annual leave" rel="noopener noreferrer nofollow">1</a></p>\n'
            ),
        ),
        ("nothing [7]", "<p>nothing [7]</p>\n"),
        ("`[1]`", "<p><code>[1]</code></p>\n"),
        ("```python\nx\n```", '<pre><code class="language-python">x\n</code></pre>\n'),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("![x](https://a.example/x.png)", None),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
    ],
)
def test_markdown_becomes_safe_html(text: str, html: str | None):
    made = rendered(text, REFERENCES)
    if html is not None:
        assert made == html
    assert "<img" not in made


@pytest.mark.parametrize(
    "attack",
    [
        "<script>alert(1)</script>",
        '<img src=x onerror="alert(1)">',
        "[a](data:text/html;base64,PHNjcmlwdD4=)",
        "<svg/onload=alert(1)>",
        '[x](https://a.example "onmouseover=alert(1)")',
        "<iframe srcdoc='<script>alert(1)</script>'>",
        "[1]: javascript:alert(1)\n\n[x][1]",
        "<a href='javascript:alert(1)'>x</a>",
        '```x" onload=alert(1)\ncode\n```',
        "<style>*{display:none}</style>",
        "<form action=https://evil.example><input name=a></form>",
    ],
)
def test_nothing_active_survives_at_any_boundary(attack: str):
    for cut in range(len(attack) + 1):
        made = rendered(attack[:cut], REFERENCES)
        for sign in SIGNS:
            assert sign not in made.lower(), (attack[:cut], made)


def test_headings_go_below_those_of_the_page():
    assert rendered("# One\n\n###### Six", below=1) == "<h2>One</h2>\n<h6>Six</h6>\n"

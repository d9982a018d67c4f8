"""Model text while it arrives, and after the server has rendered it: nothing in it can act."""

import pytest
from playwright.async_api import Page
from tests.fixtures.browser import IN_BROWSER

from menon.core.web.assets import load_assets

pytestmark = IN_BROWSER

ACTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><a href=javascript:alert(1)>x</a></svg>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:msgbox(1))",
    "[x](//evil.example/x)",
    "[x](/\\evil.example/x)",
    "[x](\x01javascript:alert(1))",
    "![x](https://evil.example/pixel.png)",
    "<object data=x></object><embed src=x>",
    "<form action=https://evil.example><input name=q></form>",
    "<math><mtext></table><mglyph><style><img src=x onerror=alert(1)>",
    "<style>*{background:url(https://evil.example)}</style>",
    "<link rel=stylesheet href=https://evil.example>",
    "<base href=https://evil.example>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<button hx-get=/x hx-trigger=load>x</button>",
    "<details open ontoggle=alert(1)>x</details>",
    "`<img src=x onerror=alert(1)>`",
    '<p style="position:fixed">x</p>',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
]
WRAPS = [
    "{}",
    "**{}**",
    "# {}\n\nText",
    "- one\n- {}\n",
    "```html\n{}\n```\n",
    "| a | b |\n|---|---|\n| {} | x |\n\n",
]
PAYLOADS = [wrap.format(act) for act in ACTS for wrap in WRAPS]

ACTIVE = """(root) => [...root.querySelectorAll('*')].filter((node) =>
    /^(script|img|svg|iframe|object|embed|form|input|button|style|link|base|meta|math)$/i.test(node.tagName)
    || [...node.attributes].some(({name}) => /^on|^style$|^hx-|^src/.test(name))
    || (node.matches('a[href]') && !/^https?:$/.test(node.protocol))
    || (node.matches('a') && node.host === 'evil.example')).map((node) => node.outerHTML)"""


def module(name: str) -> str:
    return load_assets().url(f"js/{name}.js")


async def test_no_payload_acts_at_any_chunk_boundary(page: Page) -> None:
    assert len(PAYLOADS) == 150
    await page.goto("/chat")
    found = await page.evaluate(
        f"""async ([url, payloads]) => {{
            const {{ LiveText }} = await import(url);
            const active = {ACTIVE};
            const found = [];
            for (const payload of payloads) for (let cut = 0; cut <= payload.length; cut += 1) {{
                const root = document.createElement('div');
                const live = new LiveText(root, () => null);
                live.push(payload.slice(0, cut));
                found.push(...active(root));
                live.push(payload.slice(cut));
                live.finish();
                found.push(...active(root));
            }}
            return [...new Set(found)];
        }}""",
        [module("markdown"), PAYLOADS],
    )
    assert found == []


async def test_what_the_server_rendered_passes_a_second_lock(
    page: Page, complaints: list[str]
) -> None:
    await page.goto("/chat")
    found = await page.evaluate(
        f"""async ([guard, http, payloads]) => {{
            const {{ purify }} = await import(guard);
            const {{ parseFragment }} = await import(http);
            const active = {ACTIVE};
            const found = [];
            for (const payload of payloads) {{
                const fragment = parseFragment(`<div><div class="md">${{payload}}</div></div>`);
                await purify(fragment);
                found.push(...active(fragment));
            }}
            return found;
        }}""",
        [module("guard"), module("http"), [act for act in ACTS if not act.startswith("[")]],
    )
    assert found == []
    # the policy, the third lock, speaks up while the payloads are parsed
    assert all("Content Security Policy" in text for text in complaints)
    complaints.clear()


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "Plain *soft* **loud** `code`\n\n",
            "<p>Plain <em>soft</em> <strong>loud</strong> <code>code</code></p>",
        ),
        ("# Title\nText\n\n", "<h2>Title</h2><p>Text</p>"),
        ("Do:\n- one\n- two\n\n", "<p>Do:</p><ul><li>one</li><li>two</li></ul>"),
        ("3. c\n4. d\n\n", '<ol start="3"><li>c</li><li>d</li></ol>'),
        ("> said\n\n", "<blockquote><p>said</p></blockquote>"),
        ("```py\na\n\nb\n```\n", '<pre><code class="language-py">a\n\nb</code></pre>'),
        ("Text\n```\nx\n```\n", "<p>Text</p><pre><code>x</code></pre>"),
        (
            "|a|b|\n|-|-|\n|1|2|\n\n",
            "<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>",
        ),
        ("See [1] and [9].\n\n", "<p>See <b>1</b> and [9].</p>"),
        (
            "[x](https://a.example/y)\n\n",
            '<p><a href="https://a.example/y" rel="noopener noreferrer nofollow">x</a></p>',
        ),
        ("---\n\n", "<hr>"),
        ("2 * 3 * 4 and a_b_c\n\n", "<p>2 * 3 * 4 and a_b_c</p>"),
    ],
)
async def test_a_whole_block_is_formatted(page: Page, text: str, html: str) -> None:
    await page.goto("/login")
    made = await page.evaluate(
        """async ([url, text]) => {
            const { LiveText } = await import(url);
            const bold = (n) => Object.assign(document.createElement('b'), {textContent: n});
            const cite = (n) => n > 5 ? null : bold(n);
            const root = document.createElement('div');
            const live = new LiveText(root, cite);
            for (const letter of text) live.push(letter);
            live.finish();
            return root.innerHTML;
        }""",
        [module("markdown"), text],
    )
    assert made == html


async def test_the_open_block_stays_plain_text(page: Page) -> None:
    await page.goto("/login")
    shown = await page.evaluate(
        """async (url) => {
            const { LiveText } = await import(url);
            const root = document.createElement('div');
            const live = new LiveText(root, () => null);
            live.push('Whole.\\n\\n**open');
            return [root.querySelector('.open').textContent, root.querySelectorAll('p').length];
        }""",
        module("markdown"),
    )
    assert shown == ["**open", 1]

/** Code blocks: the language's name, a copy button, and colours loaded when the block comes into view. */

import { each, el, icon } from "./dom.js";

const VENDOR = "../vendor/highlight.js";
const KNOWN = new Set(
  "bash csharp css diff dockerfile go ini java javascript json markdown powershell python rust sql typescript xml yaml".split(" "),
);
/** @type {Record<string, string>} */
const ALIASES = {
  sh: "bash", shell: "bash", console: "bash", zsh: "bash", cs: "csharp", "c#": "csharp", js: "javascript", mjs: "javascript", ts: "typescript", py: "python", python3: "python",
  rs: "rust", html: "xml", svg: "xml", yml: "yaml", toml: "ini", md: "markdown", golang: "go", ps1: "powershell", patch: "diff", docker: "dockerfile", jsonc: "json",
};
const TOO_LONG = 40_000;

/** @type {Promise<any> | null} */
let core = null;
const loaded = new Set();

/** @param {string} language */
async function highlighter(language) {
  core ??= import(`${VENDOR}/core.min.js`);
  const { default: hljs } = await core;
  if (!loaded.has(language)) {
    const { default: grammar } = await import(`${VENDOR}/languages/${language}.min.js`);
    hljs.registerLanguage(language, grammar);
    loaded.add(language);
  }
  return hljs;
}

/** @param {HTMLElement} code */
function languageOf(code) {
  const name = /language-([\w+#.-]+)/.exec(code.className)?.[1].toLowerCase() || "";
  return { name, grammar: KNOWN.has(name) ? name : ALIASES[name] };
}

/** @param {HTMLElement} code */
async function colour(code) {
  const { grammar } = languageOf(code);
  const source = code.textContent || "";
  if (!grammar || source.length > TOO_LONG) return;
  const hljs = await highlighter(grammar);
  // the library escapes the source and adds its own spans only
  if (code.textContent === source) code.innerHTML = hljs.highlight(source, { language: grammar, ignoreIllegals: true }).value;
}

const seenBlocks = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seenBlocks.unobserve(target);
    colour(/** @type {HTMLElement} */ (target));
  }
});

/** @param {HTMLElement} code */
function dress(code) {
  const pre = code.parentElement;
  if (!pre || pre.parentElement?.matches(".code-box")) return;
  const box = el("div.code-box", { "data-copy-scope": true });
  const copy = el("button.btn.btn-quiet.btn-sm", { type: "button", "data-copy-from": "code", "aria-label": "Copy code" }, icon("copy"), "Copy");
  pre.replaceWith(box);
  box.append(el("div.code-head", {}, el("span", {}, languageOf(code).name || "text"), copy), pre);
  pre.tabIndex = 0; // a scrolling box must be reachable by keyboard
  seenBlocks.observe(code);
}

export function install() {
  each(".md pre > code", dress);
}

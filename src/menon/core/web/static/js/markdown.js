/**
 * Markdown while it arrives: whole blocks become nodes, the open one stays plain text. Only text nodes and a fixed set
 * of elements are ever made, so nothing that a model writes can be active. The server's rendering replaces it at the end.
 */

import { el } from "./dom.js";

const INLINE = /(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)|\*\*(?=\S)([\s\S]*?\S)\*\*|\*(?=[^\s*])([^*]*[^\s*])\*|\[(\d{1,3})\]|(!?)\[([^\]\n]+)\]\(([^()\s]+)\)/g;
const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const ITEM = /^\s{0,3}(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/;

/**
 * An address that a link may have: another site over http(s), or a path of ours.
 * @param {string} address
 */
export function isSafe(address) {
  return /^https?:\/\//i.test(address) || /^\/(?![/\\])/.test(address);
}

/**
 * @param {string} text
 * @param {(index: number) => Node | null} cite a chip for `[1]`, or null when there is no such source
 * @returns {(Node | string)[]}
 */
export function inline(text, cite) {
  /** @type {(Node | string)[]} */
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, , code, strong, em, index, image, label, address] = match;
    nodes.push(text.slice(at, match.index));
    at = match.index + whole.length;
    if (code !== undefined) nodes.push(el("code", {}, code));
    else if (strong !== undefined) nodes.push(el("strong", {}, ...inline(strong, cite)));
    else if (em !== undefined) nodes.push(el("em", {}, ...inline(em, cite)));
    else if (index !== undefined) nodes.push(cite(Number(index)) || whole);
    else if (image) nodes.push(label); // no picture is ever fetched for a model
    else if (isSafe(address)) nodes.push(el("a", { href: address, rel: "noopener noreferrer nofollow" }, label));
    else nodes.push(whole);
  }
  nodes.push(text.slice(at));
  return nodes.filter((node) => node !== "");
}

/**
 * Where the first whole block of `text` ends, or -1 while it is still open.
 * @param {string} text
 */
export function blockEnd(text) {
  const fence = /^\s*(`{3,}|~{3,})/.exec(text);
  if (fence) {
    const close = new RegExp(`\\n {0,3}${fence[1]}[ \\t]*(?:\\n|$)`).exec(text.slice(fence[0].length));
    return close && close[0].endsWith("\n") ? fence[0].length + close.index + close[0].length : -1;
  }
  const first = text.split("\n", 1)[0];
  if (HEADING.test(first)) return first.length < text.length ? first.length + 1 : -1;
  const ends = [/\n[ \t]*\n/, /\n(?=\s{0,3}(?:```|~~~|#{1,6}\s))/].map((pattern) => pattern.exec(text));
  if (first.trim() && !ITEM.test(first)) ends.push(/\n(?=\s{0,3}(?:[-*+]|1[.)])\s)/.exec(text)); // a list may follow its sentence at once
  const at = ends.flatMap((match) => (match ? [match.index + match[0].length] : []));
  return at.length ? Math.min(...at) : -1;
}

/** @param {string[]} lines @param {(index: number) => Node | null} cite */
function list(lines, cite) {
  const first = ITEM.exec(lines[0]);
  /** @type {string[]} */
  const items = [];
  for (const line of lines) {
    const item = ITEM.exec(line);
    if (item) items.push(item[2]);
    else items[items.length - 1] += ` ${line.trim()}`;
  }
  const number = first?.[1];
  return el(number ? "ol" : "ul", { start: number && number !== "1" ? number : null }, ...items.map((item) => el("li", {}, ...inline(item, cite))));
}

/** @param {string[]} lines @param {(index: number) => Node | null} cite */
function table(lines, cite) {
  const cells = (/** @type {string} */ line) => line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
  const row = (/** @type {string} */ line, /** @type {string} */ tag) => el("tr", {}, ...cells(line).map((cell) => el(tag, {}, ...inline(cell, cite))));
  return el("table", {}, el("thead", {}, row(lines[0], "th")), el("tbody", {}, ...lines.slice(2).map((line) => row(line, "td"))));
}

/**
 * One whole block as a node.
 * @param {string} source
 * @param {(index: number) => Node | null} cite
 * @returns {Node | null}
 */
export function block(source, cite) {
  const text = source.replace(/^(?:[ \t]*\n)+|\s+$/g, "");
  if (!text) return null;
  const lines = text.split("\n");
  const fence = /^\s*(`{3,}|~{3,})\s*([\w+#.-]*)/.exec(lines[0]);
  if (fence) {
    const closed = lines.length > 1 && lines[lines.length - 1].trim() === fence[1];
    const body = lines.slice(1, closed ? -1 : undefined).join("\n");
    return el("pre", {}, el("code", { class: fence[2] ? `language-${fence[2].toLowerCase()}` : null }, body));
  }
  const heading = HEADING.exec(lines[0]);
  if (heading && lines.length === 1) return el(`h${Math.min(4, heading[1].length + 1)}`, {}, ...inline(heading[2], cite));
  if (/^\s{0,3}([-*_])(\s*\1){2,}$/.test(text)) return el("hr");
  if (ITEM.test(lines[0])) return list(lines, cite);
  if (lines.every((line) => line.startsWith(">"))) return el("blockquote", {}, el("p", {}, ...inline(lines.map((line) => line.replace(/^>\s?/, "")).join("\n"), cite)));
  if (lines.length > 1 && lines[0].includes("|") && /^\s*\|?\s*:?-+/.test(lines[1])) return table(lines, cite);
  return el("p", {}, ...inline(text, cite));
}

/** Text that grows inside `root`. */
export class LiveText {
  /**
   * @param {HTMLElement} root
   * @param {(index: number) => Node | null} cite
   */
  constructor(root, cite) {
    this.root = root;
    this.cite = cite;
    this.tail = "";
    this.open = el("div.open");
    this.reset();
  }

  reset() {
    this.tail = "";
    this.root.replaceChildren();
  }

  /** @param {string} text */
  push(text) {
    if (!this.open.isConnected) this.root.append(this.open);
    this.tail += text;
    for (let end = blockEnd(this.tail); end > 0; end = blockEnd(this.tail)) {
      const node = block(this.tail.slice(0, end), this.cite);
      if (node) this.open.before(node);
      this.tail = this.tail.slice(end);
    }
    this.open.classList.toggle("code", /^\s*(```|~~~)/.test(this.tail));
    this.open.textContent = this.tail.replace(/^\s*(```|~~~)[^\n]*\n?/, "");
  }

  /** Nothing more comes: the open block is whole. */
  finish() {
    const node = block(this.tail, this.cite);
    if (node) this.open.before(node);
    this.open.remove();
    this.tail = "";
  }
}

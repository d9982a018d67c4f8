/** The command palette (Ctrl+K): the server's commands filtered here, and what `/palette?q=` finds. */

import { el, icon, on } from "./dom.js";
import { send } from "./http.js";

const dialog = () => /** @type {HTMLDialogElement} */ (document.getElementById("palette"));
const input = () => /** @type {HTMLInputElement} */ (dialog().querySelector("input"));
const list = () => /** @type {HTMLElement} */ (document.getElementById("palette-list"));
const options = () => /** @type {HTMLElement[]} */ ([...list().querySelectorAll(".palette-option:not([hidden])")]);

/**
 * Whether every word of the query begins or occurs in the label.
 * @param {string} label
 * @param {string} query
 */
export function fits(label, query) {
  const text = label.toLowerCase();
  return query.toLowerCase().split(/\s+/).filter(Boolean).every((word) => text.includes(word));
}

/** @param {HTMLElement | undefined} option */
function choose(option) {
  for (const other of list().querySelectorAll('[aria-selected="true"]')) other.setAttribute("aria-selected", "false");
  if (!option) return input().removeAttribute("aria-activedescendant");
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  return input().setAttribute("aria-activedescendant", option.id);
}

function chosen() {
  return list().querySelector('.palette-option[aria-selected="true"]:not([hidden])');
}

function filter() {
  const query = input().value.trim();
  for (const option of list().querySelectorAll(".palette-option:not([data-found])")) {
    /** @type {HTMLElement} */ (option).hidden = !fits(option.textContent || "", query);
  }
  tidy();
}

/** Hide the headings of empty groups, number the options, choose the first. */
function tidy() {
  for (const heading of /** @type {NodeListOf<HTMLElement>} */ (list().querySelectorAll(".palette-group"))) {
    let next = heading.nextElementSibling;
    let any = false;
    for (; next && !next.matches(".palette-group"); next = next.nextElementSibling) any ||= !(/** @type {HTMLElement} */ (next).hidden);
    heading.hidden = !any;
  }
  list().querySelector("[data-nothing]")?.remove();
  if (!options().length) list().append(el("li.palette-group", { "data-nothing": true, role: "presentation" }, "Nothing found"));
  options().forEach((option, at) => (option.id = `palette-option-${at}`));
  choose(options()[0]);
}

/** @type {AbortController | null} */
let asking = null;

/** Things that only the server knows: `[{label, href, icon, group, hint}]`. */
async function find() {
  asking?.abort();
  asking = new AbortController();
  const query = input().value.trim();
  if (query.length < 2) return show([]);
  try {
    const response = await send(`/palette?q=${encodeURIComponent(query)}`, { signal: asking.signal });
    return show(await response.json());
  } catch {
    return undefined; // the commands of the page still work without the server's finds
  }
}

/** @param {{label: string, href: string, icon: string, group: string, hint?: string}[]} found */
function show(found) {
  list().querySelectorAll("[data-found]").forEach((node) => node.remove());
  let group = "";
  for (const item of found) {
    if (item.group !== group) {
      group = item.group;
      list().append(el("li.palette-group", { "data-found": true, role: "presentation" }, group));
    }
    const link = el("a", { href: item.href, tabindex: "-1" }, icon(item.icon), el("span.truncate", {}, item.label), item.hint && el("span.hint", {}, item.hint));
    list().append(el("li.palette-option", { role: "option", "aria-selected": "false", "data-found": true }, link));
  }
  tidy();
}

/** The places of the rail are commands as well. */
function places() {
  const links = /** @type {NodeListOf<HTMLAnchorElement>} */ (document.querySelectorAll(".rail-list a"));
  const options = [...links].map((link) => {
    const [drawn, name] = [link.querySelector("svg"), link.querySelector("span")].map((node) => node?.cloneNode(true));
    return el("li.palette-option", { role: "option", "aria-selected": "false" }, el("a", { href: link.getAttribute("href"), tabindex: "-1" }, drawn, name));
  });
  list().prepend(el("li.palette-group", { role: "presentation" }, "Go to"), ...options);
}

function open() {
  if (dialog().open) return;
  input().value = "";
  show([]);
  filter();
  dialog().showModal();
  input().focus();
}

/** @param {KeyboardEvent} event */
function key(event) {
  const all = options();
  const at = all.indexOf(/** @type {HTMLElement} */ (chosen()));
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    choose(all[(at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % all.length]);
  } else if (event.key === "Enter") {
    event.preventDefault();
    chosen()?.querySelector("a")?.click();
    dialog().close();
  }
}

export function install() {
  if (!dialog()) return;
  places();
  on("click", "[data-palette]", open);
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (dialog().open) dialog().close();
      else open();
    }
  });
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  input().addEventListener("input", () => {
    filter();
    clearTimeout(timer);
    timer = setTimeout(find, 150);
  });
  input().addEventListener("keydown", key);
}

/** The right panel: links with `data-panel` open in it; `?panel=` is its address, so it survives a reload and Back closes it. */

import { on, process } from "./dom.js";
import { fetchPage } from "./http.js";
import { toastError } from "./toast.js";

const panel = () => /** @type {HTMLElement} */ (document.getElementById("panel"));
const body = () => /** @type {HTMLElement} */ (document.getElementById("panel-body"));

/** @type {HTMLElement | null} */
let opener = null;

/** @param {string | null} path only pages of this server are ever loaded */
function own(path) {
  if (!path?.startsWith("/") || path.startsWith("//")) return null;
  const url = new URL(path, location.href);
  return url.origin === location.origin ? url.pathname + url.search : null;
}

function asked() {
  return own(new URLSearchParams(location.search).get("panel"));
}

/** @param {string} path */
async function load(path) {
  const box = panel();
  box.hidden = false;
  box.setAttribute("aria-busy", "true");
  /** @type {HTMLAnchorElement} */ (box.querySelector("[data-panel-open]")).href = path;
  try {
    const page = await fetchPage(path, { "HX-Target": "div#panel-body" });
    const content = page.querySelector("[data-panel-content]") || page.querySelector("main") || page.body;
    body().replaceChildren(...content.childNodes);
    const title = body().querySelector("h1, h2");
    /** @type {HTMLElement} */ (box.querySelector("[data-panel-title]")).textContent = title?.textContent || "";
    process(body());
    body().querySelector(".passage")?.scrollIntoView({ block: "center" });
    box.focus({ preventScroll: true });
  } catch (error) {
    toastError(error);
    close(false);
  } finally {
    box.removeAttribute("aria-busy");
  }
}

/** @param {boolean} back whether the address must be put right as well */
function close(back = true) {
  if (panel().hidden) return;
  panel().hidden = true;
  body().replaceChildren();
  if (back && asked()) {
    const url = new URL(location.href);
    url.searchParams.delete("panel");
    history.pushState({}, "", url);
  }
  opener?.focus();
  opener = null;
}

export function install() {
  if (!panel()) return;
  on("click", "a[data-panel]", (link, event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    opener = link;
    const url = new URL(location.href);
    url.searchParams.set("panel", link.getAttribute("href"));
    history.pushState({}, "", url);
    load(link.getAttribute("href"));
  });
  on("click", "[data-panel-close]", () => close());
  addEventListener("popstate", () => {
    const path = asked();
    if (path) load(path);
    else close(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (document.querySelector("dialog[open], :popover-open")) return;
    close();
  });
  const path = asked();
  if (path) load(path);
}

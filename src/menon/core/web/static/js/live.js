/**
 * Regions that show something that goes on: `data-live` is their fragment (the page's own address where it is
 * empty), fetched again when the run in `data-run` tells of something, or every few seconds as long as something in them is `data-active`.
 *
 * What has a `data-key` is replaced only when its key has changed, so that what somebody reads, opens or types stays.
 */

import { each, process } from "./dom.js";
import { fetchFragment } from "./http.js";
import { follow } from "./stream.js";
import { toastError } from "./toast.js";

const SETTLE_MS = 120;
const EVERY_MS = 4_000;

/** @param {ParentNode} root */
const parts = (root) => /** @type {HTMLElement[]} */ ([...root.querySelectorAll("[data-key]")]);

/** @param {Element} node @returns {string[]} what is opened in it */
const opened = (node) => [...node.querySelectorAll("details[open][id]")].map((found) => found.id);

/**
 * Put nodes into the place of others; what was opened there is open again.
 * @param {Element} place
 * @param {Node[]} nodes
 * @param {() => void} swap
 */
function put(place, nodes, swap) {
  const fresh = nodes.filter((node) => node instanceof Element);
  for (const id of opened(place)) for (const node of fresh) node.querySelector(`[id="${CSS.escape(id)}"]`)?.setAttribute("open", "");
  swap();
  fresh.forEach(process); // htmx sees only what is in the page
}

/**
 * Put a fresh fragment into a region, part by part where both have the same parts.
 * @param {HTMLElement} region
 * @param {DocumentFragment} fresh
 */
export function renew(region, fresh) {
  const [now, next] = [parts(region), parts(fresh)];
  const ids = new Map(next.map((part) => [part.id, part]));
  // more parts than in the fragment: somebody has asked for further rows, which stay
  if (!now.length || now.length < next.length || next.some((part) => !region.querySelector(`[id="${CSS.escape(part.id)}"]`))) {
    const nodes = [...fresh.childNodes];
    put(region, nodes, () => region.replaceChildren(...nodes));
    return;
  }
  for (const part of now) {
    const other = ids.get(part.id);
    if (!other || part.dataset.key === other.dataset.key) continue;
    put(part, [other], () => part.replaceWith(other));
  }
  for (const part of region.querySelectorAll("[data-active]")) {
    if (!part.hasAttribute("data-key") && !fresh.querySelector("[data-active]")) part.removeAttribute("data-active");
  }
}

/** @param {HTMLElement} region */
async function refresh(region) {
  const fresh = await fetchFragment(region.dataset.live || location.pathname + location.search);
  if (region.isConnected) renew(region, fresh);
}

/** @param {HTMLElement} region */
async function track(region) {
  let timer = 0;
  /** @type {Promise<void>} */
  let last = Promise.resolve();
  const soon = () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      last = last.then(() => refresh(region)).catch(toastError);
    }, SETTLE_MS);
  };
  try {
    for await (const event of follow(region.dataset.run || "")) {
      if (!region.isConnected) return;
      if (event.type !== "content" && event.type !== "thinking") soon();
    }
    soon();
  } catch (error) {
    toastError(error);
  }
}

/** @param {HTMLElement} region */
function poll(region) {
  const timer = setInterval(async () => {
    if (!region.isConnected) return clearInterval(timer);
    if (document.hidden || !region.querySelector("[data-active]")) return;
    await refresh(region).catch(() => {}); // the next look tells
  }, EVERY_MS);
}

// a drawing that is wider than its place shows where it stands
each(".graph", (graph) => {
  const at = graph.querySelector(".is-running, .is-waiting, .is-failed");
  if (!at) return;
  const [box, place] = [at.getBoundingClientRect(), graph.getBoundingClientRect()];
  graph.scrollLeft = box.left + box.width / 2 - place.left - place.width / 2;
});

each("[data-live]", (region) => {
  if (!region.dataset.run) poll(region);
  else if (region.querySelector("[data-active]")) track(region);
});

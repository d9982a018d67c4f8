/** Rows of tabs that are wider than their place: the current one is in sight, and an edge fades where there is more. */

import { each } from "./dom.js";

/** @param {HTMLElement} row */
function edges(row) {
  const rest = row.scrollWidth - row.clientWidth - row.scrollLeft;
  row.classList.toggle("goes-on", rest > 1);
  row.classList.toggle("came-on", row.scrollLeft > 1);
}

/** @param {HTMLElement} row */
function watch(row) {
  const current = /** @type {HTMLElement | null} */ (row.querySelector("[aria-current]"));
  if (current) row.scrollLeft = current.offsetLeft - row.offsetLeft - (row.clientWidth - current.offsetWidth) / 2;
  row.addEventListener("scroll", () => edges(row), { passive: true });
  new ResizeObserver(() => edges(row)).observe(row);
}

export function install() {
  each(".tabs", watch);
}

/** A list of boxes to tick that can be filtered by what one types, with how many are ticked. */

import { each } from "./dom.js";

each("[data-picker]", (box) => {
  const rows = /** @type {HTMLElement[]} */ ([...box.querySelectorAll("[data-name]")]);
  const none = box.querySelector("[data-none]");
  const picked = box.querySelector("[data-picked]");
  const count = () => {
    const ticked = box.querySelectorAll("input[type=checkbox]:checked").length;
    picked.textContent = ticked ? `${ticked} of ${rows.length}` : "none";
  };
  box.querySelector("[data-pick]")?.addEventListener("input", (/** @type {Event} */ event) => {
    const words = /** @type {HTMLInputElement} */ (event.target).value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const fits = words.every((word) => (row.dataset.name || "").toLowerCase().includes(word));
      row.hidden = !fits;
      shown += Number(fits);
    }
    none.toggleAttribute("hidden", shown > 0);
  });
  // Enter filters; it must not save the agent
  box.querySelector("[data-pick]")?.addEventListener("keydown", (/** @type {KeyboardEvent} */ event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  box.addEventListener("change", count);
  count();
});

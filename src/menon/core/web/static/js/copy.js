/** Copy buttons: `data-copy` holds the text, `data-copy-from` a selector of what to take it from. */

import { announce, icon, on } from "./dom.js";
import { toast } from "./toast.js";

/**
 * @param {string} text
 * @returns {Promise<void>}
 */
async function toClipboard(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  // plain HTTP on another host has no clipboard API
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "sr-only";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}

/** @param {HTMLElement} button */
function textOf(button) {
  if (button.dataset.copyFrom) {
    const scope = button.closest("[data-copy-scope]") || document;
    const source = scope.querySelector(button.dataset.copyFrom);
    return source instanceof HTMLElement ? (source.dataset.source ?? source.innerText) : "";
  }
  return button.dataset.copy || "";
}

export function install() {
  on("click", "[data-copy], [data-copy-from]", async (button) => {
    try {
      await toClipboard(textOf(button));
    } catch {
      toast({ kind: "warning", text: "The browser did not allow copying. Select the text and copy it by hand." });
      return;
    }
    announce("Copied");
    const before = button.querySelector(".icon");
    if (!before || button.dataset.copied) return;
    button.dataset.copied = "yes";
    const done = icon("check-lg");
    before.replaceWith(done);
    setTimeout(() => {
      done.replaceWith(before);
      delete button.dataset.copied;
    }, 1500);
  });
}

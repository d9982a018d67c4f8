/** Relative times that stay fresh: the same words as the macro `ago`. */

import { each } from "./dom.js";

const DAY = 86_400;

/**
 * @param {Date} at
 * @param {Date} now
 * @returns {string} "just now", "5 min ago", "3 h ago", "2 d ago", "12 Nov", "12 Nov 2025"
 */
export function ago(at, now) {
  const seconds = (now.getTime() - at.getTime()) / 1000;
  const day = at.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
  if (seconds < -60) return `${day}, ${at.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" })}`;
  if (seconds < 45) return "just now";
  if (seconds < 2700) return `${Math.max(1, Math.round(seconds / 60))} min ago`;
  if (seconds < 79_200) return `${Math.max(1, Math.round(seconds / 3600))} h ago`;
  if (seconds < 6 * DAY) return `${Math.max(1, Math.round(seconds / DAY))} d ago`;
  return at.getFullYear() === now.getFullYear() ? day : `${day} ${at.getFullYear()}`;
}

/** @param {HTMLTimeElement} node */
function refresh(node) {
  const text = ago(new Date(node.dateTime), new Date());
  if (node.textContent !== text) node.textContent = text;
}

export function install() {
  each("time[data-ago]", (node) => {
    const at = new Date(node.dateTime);
    node.title = at.toLocaleString(undefined, { dateStyle: "medium", timeStyle: "medium" });
    refresh(node);
  });
  each("time.at", (node) => {
    node.textContent = new Date(node.dateTime).toLocaleTimeString("en-GB");
  });
  setInterval(() => document.querySelectorAll("time[data-ago]").forEach((node) => refresh(/** @type {HTMLTimeElement} */ (node))), 30_000);
}

/** The theme: follows the system until the toggle pins light or dark; the server reads the cookie, so nothing flashes. */

import { announce, icon, on } from "./dom.js";

const ORDER = ["auto", "light", "dark"];
const ICONS = { auto: "circle-half", light: "sun", dark: "moon-stars" };
const NAMES = { auto: "Theme: as the system", light: "Theme: light", dark: "Theme: dark" };
const YEAR = 31_536_000;

/** @returns {"auto" | "light" | "dark"} */
function current() {
  const theme = document.documentElement.dataset.theme;
  return theme === "light" || theme === "dark" ? theme : "auto";
}

function show() {
  for (const button of document.querySelectorAll("[data-theme-toggle]")) {
    button.replaceChildren(icon(ICONS[current()]));
    button.setAttribute("aria-label", NAMES[current()]);
    button.setAttribute("title", NAMES[current()]);
  }
}

export function install() {
  show();
  on("click", "[data-theme-toggle]", () => {
    const next = ORDER[(ORDER.indexOf(current()) + 1) % ORDER.length];
    document.documentElement.dataset.theme = next;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `menon_theme=${next}; Path=/; Max-Age=${YEAR}; SameSite=Lax${secure}`;
    show();
    announce(NAMES[current()]);
    document.dispatchEvent(new CustomEvent("theme"));
  });
}

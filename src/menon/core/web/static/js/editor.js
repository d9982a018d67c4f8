/** The editor of definitions: line numbers, lines that are wrong, steps that are added by a button. */

import { announce, each, el, on } from "./dom.js";
import { toast } from "./toast.js";

/** @param {HTMLTextAreaElement} area @param {number} line from 1 */
function goTo(area, line) {
  const before = area.value.split("\n").slice(0, line - 1);
  const start = before.reduce((sum, text) => sum + text.length + 1, 0);
  const end = area.value.indexOf("\n", start);
  area.focus();
  area.setSelectionRange(start, end < 0 ? area.value.length : end);
  area.scrollTop = (line - 4) * (parseFloat(getComputedStyle(area).lineHeight) || 20);
}

/** @returns {Set<number>} the lines that the server found something wrong with */
function wrong() {
  const said = /** @type {HTMLElement | null} */ (document.querySelector("[data-wrong]"));
  return new Set((said?.dataset.wrong || "").split(" ").filter(Boolean).map(Number));
}

/** @param {HTMLElement} box */
function setUp(box) {
  const area = /** @type {HTMLTextAreaElement} */ (box.querySelector("textarea"));
  const gutter = /** @type {HTMLElement} */ (box.querySelector(".code-lines"));
  const number = () => {
    const bad = wrong();
    const count = area.value.split("\n").length;
    gutter.replaceChildren(...Array.from({ length: count }, (_, n) => el(bad.has(n + 1) ? "span.is-wrong" : "span", {}, String(n + 1))));
    gutter.scrollTop = area.scrollTop;
  };
  area.addEventListener("input", number);
  area.addEventListener("scroll", () => {
    gutter.scrollTop = area.scrollTop;
  });
  new MutationObserver(number).observe(/** @type {HTMLElement} */ (document.getElementById("checked")), { childList: true });
  number();
}

/**
 * The text with one more step, after the last one; null where the text is not a definition.
 * @param {string} text
 * @param {string} kind
 * @param {string} step as JSON
 * @returns {{text: string, id: string} | null}
 */
export function withStep(text, kind, step) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    return null;
  }
  if (!body || typeof body !== "object" || Array.isArray(body)) return null;
  const steps = (body.steps ??= {});
  const names = Object.keys(steps);
  let id = kind;
  for (let n = 2; id in steps; n += 1) id = `${kind}_${n}`;
  const last = names.at(-1);
  steps[id] = { ...JSON.parse(step), ...(last ? { dependencies: [last] } : {}) };
  return { text: JSON.stringify(body, null, 2), id };
}

each("[data-code-editor]", setUp);
on("click", "[data-line]", (button) => {
  const area = /** @type {HTMLTextAreaElement} */ (document.getElementById("definition"));
  goTo(area, Number(button.dataset.line));
});
on("click", "[data-add-step]", (button) => {
  const area = /** @type {HTMLTextAreaElement} */ (document.getElementById("definition"));
  const made = withStep(area.value, button.dataset.addStep, button.dataset.step);
  if (!made) return toast({ kind: "warning", text: "Put the JSON right first, then add the step." });
  area.value = made.text;
  area.dispatchEvent(new Event("input", { bubbles: true }));
  goTo(area, made.text.slice(0, made.text.lastIndexOf(`"${made.id}": {`)).split("\n").length);
  announce(`The step ${made.id} is added.`);
});

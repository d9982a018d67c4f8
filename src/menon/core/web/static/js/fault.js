/** The error box in the place of what could not be loaded: the macro `fault`, made here. */

import { el, icon, process } from "./dom.js";

/**
 * @param {HTMLElement} place
 * @param {import("./http.js").Problem} problem
 * @param {string} url what "Try again" loads into the place
 */
export function show(place, problem, url) {
  const retry = el("button.btn.btn-sm", { type: "button", "hx-get": url, "hx-target": place.id ? `#${place.id}` : "closest .fault" }, icon("arrow-clockwise"), "Try again");
  const trace = problem.trace && el("button.btn.btn-quiet.btn-sm.mono", { type: "button", "data-copy": problem.trace, title: "Copy the trace id" }, `trace ${problem.trace.slice(0, 12)}`, el("span.sr-only", {}, ", copy"), icon("copy"));
  const line = el("div.row-line", {}, retry, el("span.trace", {}, el("span.mono", {}, problem.code), trace));
  const box = el("div.fault", { role: "alert" }, icon("exclamation-circle"), el("div.grow", {}, el("strong", {}, "This could not be loaded"), el("p", {}, problem.message), line));
  place.replaceChildren(box);
  process(box);
}

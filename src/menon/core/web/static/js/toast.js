/** Short notes that vanish after 5 s, wait while one looks at them, and say what failed with a trace id. */

import { each, el, icon } from "./dom.js";
import { show as showFault } from "./fault.js";
import { Problem, problemOf, send, toLogin } from "./http.js";

const STAY = 5_000;
const UNREACHABLE = "The server cannot be reached. Check the connection and try again.";
/** @type {Record<string, string>} */
const ICONS = { success: "check-circle", danger: "exclamation-circle", warning: "exclamation-triangle" };

/**
 * @typedef {{text: string, kind?: "success" | "info" | "warning" | "danger", code?: string, trace?: string, undo?: string}} Note
 * `undo`: a URL that a POST takes the action back with; the page is then loaded again.
 */

/** @param {Note} note */
export function toast(note) {
  const kind = note.kind || "info";
  const trace = note.trace || note.code;
  const node = el(
    `div.note.note-${kind}`,
    { role: kind === "danger" ? "alert" : null },
    icon(ICONS[kind] || "info-circle"),
    el(
      "div.grow",
      {},
      note.text,
      trace && el("div.trace", {}, note.code || "", note.trace && el("button.btn.btn-quiet.btn-sm.mono", { type: "button", "data-copy": note.trace, title: "Copy the trace id" }, `trace ${note.trace.slice(0, 12)}`, el("span.sr-only", {}, ", copy"), icon("copy"))),
    ),
    note.undo && el("button.btn.btn-quiet.btn-sm", { type: "button", "data-undo": note.undo }, "Undo"),
    el("button.btn.btn-quiet.btn-icon.btn-sm", { type: "button", "data-dismiss": true, "aria-label": "Dismiss" }, icon("x-lg")),
  );
  document.getElementById("toasts")?.append(node);
}

/** @param {unknown} error */
export function toastError(error) {
  if (error instanceof Problem) toast({ kind: "danger", text: error.message, code: error.code, trace: error.trace });
  else toast({ kind: "danger", text: UNREACHABLE });
}

/** @param {HTMLElement} node */
function live(node) {
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;
  const leave = () => {
    node.classList.add("note-out");
    setTimeout(() => node.remove(), 220);
  };
  const start = () => {
    clearTimeout(timer);
    timer = setTimeout(leave, STAY);
  };
  const stop = () => clearTimeout(timer);
  node.addEventListener("pointerenter", stop);
  node.addEventListener("focusin", stop);
  node.addEventListener("pointerleave", start);
  node.addEventListener("focusout", start);
  node.querySelector("[data-dismiss]")?.addEventListener("click", leave);
  node.querySelector("[data-undo]")?.addEventListener("click", async (event) => {
    const { undo } = /** @type {HTMLElement} */ (event.currentTarget).dataset;
    await send(undo || "", { method: "POST" }).then(() => location.reload(), toastError);
  });
  start();
}

/** @param {any} event an answer of data is never put into the page */
function answered({ detail: { ctx } }) {
  if ((ctx.response?.headers.get("Content-Type") || "").includes("json")) ctx.swap = "none";
}

/** @param {any} event */
function refused({ detail: { ctx } }) {
  if (ctx.response.status === 401) return toLogin();
  const html = (ctx.response.headers.get("Content-Type") || "").includes("html");
  if (html && ctx.response.status === 422) return undefined;
  return tell(ctx, problemOf(ctx.response.status, ctx.text));
}

/** @param {any} ctx @param {Problem} problem in the place that waits for an answer, else as a note */
function tell({ sourceElement, request }, problem) {
  if (sourceElement.matches("[data-fault]")) showFault(sourceElement, problem, request.action);
  else toastError(problem);
}

export function install() {
  each(".note", live);
  document.addEventListener("toast", (event) => toast(/** @type {CustomEvent} */ (event).detail));
  document.addEventListener("htmx:after:request", answered);
  document.addEventListener("htmx:response:error", refused);
  document.addEventListener("htmx:error", (event) => {
    const { ctx } = /** @type {CustomEvent} */ (event).detail;
    if (ctx) tell(ctx, new Problem(0, { detail: UNREACHABLE }));
  });
}

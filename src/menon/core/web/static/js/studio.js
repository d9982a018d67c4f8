/** The studio: answers that are filled in by a click, what happens told as it happens, the phases of a generation. Code gets its colours. */

import * as code from "./code.js";
import { announce, icon, on } from "./dom.js";
import { show } from "./progress.js";

const AGAIN_MS = 5_000;
const SUBMITTED = "response-submitted";

code.install();

on("click", "[data-fill]", (button) => {
  const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("response-text"));
  if (!field) return;
  field.value = button.dataset.fill || "";
  if ("send" in button.dataset) field.form?.requestSubmit();
  else field.focus();
});

on("keydown", "#response-text", (field, event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
  event.preventDefault();
  field.form?.requestSubmit();
});

// how far a session is concerns nobody who looks elsewhere, and does not change once it is complete
document.addEventListener("htmx:before:request", (event) => {
  const { sourceElement } = /** @type {CustomEvent} */ (event).detail.ctx;
  if (sourceElement.id === "session-status" && (document.hidden || sourceElement.querySelector('[data-status="completed"]'))) event.preventDefault();
});

// a changed answer may have changed what is asked next; who has begun to answer goes on
document.body.addEventListener("response-revised", () => {
  const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("response-text"));
  if (!field?.value.trim()) document.body.dispatchEvent(new CustomEvent(SUBMITTED));
});

/** @param {string} session what others do in it is shown here too */
function listen(session) {
  const line = new WebSocket(`${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws`);
  line.addEventListener("message", ({ data }) => {
    const { type, data: told } = JSON.parse(data);
    if (type === "ping") line.send('{"type":"pong"}');
    if (told?.session_id !== session) return;
    if (type === "conflict_detected") announce(`Conflict: ${told.why}`);
    if (type === "session_update" && isNewer(told) && !typed()) document.body.dispatchEvent(new CustomEvent(SUBMITTED));
  });
  line.addEventListener("close", () => setTimeout(() => listen(session), AGAIN_MS));
}

/** @param {{answered_questions: number, status: string}} told Whether others are further than what is shown; a late message is not. */
function isNewer({ answered_questions, status }) {
  const card = /** @type {HTMLElement | null} */ (document.querySelector("[data-question]"));
  return card ? answered_questions > Number(card.dataset.answered) || status !== "active" : status === "active";
}

/** Whether somebody has begun to write, which must not be taken away. */
function typed() {
  return [...document.querySelectorAll("textarea")].some((field) => field.value !== field.defaultValue);
}

/** @type {[string, string][]} how a phase is drawn before, at and after its turn */
const TURNS = [["", "clock-history"], ["active", "arrow-repeat"], ["completed", "check-lg"]];

/** @type {Record<string, string>} what follows the phases */
const AFTER = { merge: "Merging with what people changed", testing: "Running the tests and gates" };

on("run-progress", "#generation-progress", (_, { target, detail: { done, total, note = "" } }) => {
  const words = note.replaceAll("_", " ");
  const over = done === total || note in AFTER;
  show(target, { done, total: over ? null : total, note: AFTER[note] || words.charAt(0).toUpperCase() + words.slice(1) });
  if (note === "testing") document.querySelector("#codebase-status .badge")?.lastChild?.replaceWith(note);
  const steps = document.querySelectorAll(".step");
  if (total !== steps.length) return; // what follows the phases is no step of them
  steps.forEach((step, at) => {
    const [state, drawn] = TURNS[at < done ? 2 : at === done ? 1 : 0];
    if (step.className === `step ${state}`.trim()) return;
    step.className = `step ${state}`.trim();
    step.querySelector(".icon")?.replaceWith(icon(drawn));
  });
});

const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-session]"));
if (place?.dataset.session) listen(place.dataset.session);

/** The questioning page: answers that are filled in by a click, and what happens told as it happens. Code gets its colours. */

import * as code from "./code.js";
import { announce, on } from "./dom.js";

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

on("click", "[data-reload]", (link, event) => {
  event.preventDefault();
  location.hash = "conflicts";
  location.reload();
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

/** Whether somebody has begun an answer, which must not be taken away. */
function typed() {
  const field = /** @type {HTMLTextAreaElement | null} */ (document.getElementById("response-text"));
  return Boolean(field?.value.trim());
}

const place = /** @type {HTMLElement | null} */ (document.querySelector("[data-session]"));
if (place?.dataset.session) listen(place.dataset.session);

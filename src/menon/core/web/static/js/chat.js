/** The chat page: the composer and its keys, stopping, editing, sample questions. */

import * as code from "./code.js";
import * as thread from "./thread.js";
import { each, on } from "./dom.js";
import { send } from "./http.js";
import { toastError } from "./toast.js";

/** @type {Set<string>} runs that are answering on this page */
const running = new Set();

/** @param {HTMLTextAreaElement} text */
function grow(text) {
  if (CSS.supports("field-sizing", "content")) return;
  text.style.height = "auto";
  text.style.height = `${text.scrollHeight}px`;
}

async function stop() {
  await Promise.all([...running].map((run) => send(`/runs/${encodeURIComponent(run)}/cancel`, { method: "POST" }))).catch(toastError);
}

/** @param {HTMLFormElement} form @param {HTMLElement} bubble put a question back into the composer, to be asked anew */
function edit(form, bubble) {
  const turn = bubble.closest("[data-message]");
  const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("message"));
  const replaces = /** @type {HTMLInputElement} */ (form.elements.namedItem("replaces"));
  text.value = turn?.querySelector(".bubble")?.textContent || "";
  replaces.value = turn instanceof HTMLElement ? turn.dataset.message || "" : "";
  form.querySelector("[data-editing]")?.removeAttribute("hidden");
  grow(text);
  text.focus();
  text.setSelectionRange(text.value.length, text.value.length);
}

/** @param {HTMLFormElement} form */
function endEdit(form) {
  /** @type {HTMLInputElement} */ (form.elements.namedItem("replaces")).value = "";
  form.querySelector("[data-editing]")?.setAttribute("hidden", "");
}

/** @param {HTMLFormElement} form @param {HTMLTextAreaElement} text @param {KeyboardEvent} event */
function key(form, text, event) {
  if (event.isComposing) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    if (text.value.trim() && !running.size) form.requestSubmit();
  } else if (event.key === "Escape") {
    event.preventDefault();
    if (running.size) stop();
    else if (form.querySelector("[data-editing]:not([hidden])")) {
      text.value = "";
      endEdit(form);
    }
  } else if (event.key === "ArrowUp" && !text.value) {
    const last = [...document.querySelectorAll(".turn-user")].pop();
    if (last instanceof HTMLElement) {
      event.preventDefault();
      edit(form, last);
    }
  }
}

/** @param {HTMLFormElement} form @param {thread.Tail | undefined} tail */
function compose(form, tail) {
  const text = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("message"));
  const go = /** @type {HTMLButtonElement} */ (form.querySelector(".composer-go"));
  const ready = () => (go.disabled = !text.value.trim());
  text.addEventListener("keydown", (event) => key(form, text, event));
  text.addEventListener("input", () => (grow(text), ready()));
  ready();
  form.addEventListener("htmx:before:request", (event) => {
    if (event.target === form && running.size) event.preventDefault();
  });
  form.addEventListener("htmx:after:swap", (event) => {
    if (event.target !== form) return;
    document.querySelector("[data-welcome]")?.remove();
    if (/** @type {CustomEvent} */ (event).detail.ctx.response.status >= 400) return; // what was typed stays
    text.value = "";
    endEdit(form);
    grow(text);
    ready();
    tail?.jump();
  });
  on("click", "[data-ask]", (sample) => {
    text.value = sample.dataset.ask;
    ready();
    form.requestSubmit();
  });
  on("click", "[data-edit]", (button) => (edit(form, button), ready()));
  on("click", "[data-end-edit]", () => ((text.value = ""), endEdit(form), ready()));
  if (!form.hasAttribute("data-quiet") && !matchMedia("(pointer: coarse)").matches) text.focus();
}

/** Load the list of conversations anew, the open one marked: a first question has only just made it. */
function refresh() {
  const id = document.getElementById("session-id");
  const current = id instanceof HTMLInputElement ? id.value : "";
  document.getElementById("sessions-list")?.setAttribute("hx-get", `/chat/sessions?current=${encodeURIComponent(current)}`);
  document.body.dispatchEvent(new CustomEvent("sessions"));
}

/** The open conversation's title, as the list has it, in the breadcrumb and the window. */
function retitle() {
  const title = document.querySelector(".session.is-current > a")?.textContent;
  const crumb = document.querySelector(".crumbs [aria-current]");
  if (!title || !crumb || crumb.textContent === title) return;
  document.title = `${title} · Menon`;
  crumb.textContent = title;
}

/** @param {HTMLElement} box */
function mark(box) {
  // Esc stops from anywhere on the page, not only inside the composer
  document.addEventListener("keydown", (event) => {
    const busy = document.querySelector("dialog[open], :popover-open, .panel:not([hidden])");
    if (event.key === "Escape" && running.size && !event.defaultPrevented && !busy) stop();
  });
  const show = () => {
    for (const form of document.querySelectorAll(".composer")) form.toggleAttribute("data-busy", running.size > 0);
  };
  document.addEventListener("answer:start", (event) => {
    running.add(/** @type {CustomEvent} */ (event).detail.run);
    show();
    refresh();
  });
  document.addEventListener("answer:end", (event) => {
    running.delete(/** @type {CustomEvent} */ (event).detail.run);
    show();
    refresh();
  });
  document.getElementById("sessions-list")?.addEventListener("htmx:after:swap", retitle);
  on("click", ".composer-stop", stop);
  on("click", ".to-end", () => (box.scrollTop = box.scrollHeight));
}

const box = /** @type {HTMLElement} */ (document.querySelector(".thread"));
code.install();
mark(box);
const tail = thread.install(box);
each("form.composer", (form) => compose(form, tail));

// renaming a session: the name becomes a field, Esc brings the name back
on("keydown", ".session input", (field, event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  refresh();
});
each(".session input", (field) => field.select());

// what the page cannot know before it is asked: a question handed over in the address (`/chat?ask=`)
const asked = new URLSearchParams(location.search).get("ask");
const composer = document.querySelector("form.composer");
if (asked && composer instanceof HTMLFormElement) {
  history.replaceState({}, "", location.pathname);
  const text = /** @type {HTMLTextAreaElement} */ (composer.elements.namedItem("message"));
  text.value = asked;
  text.dispatchEvent(new Event("input"));
}

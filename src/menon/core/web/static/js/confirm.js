/** One dialog that names the thing before anything is destroyed; also opens and closes the other dialogs. */

import { on } from "./dom.js";

/**
 * Ask; resolves to true when confirmed.
 * @param {{title?: string, text: string, action?: string}} question
 * @returns {Promise<boolean>}
 */
export function ask({ title = "Are you sure?", text, action = "Delete" }) {
  const dialog = /** @type {HTMLDialogElement} */ (document.getElementById("confirm"));
  const yes = /** @type {HTMLButtonElement} */ (dialog.querySelector('[data-choice="yes"]'));
  /** @type {HTMLElement} */ (dialog.querySelector("h2")).textContent = title;
  /** @type {HTMLElement} */ (dialog.querySelector("p")).textContent = text;
  yes.textContent = action;
  dialog.returnValue = "no";
  dialog.showModal();
  /** @type {HTMLElement} */ (dialog.querySelector('[data-choice="no"]')).focus();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** @param {HTMLElement} node */
const questionOf = (node) => ({
  title: node.dataset.confirmTitle,
  text: node.dataset.confirm || node.getAttribute("hx-confirm") || "",
  action: node.dataset.confirmAction,
});

export function install() {
  on("click", "[data-choice]", (button) => button.closest("dialog").close(button.dataset.choice));
  on("click", "[data-dialog]", (button) => {
    const dialog = /** @type {HTMLDialogElement} */ (document.getElementById(button.dataset.dialog));
    dialog.showModal();
  });
  on("click", "[data-close]", (button) => button.closest("dialog")?.close());
  // a click on the backdrop, outside the box, closes as well
  document.addEventListener("pointerdown", (event) => {
    const dialog = event.target;
    if (!(dialog instanceof HTMLDialogElement) || !dialog.open) return;
    const box = dialog.getBoundingClientRect();
    const inside = event.clientX >= box.left && event.clientX <= box.right && event.clientY >= box.top && event.clientY <= box.bottom;
    if (!inside) dialog.close();
  });
  document.addEventListener("htmx:confirm", (event) => {
    event.preventDefault();
    const { ctx, issueRequest, dropRequest } = /** @type {CustomEvent} */ (event).detail;
    ask(questionOf(ctx.sourceElement)).then((yes) => (yes ? issueRequest() : dropRequest()));
  });
  // a form in a dialog that has been sent closes it
  document.addEventListener("htmx:after:request", (event) => {
    const { ctx } = /** @type {CustomEvent} */ (event).detail;
    if (!ctx.sourceElement.matches("dialog form[data-closes]") || ctx.response.status >= 300) return;
    ctx.sourceElement.reset();
    ctx.sourceElement.closest("dialog").close();
  });
  // plain forms: <form data-confirm="...">
  on("submit", "form[data-confirm]", (form, event) => {
    if (form.dataset.confirmed) return;
    event.preventDefault();
    ask(questionOf(form)).then((yes) => {
      if (!yes) return;
      form.dataset.confirmed = "yes";
      form.requestSubmit(event.submitter);
    });
  });
}

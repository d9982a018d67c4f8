/** Uploads: drop files anywhere on the page or choose them; each has its line, first with bytes, then with its run. */

import { each, el, icon, process } from "./dom.js";
import { csrfToken } from "./csrf.js";
import { parseFragment, problemOf, toLogin } from "./http.js";
import { show } from "./progress.js";

const AT_ONCE = 2;

/** @param {File} file */
function lineOf(file) {
  const note = el("div.row-line", {}, el("span.grow.truncate", { "data-note": true, "aria-live": "polite" }, "Waiting"), el("span.num", { "data-count": true }));
  const bar = el("div.progress", { role: "progressbar", "aria-label": `Upload of ${file.name}`, "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": "0" }, el("div.progress-bar"));
  return el("li", {}, icon("file-earmark-text"), el("div.grow", {}, el("div.title.truncate", {}, file.name), el("div.progress-line", {}, note, bar)));
}

/** @param {HTMLElement} line @param {string} text @param {{code?: string, trace?: string}} [problem] */
function failed(line, text, problem = {}) {
  const box = /** @type {HTMLElement} */ (line.querySelector(".progress-line"));
  box.replaceWith(el("div.small.text-bad", { role: "alert" }, text, " ", el("span.mono.faint", {}, problem.code || "")));
  line.querySelector(".icon")?.replaceWith(icon("exclamation-circle"));
}

/**
 * Send one file; its line becomes what the server answers (a line with `data-run-progress`).
 * @param {HTMLFormElement} form
 * @param {File} file
 * @param {HTMLElement} line
 * @returns {Promise<void>}
 */
function upload(form, file, line) {
  return new Promise((resolve) => {
    const body = new FormData(form);
    body.delete("file");
    body.append("file", file);
    const request = new XMLHttpRequest(); // fetch cannot tell how much has been sent
    request.open("POST", form.action);
    request.setRequestHeader("X-CSRF-Token", csrfToken());
    request.setRequestHeader("HX-Request", "true");
    request.setRequestHeader("Accept", "text/html");
    request.upload.addEventListener("progress", (event) => {
      const percent = event.lengthComputable ? Math.round((100 * event.loaded) / event.total) : 0;
      show(line, { done: percent, total: 100, note: percent < 100 ? "Uploading" : "Stored, waiting to be read" });
    });
    request.addEventListener("load", () => {
      if (request.status === 401) toLogin();
      if (request.status >= 200 && request.status < 300) {
        const nodes = [...parseFragment(request.responseText).children];
        line.replaceWith(...nodes);
        nodes.forEach(process);
      } else {
        const problem = problemOf(request.status, request.responseText);
        failed(line, problem.message, problem);
      }
      resolve();
    });
    request.addEventListener("error", () => {
      failed(line, "The connection broke. Choose the file again.");
      resolve();
    });
    request.send(body);
  });
}

/** @param {HTMLFormElement} form */
function ready(form) {
  const input = /** @type {HTMLInputElement} */ (form.querySelector('input[type="file"]'));
  const list = /** @type {HTMLElement} */ (document.querySelector(form.dataset.list || ""));
  /** @type {(() => Promise<void>)[]} */
  const queue = [];
  let busy = 0;

  const next = async () => {
    if (busy >= AT_ONCE || !queue.length) return;
    busy += 1;
    await /** @type {() => Promise<void>} */ (queue.shift())();
    busy -= 1;
    next();
  };
  /** @param {FileList | null | undefined} files */
  const take = (files) => {
    for (const file of files || []) {
      const line = lineOf(file);
      list.prepend(line);
      queue.push(() => upload(form, file, line));
      next();
    }
  };

  input.addEventListener("change", () => {
    take(input.files);
    input.value = "";
  });
  form.addEventListener("submit", (event) => event.preventDefault());
  let depth = 0;
  const over = (/** @type {boolean} */ yes) => form.classList.toggle("is-over", yes);
  addEventListener("dragenter", (event) => {
    if (event.dataTransfer?.types.includes("Files")) over((depth += 1) > 0);
  });
  addEventListener("dragleave", () => over((depth = Math.max(0, depth - 1)) > 0));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    over((depth = 0) > 0);
    take(event.dataTransfer?.files);
  });
}

each("form[data-upload]", ready);

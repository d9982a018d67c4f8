/** Progress lines: widths set through the CSSOM, and runs followed live until they end. */

import { each, on, process } from "./dom.js";
import { fetchFragment, send } from "./http.js";
import { follow } from "./stream.js";
import { ask } from "./confirm.js";
import { toast, toastError } from "./toast.js";

/**
 * Show `done` of `total` on a line made by the macro `progress`; an open end when there is no total.
 * @param {HTMLElement} line
 * @param {{done?: number, total?: number | null, note?: string}} state
 */
export function show(line, { done = 0, total = null, note }) {
  const bar = /** @type {HTMLElement} */ (line.querySelector(".progress"));
  const fill = /** @type {HTMLElement} */ (line.querySelector(".progress-bar"));
  bar.classList.toggle("is-open", !total);
  bar.setAttribute("aria-valuenow", String(done));
  bar.setAttribute("aria-valuemax", String(total ?? 0));
  fill.style.width = total ? `${Math.min(100, (100 * done) / total)}%` : "";
  const count = line.querySelector("[data-count]");
  if (count) count.textContent = total ? `${done} / ${total}` : "";
  const text = line.querySelector("[data-note]");
  if (text && note) text.textContent = note;
}

/** @param {HTMLElement} line what the run left behind takes the line's place */
async function settle(line) {
  const inList = line.closest("#documents") !== null;
  const { after, replaces } = line.dataset;
  if (!after) return;
  if (after === location.pathname) return location.reload();
  const target = replaces ? line.closest(replaces) : line;
  const nodes = [...(await fetchFragment(after)).children];
  target?.replaceWith(...nodes);
  nodes.forEach(process);
  // A list that shows the same thing elsewhere on the page looks again; one that shows it itself is
  // up to date, and would close the menu that somebody has open in it.
  if (!inList) document.body.dispatchEvent(new CustomEvent("settled"));
}

/** A browser keeps six connections to a server, so that only a few runs are followed at once; the others wait their turn. */
const AT_ONCE = 3;
let following = 0;
/** @type {(() => void)[]} */
const queue = [];

function turn() {
  following += 1;
  return following <= AT_ONCE ? undefined : new Promise((resolve) => queue.push(() => resolve(undefined)));
}

function done() {
  following -= 1;
  queue.shift()?.();
}

/** @param {HTMLElement} line @param {{done?: number, total?: number | null, note?: string}} state shown here, and told to whoever draws more of it */
function tell(line, state) {
  show(line, state);
  line.dispatchEvent(new CustomEvent("run-progress", { bubbles: true, detail: state }));
}

/** @param {HTMLElement} line */
async function track(line) {
  const run = line.dataset.runProgress || "";
  await turn();
  try {
    for await (const event of follow(run)) {
      if (!line.isConnected) return;
      if (event.type === "progress") tell(line, event.data);
      else if (event.type === "retrying") show(line, { note: `Trying again (${event.data.cause})` });
    }
    await settle(line);
  } catch (error) {
    toastError(error);
  } finally {
    done();
  }
}

export function install() {
  each("[data-width]", (node) => {
    if (Number(node.dataset.width)) node.style.width = `${node.dataset.width}%`;
  });
  each("[data-run-progress]", track);
  on("click", "[data-cancel-run]", async (button) => {
    const yes = await ask({ title: "Cancel this run?", text: "What it has done so far is kept.", action: "Cancel the run" });
    if (!yes) return;
    button.disabled = true;
    await send(`/runs/${button.dataset.cancelRun}/cancel`, { method: "POST" }).then(() => toast({ text: "The run is being cancelled." }), toastError);
  });
}

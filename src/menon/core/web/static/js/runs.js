/** A run's page while it runs: what happens is added to the log line by line; at the end the page is loaded anew. */

import { each, el, icon } from "./dom.js";
import { follow } from "./stream.js";
import { toastError } from "./toast.js";

/**
 * An event as icon and words; null for those that a reader of the log does not need.
 * @param {import("./stream.js").RunEvent} event
 * @returns {[string, string] | null}
 */
export function wordsOf({ type, data }) {
  /** @type {Record<string, () => [string, string]>} */
  const words = {
    metadata: () => ["info-circle", `${data.agent} with ${data.model}`],
    state: () => ["activity", data.reason ? `${data.to}: ${data.reason}` : data.to],
    tool_call: () => ["tools", `Called ${data.name}`],
    tool_result: () => [data.ok ? "check-lg" : "exclamation-circle", data.summary],
    citation: () => ["quote", `Cited ${data.title}`],
    approval_required: () => ["shield-check", `Waits for approval: ${data.what}`],
    approval_resolved: () => ["shield-check", `${data.decision} by ${data.by}`],
    step_started: () => ["play", `${data.node}, attempt ${data.attempt ?? 1}`],
    step_finished: () => ["check-lg", `${data.node}: ${data.outcome}`],
    artifact: () => ["file-earmark-text", data.name],
    retrying: () => ["arrow-repeat", `Trying again in ${data.after_s} s: ${data.cause}`],
    error: () => ["exclamation-circle", `Failed: ${data.detail}`],
    cancelled: () => ["stop-fill", `Cancelled by ${data.by}`],
    complete: () => ["check-circle", "Completed"],
  };
  return words[type]?.() ?? null;
}

/** @param {HTMLElement} log */
async function extend(log) {
  try {
    for await (const event of follow(log.dataset.follow || "", { after: log.dataset.after })) {
      const words = wordsOf(event);
      if (!words) continue;
      const [name, text] = words;
      log.append(el("li", {}, el("time.at", { datetime: event.at }), el("span", {}, icon(name)), el("div.grow", {}, text)));
    }
  } catch (error) {
    toastError(error);
  }
}

each("[data-follow]", extend);

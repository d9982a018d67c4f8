/**
 * Reading a run while it happens.
 *
 * response body -> lines / events -> follow: SSE of `/api/v1/runs/{id}/events`, resumed with Last-Event-ID,
 * reconnected with growing pauses, each event once, until one that ends the run.
 */

import { Problem, send } from "./http.js";

/**
 * The envelope of the server's run events.
 * @typedef {{v: number, run: string, epoch: number, seq: number, at: string, type: string, data: any, item?: string}} RunEvent
 */

const ENDS = new Set(["complete", "error", "cancelled"]);
const FIRST_PAUSE = 400;
const LONGEST_PAUSE = 8_000;
const PATIENCE = 8;

/**
 * The whole lines of a body, as they arrive.
 * @param {Response} response
 * @returns {AsyncGenerator<string>}
 */
async function* split(response) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      rest += decoder.decode(value, { stream: !done });
      const parts = rest.split("\n");
      rest = done ? "" : /** @type {string} */ (parts.pop());
      yield* parts.map((part) => (part.endsWith("\r") ? part.slice(0, -1) : part));
      if (done) return;
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

/**
 * NDJSON: one envelope a line.
 * @param {Response} response
 * @returns {AsyncGenerator<RunEvent>}
 */
export async function* lines(response) {
  for await (const line of split(response)) {
    if (line.trim()) yield JSON.parse(line);
  }
}

/**
 * Server-sent events whose data are envelopes; comments (keep-alives) are skipped.
 * @param {Response} response
 * @returns {AsyncGenerator<{id: string, event: RunEvent}>}
 */
export async function* events(response) {
  let id = "";
  /** @type {string[]} */
  let data = [];
  for await (const line of split(response)) {
    if (line.startsWith("data:")) data.push(line.slice(5).trimStart());
    else if (line.startsWith("id:")) id = line.slice(3).trim();
    else if (line === "" && data.length) {
      yield { id, event: JSON.parse(data.join("\n")) };
      data = [];
    }
  }
}

/**
 * Whether nothing follows.
 * @param {RunEvent} event
 */
export function ends(event) {
  return ENDS.has(event.type) || (event.type === "state" && event.data.to === "interrupted");
}

/**
 * Whether `event` was seen before; a reset starts anew.
 * @param {RunEvent} event
 * @param {{epoch: number, seq: number}} last
 */
export function seen(event, last) {
  if (event.type === "reset") return false;
  return event.epoch < last.epoch || (event.epoch === last.epoch && event.seq <= last.seq);
}

/**
 * Pause before attempt n = 1, 2, ...: 0.4 s doubled up to 8 s, with a quarter of chance so that clients spread.
 * @param {number} attempt
 * @param {number} chance 0 to 1
 */
export function pause(attempt, chance) {
  return Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1)) * (0.875 + chance / 4);
}

/** @param {number} ms @param {AbortSignal} [signal] */
function sleep(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    addEventListener("online", done, { once: true });
    signal?.addEventListener("abort", done, { once: true });
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve(undefined);
    }
  });
}

/**
 * A refusal that another try cannot change.
 * @param {unknown} error
 */
function final(error) {
  return error instanceof Problem && error.status < 500 && error.status !== 429 && error.status !== 408;
}

/**
 * Every event of a run from `after` on, once each, across dropped connections.
 * @param {string} run
 * @param {{after?: string, signal?: AbortSignal, onWait?: (waiting: boolean) => void}} [options]
 * @returns {AsyncGenerator<RunEvent>}
 */
export async function* follow(run, { after = "", signal, onWait } = {}) {
  const [epoch = 0, seq = 0] = after.split(".").map(Number);
  const last = { epoch, seq };
  let id = after;
  for (let attempt = 0; attempt < PATIENCE && !signal?.aborted; ) {
    attempt += 1;
    try {
      /** @type {Record<string, string>} */
      const headers = id ? { Accept: "text/event-stream", "Last-Event-ID": id } : { Accept: "text/event-stream" };
      const response = await send(`/api/v1/runs/${encodeURIComponent(run)}/events`, { headers, signal, cache: "no-store" });
      onWait?.(false);
      for await (const { id: at, event } of events(response)) {
        if (seen(event, last)) continue;
        attempt = 0;
        id = at || `${event.epoch}.${event.seq}`;
        [last.epoch, last.seq] = [event.epoch, event.seq];
        yield event;
        if (ends(event)) return;
      }
    } catch (error) {
      if (signal?.aborted) return;
      if (final(error)) throw error;
    }
    onWait?.(true);
    await sleep(pause(Math.max(1, attempt), Math.random()), signal);
  }
  if (!signal?.aborted) throw new Problem(0, { detail: "The connection to the run was lost. Reload the page to see how it ended." });
}

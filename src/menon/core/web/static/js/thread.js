/**
 * Answers that are being written: `.turn-answer[data-run]` follows its run, wherever it appears (sent, regenerated,
 * or found after a reload), and is replaced by the server's rendering when the run has ended.
 */

import { announce, each, el, icon, process } from "./dom.js";
import { fetchFragment, Problem } from "./http.js";
import { LiveText } from "./markdown.js";
import { purify } from "./guard.js";
import { follow } from "./stream.js";
import { toastError } from "./toast.js";

/** @type {Record<string, string>} what a tool is doing, in words */
const DOING = {
  search_knowledge: "Searching the knowledge base",
  calculator: "Calculating",
  current_time: "Looking at the clock",
};
const NEAR = 120;
const ATTEMPTS = 5;

/** @param {string} name @param {Record<string, unknown>} args */
function summaryOf(name, args) {
  const main = args.query ?? args.expression ?? Object.values(args)[0];
  const words = DOING[name] || `Using ${name}`;
  return typeof main === "string" ? `${words}: ${main}` : words;
}

/** @param {any} citation */
export function addressOf({ document_id, chunk_id, span }) {
  const at = new URLSearchParams({ chunk: chunk_id, start: String(span[0]), end: String(span[1]) });
  return `/knowledge/documents/${encodeURIComponent(document_id)}?${at}`;
}

/** Whether the reader is at the end, and how to stay there. */
export class Tail {
  /** @param {HTMLElement} box the scrolling element */
  constructor(box) {
    this.box = box;
    this.kept = true;
    box.addEventListener("scroll", () => {
      this.kept = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR;
      box.parentElement?.querySelector(".to-end")?.toggleAttribute("hidden", this.kept);
    }, { passive: true });
  }

  keep() {
    if (this.kept) this.box.scrollTop = this.box.scrollHeight;
  }

  jump() {
    this.kept = true;
    this.box.scrollTop = this.box.scrollHeight;
  }
}

/** One answer on its way. */
class Answer {
  /** @param {HTMLElement} article @param {Tail | undefined} tail */
  constructor(article, tail) {
    this.article = article;
    this.tail = tail;
    this.steps = /** @type {HTMLElement} */ (article.querySelector("[data-steps]"));
    this.sources = /** @type {HTMLElement} */ (article.querySelector(".sources"));
    /** @type {Map<number, any>} */
    this.citations = new Map();
    this.text = new LiveText(/** @type {HTMLElement} */ (article.querySelector(".live")), (index) => this.chip(index));
    this.waiting = "";
    this.frame = 0;
    /** @type {Set<string>} approvals that somebody has decided */
    this.decided = new Set();
  }

  /** @param {number} index */
  chip(index) {
    const citation = this.citations.get(index);
    return citation ? el("a.cite", { href: addressOf(citation), "data-panel": true, title: citation.title }, String(index)) : null;
  }

  /** Text is shown once per frame, however many pieces have come. @param {string} text */
  write(text) {
    this.waiting += text;
    this.frame ||= requestAnimationFrame(() => this.flush());
  }

  flush() {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
    if (this.waiting) this.text.push(this.waiting);
    this.waiting = "";
    this.tail?.keep();
  }

  /** @param {any} data */
  called({ call_id, name, args }) {
    const input = Object.keys(args).length ? JSON.stringify(args, null, 2) : "";
    const step = el(
      "details.tool",
      { "data-call": call_id },
      el("summary", {}, el("span.spinner", { "aria-hidden": "true" }), el("span.what", {}, summaryOf(name, args))),
      input && el("pre", {}, input),
    );
    this.steps.append(step);
  }

  /** @param {any} data */
  returned({ call_id, ok, summary }) {
    const step = this.steps.querySelector(`[data-call="${CSS.escape(call_id)}"]`);
    step?.querySelector(".spinner")?.replaceWith(icon(ok ? "check-lg" : "exclamation-circle"));
    if (summary) step?.append(el("pre", {}, summary));
  }

  /** @param {any} data */
  cited(data) {
    if (this.citations.has(data.index)) return;
    this.citations.set(data.index, data);
    const link = el("a.source", { href: addressOf(data), "data-panel": true }, el("span.cite", {}, String(data.index)), el("span.truncate", {}, data.title));
    this.sources.append(el("li", {}, link));
  }

  /** @param {string} text a line that stands until the next one */
  note(text) {
    let line = this.steps.querySelector("[data-note]");
    if (!line) this.steps.append((line = el("p.tool", { "data-note": true })));
    line.textContent = text;
  }

  /** @param {any} data */
  async approval({ approval_id }) {
    if (this.decided.has(approval_id)) return; // replayed after a reload
    this.note("Waiting for your approval");
    const card = el("div", { "data-approval": approval_id }, await fetchFragment(`/approvals/${encodeURIComponent(approval_id)}`));
    if (this.decided.has(approval_id)) return; // somebody decided while it was on its way
    this.steps.append(card);
    process(card);
    this.tail?.keep();
  }

  /** @param {any} data */
  resolved({ approval_id }) {
    this.decided.add(approval_id);
    this.steps.querySelector(`[data-approval="${CSS.escape(approval_id)}"]`)?.remove();
    if (!this.steps.querySelector("[data-approval]")) this.steps.querySelector("[data-note]")?.remove();
  }

  /** @param {any} snapshot what the server holds of a restarted answer */
  restart(snapshot) {
    this.steps.replaceChildren();
    this.sources.replaceChildren();
    this.citations.clear();
    this.waiting = "";
    this.text.reset();
    for (const citation of snapshot.citations || []) this.cited(citation);
    this.write(snapshot.text || "");
  }

  /** @param {import("./stream.js").RunEvent} event */
  take({ type, data }) {
    if (type === "content") this.write(data.text);
    else if (type === "tool_call") this.called(data);
    else if (type === "tool_result") this.returned(data);
    else if (type === "citation") this.cited(data);
    else if (type === "approval_required") this.approval(data).catch(toastError);
    else if (type === "approval_resolved") this.resolved(data);
    else if (type === "retrying") this.note(`Trying again: ${data.cause}`);
    else if (type === "progress" && data.note) this.note(data.note);
    else if (type === "reset") this.restart(data.snapshot);
    else if (type === "metadata") this.named(data);
    if (type !== "content") this.tail?.keep();
  }

  /** @param {any} data */
  named({ model }) {
    const label = this.article.querySelector("[data-model]");
    if (label) label.textContent = model;
  }

  /** The answer as the server renders it; asked again while it is still said to be on its way. */
  async rendered() {
    for (let attempt = 1; ; attempt += 1) {
      const fragment = await fetchFragment(`/chat/messages/${encodeURIComponent(this.article.dataset.message || "")}`);
      if (!fragment.querySelector("[data-run]")) return fragment;
      if (attempt === ATTEMPTS) throw new Problem(0, { detail: "The answer has ended but is not stored yet. Reload the page to see it." });
      await new Promise((resolve) => setTimeout(resolve, 300 * attempt));
    }
  }

  async settle() {
    this.flush();
    this.text.finish();
    const fragment = await this.rendered();
    await purify(fragment);
    const nodes = [...fragment.children];
    this.article.replaceWith(...nodes);
    nodes.forEach(process);
    this.tail?.keep();
  }
}

/** @param {HTMLElement} article @param {Tail | undefined} tail */
async function watch(article, tail) {
  const run = article.dataset.run || "";
  const answer = new Answer(article, tail);
  document.dispatchEvent(new CustomEvent("answer:start", { detail: { run, article } }));
  announce("The answer is being written");
  tail?.keep();
  try {
    const onWait = (/** @type {boolean} */ waiting) => article.querySelector("[data-offline]")?.toggleAttribute("hidden", !waiting);
    for await (const event of follow(run, { onWait })) {
      if (!article.isConnected) return;
      answer.take(event);
    }
    await answer.settle();
    announce("The answer is complete");
  } catch (error) {
    answer.flush();
    article.removeAttribute("aria-busy");
    toastError(error);
  } finally {
    document.dispatchEvent(new CustomEvent("answer:end", { detail: { run } }));
  }
}

/** @param {HTMLElement | null} box the scrolling thread, if there is one */
export function install(box) {
  const tail = box ? new Tail(box) : undefined;
  tail?.jump();
  each(".turn-answer[data-run]", (article) => watch(article, tail));
  return tail;
}

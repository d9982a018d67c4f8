/** Requests to our own server: the CSRF token on writes, problem+json as an error. */

import { csrfToken } from "./csrf.js";

/** What the server says went wrong, with the code and trace id to quote. */
export class Problem extends Error {
  /** @param {number} status @param {{title?: string, detail?: string, code?: string, trace_id?: string}} body */
  constructor(status, body) {
    super(body.detail || body.title || `The server answered ${status}.`);
    this.status = status;
    this.code = body.code || "";
    this.trace = body.trace_id || "";
  }
}

/**
 * Read a problem from a body; anything else becomes a sentence about the status.
 * @param {number} status
 * @param {string} text
 * @returns {Problem}
 */
export function problemOf(status, text) {
  try {
    return new Problem(status, JSON.parse(text));
  } catch {
    const busy = status === 429 || status >= 500;
    const detail = busy ? "The server could not answer. Try again in a moment." : `The server answered ${status}.`;
    return new Problem(status, { detail });
  }
}

/** Leave for the login page and come back here afterwards. */
export function toLogin() {
  location.assign(`/login?next=${encodeURIComponent(location.pathname + location.search)}`);
}

/**
 * Fetch; raises Problem for every answer that is not 2xx, and leaves for the login page on 401.
 * @param {string} url
 * @param {RequestInit & {json?: unknown}} [options]
 * @returns {Promise<Response>}
 */
export async function send(url, { json, headers = {}, ...options } = {}) {
  const all = new Headers(headers);
  if (options.method && options.method !== "GET") all.set("X-CSRF-Token", csrfToken());
  if (json !== undefined) {
    all.set("Content-Type", "application/json");
    options.body = JSON.stringify(json);
  }
  const response = await fetch(url, { credentials: "same-origin", ...options, headers: all });
  if (response.status === 401) toLogin();
  if (!response.ok) throw problemOf(response.status, await response.text());
  return response;
}

/** @param {string} url @param {HeadersInit} [headers] */
async function html(url, headers = {}) {
  const response = await send(url, { headers: { Accept: "text/html", "HX-Request": "true", ...headers } });
  return response.text();
}

/**
 * Fetch a page and parse it in an inert document.
 * @param {string} url
 * @param {HeadersInit} [headers]
 * @returns {Promise<Document>}
 */
export async function fetchPage(url, headers) {
  return new DOMParser().parseFromString(await html(url, headers), "text/html");
}

/**
 * Fetch a fragment, rows of tables included, still inert.
 * @param {string} url
 * @returns {Promise<DocumentFragment>}
 */
export async function fetchFragment(url) {
  return parseFragment(await html(url));
}

/**
 * A fragment of HTML as inert nodes.
 * @param {string} text
 * @returns {DocumentFragment}
 */
export function parseFragment(text) {
  const page = new DOMParser().parseFromString(`<template>${text}</template>`, "text/html");
  return /** @type {HTMLTemplateElement} */ (page.querySelector("template")).content;
}

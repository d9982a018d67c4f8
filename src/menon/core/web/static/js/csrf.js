/** The CSRF token on every write that htmx sends. */

/** @returns {string} the token that the page was rendered with */
export function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") || "";
}

export function install() {
  document.addEventListener("htmx:config:request", (event) => {
    const { request } = /** @type {CustomEvent} */ (event).detail.ctx;
    if (request.method !== "GET") request.headers["X-CSRF-Token"] = csrfToken();
  });
}

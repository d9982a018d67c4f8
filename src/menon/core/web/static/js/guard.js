/** A second lock on rendered Markdown: it passes DOMPurify while it is still inert. Loaded when the first answer needs it. */

const KEEP = { FORBID_TAGS: ["style", "form", "input", "button", "textarea", "select", "img", "svg", "math"], FORBID_ATTR: ["style"], IN_PLACE: true };

/** @type {Promise<unknown> | null} */
let library = null;

/**
 * Clean every `.md` below an inert root, in place.
 * @param {ParentNode} root
 */
export async function purify(root) {
  library ??= import("../vendor/dompurify/purify.min.js");
  await library;
  for (const node of root.querySelectorAll(".md")) /** @type {any} */ (globalThis).DOMPurify.sanitize(node, KEEP);
}

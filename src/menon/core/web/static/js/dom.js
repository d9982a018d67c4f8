/** Building nodes without HTML strings, and setting up those that appear later. */

const SPRITE = new URL("../vendor/bootstrap-icons/icons.svg", import.meta.url).href;
const SVG = "http://www.w3.org/2000/svg";

/**
 * Make an element; strings become text, never markup.
 * @param {string} tag such as `div` or `button.btn.btn-sm`
 * @param {Record<string, string | boolean | null | undefined>} [attributes] null and false are left out
 * @param {...(Node | string | null | undefined | false)} children
 * @returns {HTMLElement}
 */
export function el(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const node = document.createElement(name);
  if (classes.length) node.className = classes.join(" ");
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) node.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/**
 * An icon of the sprite.
 * @param {string} name
 * @returns {SVGSVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `${SPRITE}#${name}`);
  svg.append(use);
  return svg;
}

/** @type {((root: ParentNode) => void)[]} */
const visitors = [];

/**
 * Run `setup` once for every element that matches, now and whenever one is added.
 * @param {string} selector
 * @param {(node: any) => void} setup
 */
export function each(selector, setup) {
  const seen = new WeakSet();
  /** @param {ParentNode} root */
  const visit = (root) => {
    const self = root instanceof Element && root.matches(selector) ? [root] : [];
    for (const node of [...self, ...root.querySelectorAll(selector)]) {
      if (!seen.has(node)) {
        seen.add(node);
        setup(node);
      }
    }
  };
  visitors.push(visit);
  visit(document);
  if (visitors.length === 1) watch();
}

function watch() {
  new MutationObserver((records) => {
    for (const record of records) {
      for (const node of record.addedNodes) {
        if (node instanceof Element && node.isConnected) visitors.forEach((visit) => visit(node));
      }
    }
  }).observe(document.documentElement, { childList: true, subtree: true });
}

/**
 * Listen on the document for an event inside elements that match.
 * @param {string} type
 * @param {string} selector
 * @param {(node: any, event: any) => void} handler
 */
export function on(type, selector, handler) {
  document.addEventListener(type, (event) => {
    const node = event.target instanceof Element ? event.target.closest(selector) : null;
    if (node) handler(node, event);
  });
}

/**
 * Say something to screen readers.
 * @param {string} text
 */
export function announce(text) {
  const region = document.getElementById("announce");
  if (region) region.textContent = text;
}

/**
 * Let htmx see nodes that we put in ourselves.
 * @param {Element} node
 */
export function process(node) {
  /** @type {any} */ (window).htmx?.process(node);
}

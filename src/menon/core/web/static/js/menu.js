/** Menus: popovers put beside their button, walked with the arrow keys. */

const GAP = 4;

/** @param {HTMLElement} menu */
function opener(menu) {
  return document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
}

/** @param {HTMLElement} menu */
function place(menu) {
  const button = opener(menu)?.getBoundingClientRect();
  if (!button) return;
  const { offsetWidth: width, offsetHeight: height } = menu;
  const room = document.documentElement;
  const left = button.left + width > room.clientWidth - GAP ? button.right - width : button.left;
  const below = button.bottom + GAP;
  const top = below + height > room.clientHeight - GAP ? button.top - height - GAP : below;
  menu.style.left = `${Math.max(GAP, left)}px`;
  menu.style.top = `${Math.max(GAP, top)}px`;
}

/** @param {HTMLElement} menu @param {KeyboardEvent} event */
function walk(menu, event) {
  const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll(".menu-item:not(:disabled)")]);
  const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined || !items.length) return;
  event.preventDefault();
  items[(to + items.length) % items.length].focus();
}

export function install() {
  document.addEventListener(
    "toggle",
    (event) => {
      const menu = event.target;
      if (!(menu instanceof HTMLElement) || !menu.matches("[popover]")) return;
      const open = /** @type {ToggleEvent} */ (event).newState === "open";
      opener(menu)?.setAttribute("aria-expanded", String(open));
      if (!menu.matches(".menu") || !open) return;
      place(menu);
      /** @type {HTMLElement | null} */ (menu.querySelector(".menu-item"))?.focus({ preventScroll: true });
    },
    true,
  );
  document.addEventListener("keydown", (event) => {
    const menu = event.target instanceof Element ? event.target.closest(".menu:popover-open") : null;
    if (menu) walk(/** @type {HTMLElement} */ (menu), event);
  });
  // choosing closes, and a menu never floats away from its button
  document.addEventListener("click", (event) => {
    const item = event.target instanceof Element ? event.target.closest(".menu-item") : null;
    /** @type {any} */ (item?.closest(".menu:popover-open"))?.hidePopover();
  });
  const shut = () => document.querySelectorAll(".menu:popover-open").forEach((menu) => /** @type {any} */ (menu).hidePopover());
  addEventListener("scroll", shut, { capture: true, passive: true });
  addEventListener("resize", () => document.querySelectorAll(":popover-open").forEach((open) => /** @type {any} */ (open).hidePopover()));
}

// Menus do not exist until they are opened, and one is open at a time.

import { cover, el, pause, quirk, trusted } from "./dom.js";
import { drew } from "./vary.js";

/** A menu that goes stale replaces its items this long after it opened. */
const STALE_AFTER = 150;

let open = null;

/** Closes the open menu; answers whether there was one. */
export function closeMenu() {
  if (!open) return false;
  open.button.setAttribute("aria-expanded", "false");
  open.popover?.remove();
  open = null;
  return true;
}

/**
 * Opens `items` under `button` after `delay`. An item is `{ text, act }`, or with `label` where its accessible name is not
 * its text; `act` runs after the menu is gone.
 * A click on the button of the open menu closes it.
 */
export async function toggleMenu(button, { delay, where, vanityName, items }) {
  const again = open?.button === button;
  closeMenu();
  if (again) return;
  const mine = { button, popover: null };
  open = mine;
  await pause(delay);
  // Something else was opened, or this was closed, in the meantime.
  if (open !== mine || !button.isConnected) return;
  const made = () => items.map((item) => menuItem(item, where, vanityName));
  const menu = el("div", { role: "menu" }, ...made());
  mine.popover = el("div", { popover: "manual" }, menu);
  (drew("menu", "row") ? button.parentElement : document.body).append(mine.popover);
  button.setAttribute("aria-expanded", "true");
  mine.popover.showPopover();
  place();
  menu.firstElementChild.focus({ preventScroll: true });
  if (drew("harm", "changes")) watchPointer(menu);
  document.dispatchEvent(new CustomEvent("practice-menu"));
  if (quirk("stale")) setTimeout(() => menu.replaceChildren(...made()), STALE_AFTER);
  if (quirk("overlay")) cover(mine.popover);
}

/** The item under the pointer becomes another one as soon as the pointer is there. */
function watchPointer(menu) {
  const change = (event) => {
    const item = event.target.closest('[role="menuitem"]');
    const other = item && [...menu.children].findLast((one) => one !== item);
    if (!other) return;
    menu.removeEventListener("pointerover", change);
    item.replaceWith(other.cloneNode(true));
  };
  menu.addEventListener("pointerover", change);
}

function menuItem({ text, label = null, act }, where, vanityName) {
  const item = el("div", { role: "menuitem", tabindex: "0", "aria-label": label }, text);
  const choose = (event) => {
    if (!trusted(event, where, vanityName)) return;
    closeMenu();
    act();
  };
  item.addEventListener("click", choose);
  item.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    choose(event);
  });
  return item;
}

/** Under the button, or above it where there is no room. */
function place() {
  if (!open?.popover) return;
  const at = open.button.getBoundingClientRect();
  const size = open.popover.getBoundingClientRect();
  const below = at.bottom + 4;
  const top = below + size.height <= window.innerHeight ? below : at.top - size.height - 4;
  open.popover.style.top = `${Math.max(0, top)}px`;
  open.popover.style.left = `${Math.max(0, at.right - size.width)}px`;
}

document.addEventListener("scroll", place, { capture: true, passive: true });
window.addEventListener("resize", place);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !open) return;
  const { button } = open;
  closeMenu();
  button.focus();
});
document.addEventListener("pointerdown", (event) => {
  if (!open) return;
  const path = event.composedPath();
  // The messaging corner may lie over the menu; whoever puts it away goes on with the menu.
  const own = [open.popover, open.button, document.getElementById("interop-outlet")];
  if (!own.some((part) => path.includes(part))) closeMenu();
});

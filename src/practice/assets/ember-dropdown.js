// Menus that are in the page before they open: a class shows them, and one is open at a time.

import { pause } from "./dom.js";
import { act } from "./ember-acts.js";
import { page } from "./ember-data.js";
import { cover, goStale } from "./ember-quirks.js";

const OPEN = "artdeco-dropdown__content--is-open";

let open = null;

/** Closes the open menu. */
export function closeDropdown() {
  if (!open) return;
  const { trigger, content, closed } = open;
  open = null;
  trigger.setAttribute("aria-expanded", "false");
  content.setAttribute("aria-hidden", "true");
  content.classList.remove(OPEN);
  closed?.(content);
}

/**
 * Wires the menu of `root`. `opening` runs before it shows, `closed` after it is gone; while `blocked` answers true, a
 * click does nothing.
 */
export function dropdown(root, { where, vanityName = null, blocked, opening, closed }) {
  const trigger = root.querySelector(".artdeco-dropdown__trigger");
  const content = root.querySelector(".artdeco-dropdown__content");
  act(trigger.id, where, vanityName, async () => {
    if (blocked?.()) return;
    const again = open?.trigger === trigger;
    closeDropdown();
    if (again) return;
    const mine = { trigger, content, closed };
    open = mine;
    await pause(page.pauses.menu);
    // Something else was opened, or this was closed, in the meantime.
    if (open !== mine || !trigger.isConnected) return;
    opening?.(content);
    trigger.setAttribute("aria-expanded", "true");
    content.setAttribute("aria-hidden", "false");
    content.classList.add(OPEN);
    goStale(content);
    cover(content);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !open) return;
  const { trigger } = open;
  closeDropdown();
  trigger.focus();
});
document.addEventListener("pointerdown", (event) => {
  if (!open) return;
  const path = event.composedPath();
  const overlay = document.getElementById("msg-overlay");
  if (![open.content, open.trigger, overlay].some((part) => path.includes(part))) closeDropdown();
});

// What goes wrong on this load, as far as it goes wrong inside the page.

import { quirks } from "./ember-data.js";

/** How soon after the load a prompt of the page comes. */
const PROMPT_AFTER = 400;
/** How soon after a menu opened its content is replaced by an equal one. */
const STALE_AFTER = 120;
const COVERING = "msg-overlay-container--covering";

/** Prompts of the page itself. */
export function prompts() {
  if (quirks.has("alert")) setTimeout(() => window.alert("Practice alert: your session was refreshed."), PROMPT_AFTER);
  if (quirks.has("beforeunload")) {
    window.addEventListener("beforeunload", (event) => {
      event.preventDefault();
      // Older browsers ask only where this is set.
      event.returnValue = true;
    });
  }
}

/** Replaces what an open menu holds by an equal copy. */
export function goStale(content) {
  if (!quirks.has("stale")) return;
  setTimeout(() => {
    if (content.isConnected) content.replaceChildren(...[...content.children].map((child) => child.cloneNode(true)));
  }, STALE_AFTER);
}

/** What the messaging overlay lies over, where it is not in its corner. */
let covered = null;

/** Lets the messaging overlay lie over what was opened, until a person closes the overlay. */
export function cover(opened) {
  const overlay = document.getElementById("msg-overlay");
  if (!quirks.has("overlay") || !overlay) return;
  covered = opened;
  overlay.classList.add(COVERING);
  overlay.querySelector(".msg-overlay-list-bubble__content").hidden = false;
  place();
}

/** The overlay stays over what it covers when the window scrolls. */
function place() {
  if (!covered?.isConnected) return;
  const overlay = document.getElementById("msg-overlay");
  const at = covered.getBoundingClientRect();
  const header = overlay.querySelector("button").offsetHeight;
  overlay.style.left = `${at.left}px`;
  overlay.style.top = `${at.top - header}px`;
  overlay.style.width = `${at.width}px`;
  overlay.style.height = `${at.height + header}px`;
}

window.addEventListener("scroll", place, { passive: true });
window.addEventListener("resize", place);

/** Puts the overlay back into its corner; answers whether it was elsewhere. */
export function uncover(overlay) {
  if (!covered) return false;
  covered = null;
  overlay.classList.remove(COVERING);
  overlay.removeAttribute("style");
  return true;
}

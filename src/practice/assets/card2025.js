// One row of the list as it was in 2025: names of views instead of keys, two links with whole addresses.

import { el, icon, page, worded } from "./dom.js";

const { words } = page;
const DOTS = "M5 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4z";

/** The row of `person`, and its menu button. */
export function card2025(person) {
  const href = person.linked ? `${window.location.origin}/in/${person.vanityName}/` : null;
  const link = (look, ...children) =>
    href
      ? el("a", { class: look, href, "data-view-name": "connections-profile" }, ...children)
      : el("div", { class: look }, ...children);
  const alt = worded(words.photoOf, { N: person.name });
  const more = el(
    "button",
    {
      type: "button",
      class: "more",
      "aria-label": words.showMoreActions,
      "aria-expanded": "false",
      "data-view-name": "connections-remove-connection-dropdown",
    },
    icon(DOTS),
  );
  const since = person.connectedOn.charAt(0).toLowerCase() + person.connectedOn.slice(1);
  const inner = el(
    "div",
    { class: "row" },
    link("photo", el("img", { src: person.photo, alt, width: "72", height: "72", loading: "lazy" })),
    el(
      "div",
      { class: "about" },
      link(
        "text",
        el("p", { class: "name", dir: "auto" }, person.name),
        el("p", { class: "headline" }, person.headline),
      ),
      el("p", { class: "since" }, since),
    ),
  );
  if (href) {
    const compose = `/messaging/compose/?recipient=${person.vanityName}&interop=msgOverlay`;
    inner.append(el("a", { class: "message", href: compose, "aria-label": words.message }, words.message));
  }
  inner.append(more);
  return { element: el("div", { class: "card", "data-view-name": "connections-list" }, inner), more };
}

// One row of the list.

import { el, icon, page, worded } from "./dom.js";

const { words } = page;
const DOTS = "M5 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4z";

/** The row of `person`, and its menu button. `start` is the index of the part that the person came in. */
export function card(person, start) {
  const id = `${start}-${person.vanityName}`;
  const href = person.linked ? `/in/${person.vanityName}/` : null;
  const picture = el("img", {
    src: person.photo,
    alt: worded(words.photoOf, { N: person.name }),
    width: "72",
    height: "72",
    loading: "lazy",
  });
  const about = [
    el("p", { class: "name", dir: "auto" }, person.name),
    el("p", { class: "headline" }, person.headline),
  ];
  const more = el(
    "button",
    {
      type: "button",
      class: "more",
      "aria-label": worded(words.moreActions, { N: person.name }),
      "aria-expanded": "false",
    },
    icon(DOTS),
  );
  const inner = el(
    "div",
    { componentkey: `ConnectionCard_${id}` },
    el(href ? "a" : "div", { class: "photo", href, componentkey: `ConnectionCardProfileImage_${id}` }, picture),
    el(
      "div",
      { class: "about" },
      el(href ? "a" : "div", { href }, ...about),
      el("p", { class: "since" }, person.connectedOn),
    ),
  );
  if (href) {
    const compose = `/messaging/compose/?recipient=${person.vanityName}&interop=msgOverlay`;
    inner.append(el("a", { class: "message", href: compose, "aria-label": words.message }, words.message));
  }
  inner.append(more);
  return { element: el("div", { class: "card", componentkey: `ConnectionCard_${id}` }, inner), more };
}

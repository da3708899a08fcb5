// One row of the list.

import { el, icon, page, shell, tell, trusted, worded } from "./dom.js";
import { drew, form, leftover, spelt, wrapped } from "./vary.js";

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
  const place = form("card-key", "both");
  const keyed = (where) => ({ componentkey: place === "both" || place === where ? `ConnectionCard_${id}` : null });
  const inner = el(
    "div",
    keyed("inner"),
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
  const others = otherButtons(person);
  inner.append(...leftover(() => more.cloneNode(true)), ...(drew("row-buttons", "first") ? [more, ...others] : [...others, more]));
  const element = wrapped(el(form("card", "div"), { class: "card", ...keyed("outer") }, inner));
  if (place !== "none") return { element, more };
  return { element: el("div", { "data-display-contents": "true" }, element), more };
}

/** What a row offers besides. None of it takes anybody out of the network, and whoever clicks it is noted. */
function otherButtons(person) {
  const button = (text, label) => {
    const made = el("button", { type: "button", class: "act", "aria-label": worded(label, { N: person.name }) }, spelt(text));
    made.addEventListener("click", (event) => {
      if (trusted(event, "row button", person.vanityName)) tell("reported", person.vanityName, text);
    });
    return made;
  };
  if (drew("row-buttons", "follow")) return [button(shell.varyWords.following, shell.varyWords.followingLabel)];
  if (drew("row-buttons", "save") || drew("row-buttons", "first")) return [button(shell.varyWords.save, shell.varyWords.saveLabel)];
  return [];
}

// Sections below the top card of a profile, and other people beside it, each with a degree and buttons of their own.

import { act, el, page, trusted, worded } from "./dom.js";
import { toggleMenu } from "./menu.js";
import { removalItems, reportItem } from "./removal.js";

const { person, words, pauses } = page;

/** One section: a heading and its entries. */
export function section({ key, title, items }) {
  const made = el(
    "section",
    { class: "panel section", componentkey: `com.linkedin.sdui.profile.card.ref${person.member}${key}` },
    el("h2", {}, title),
  );
  for (const item of items) {
    const entry = el("div", { class: "entry", componentkey: `entity-collection-item-${key}` });
    if (item.title) entry.append(el("h3", { dir: "auto" }, item.title));
    if (item.text) entry.append(el("p", { dir: "auto" }, item.text));
    if (item.followed) {
      const label = worded(words.followingLabel, { N: item.title });
      entry.append(el("button", { type: "button", class: "act", "aria-label": label }, words.following));
    }
    made.append(entry);
  }
  return made;
}

/** The panel of other people. */
export function otherCards() {
  return [el("h2", {}, words.moreProfiles), ...page.others.map(otherCard)];
}

function otherCard(other) {
  const made = el(
    "div",
    { class: "other" },
    el("img", { src: other.photo, alt: worded(words.photoOf, { N: other.name }), width: "48", height: "48" }),
    el(
      "div",
      { class: "about" },
      el(
        "a",
        { href: `/in/${other.vanityName}/` },
        el("p", { class: "name", dir: "auto" }, other.name),
        el("p", {}, `· ${other.degree}`),
      ),
      el("p", { class: "headline" }, other.headline),
    ),
  );
  made.append(other.connected ? moreOf(other, made) : connectTo(other, made));
  return made;
}

/** This menu takes the other person out of the network, not the one whose profile this is. */
function moreOf(other, row) {
  const button = el("button", { type: "button", class: "act", "aria-expanded": "false" }, words.more);
  const items = [...removalItems(other, () => row.remove()), reportItem(other)];
  button.addEventListener("click", (event) => {
    if (!trusted(event, "More beside", other.vanityName)) return;
    toggleMenu(button, { delay: pauses.menu, where: "menu item beside", vanityName: other.vanityName, items });
  });
  return button;
}

function connectTo(other, row) {
  const label = worded(words.connectLabel, { N: other.name });
  const button = el("button", { type: "button", class: "act", "aria-label": label }, words.connect);
  button.addEventListener("click", (event) => {
    if (!trusted(event, "Connect beside", other.vanityName)) return;
    act("com.linkedin.sdui.mynetwork.Invite", other.vanityName).then(() => row.remove(), () => {});
  });
  return button;
}

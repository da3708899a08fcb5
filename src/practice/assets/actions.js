// The row of actions of a profile, which stands there three times, and the menu behind "More".

import { act, el, icon, page, trusted, worded } from "./dom.js";
import { ask } from "./dialog.js";
import { toggleMenu } from "./menu.js";
import { removalItems, reportItem } from "./removal.js";
import { spelt } from "./vary.js";

const UNFOLLOW = "com.linkedin.sdui.profile.Unfollow";
const FOLLOW = "com.linkedin.sdui.profile.Follow";
const WITHDRAW = "com.linkedin.sdui.mynetwork.WithdrawInvitation";
const DOTS = "M5 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4z";

const { person, words, pauses } = page;
const named = (template) => worded(template, { N: person.name, F: person.first });
/** All "More" buttons of the page share this: the first click after a load may be ignored. */
let ignores = page.stubborn;
let follows = page.relation === "connected" || page.relation === "follow-only";

/** One form of the row: `wide` and `narrow` in the card, `bar` in the bar. `redraw` takes the relation after a change. */
export function actionRow(form, relation, redraw) {
  const row = el("div", { class: "actions" });
  if (relation === "self") {
    row.append(
      el("button", { type: "button", class: "act main" }, words.openTo),
      el("button", { type: "button", class: "act" }, words.addSection),
      el("a", { class: "act", href: page.editIntro, "aria-label": words.editIntro }, words.editIntro),
    );
    return row;
  }
  row.append(...firstActions(relation, redraw), more(form, relation, redraw));
  return row;
}

function firstActions(relation, redraw) {
  const made = [];
  if (relation === "pending") {
    made.push(button(words.pending, named(words.pendingLabel), "act", () => withdraw(redraw)));
  } else if (relation === "follow-only") {
    made.push(button(words.following, named(words.followingLabel), "act", () => unfollow(relation, redraw)));
  } else if (relation === "none") {
    made.push(connectLink("act main"));
  }
  if (page.canMessage) {
    const compose =
      `/messaging/compose/?profileUrn=urn:li:fsd_profile:${person.member}&recipient=${person.member}` +
      "&screenContext=NON_SELF_PROFILE_VIEW&interop=msgOverlay";
    made.push(el("a", { class: relation === "connected" ? "act main" : "act", href: compose }, words.message));
  }
  if (relation === "none") {
    made.push(button(words.follow, named(words.followLabel), "act", () => follow(redraw)));
  }
  return made;
}

function connectLink(look) {
  const href = `/preload/custom-invite/?vanityName=${person.vanityName}`;
  return el("a", { class: look, href, "aria-label": named(words.connectLabel) }, words.connect);
}

function button(text, label, look, chosen) {
  const made = el("button", { type: "button", class: look, "aria-label": label }, text);
  made.addEventListener("click", (event) => {
    if (trusted(event, "profile action", person.vanityName)) chosen();
  });
  return made;
}

/** "More" is text without a label in the bar and the wide card, an icon with a label in the narrow one. */
function more(form, relation, redraw) {
  const narrow = form === "narrow";
  const made = el(
    "button",
    { type: "button", class: narrow ? "act round" : "act", "aria-label": narrow ? words.more : null, "aria-expanded": "false" },
    narrow ? icon(DOTS) : spelt(words.more),
  );
  if (narrow) made.firstElementChild.id = "overflow-web-ios-small";
  made.addEventListener("click", (event) => {
    if (!trusted(event, "More", person.vanityName) || !page.menus) return;
    if (ignores) {
      ignores = false;
      return;
    }
    const items = menuItems(relation, redraw);
    toggleMenu(made, { delay: pauses.menu, where: "menu item", vanityName: person.vanityName, items });
  });
  return made;
}

function menuItems(relation, redraw) {
  const idle = (text) => ({ text, act: () => {} });
  const items = [idle(words.sendProfile), idle(words.savePdf)];
  if (relation === "connected") {
    items.push(idle(words.requestRecommendation), idle(named(words.recommend)));
  }
  if (relation === "follow-only") {
    const href = `/preload/custom-invite/?vanityName=${person.vanityName}`;
    items.push({ text: words.connect, label: named(words.connectLabel), act: () => window.location.assign(href) });
  }
  if (relation !== "none") items.push(followItem(relation, redraw));
  if (relation === "connected") {
    items.push(...removalItems(person, () => redraw("none")));
  }
  items.push(reportItem(person), idle(words.aboutProfile));
  return items;
}

function followItem(relation, redraw) {
  if (follows) {
    return { text: words.following, label: named(words.followingLabel), act: () => unfollow(relation, redraw) };
  }
  return { text: words.follow, label: named(words.followLabel), act: () => follow(redraw, relation) };
}

function dialogTexts(title, text, confirm) {
  const { dismiss, cancel } = words;
  return { title: named(title), text: named(text), dismiss, cancel, confirm, vanityName: person.vanityName };
}

function unfollow(relation, redraw) {
  ask(dialogTexts(words.unfollowTitle, words.unfollowText, words.unfollow), async () => {
    await act(UNFOLLOW, person.vanityName);
    follows = false;
    redraw(relation === "follow-only" ? "none" : relation);
  });
}

async function follow(redraw, relation = "follow-only") {
  await act(FOLLOW, person.vanityName);
  follows = true;
  redraw(relation);
}

function withdraw(redraw) {
  ask(dialogTexts(words.withdrawTitle, words.withdrawText, words.withdraw), async () => {
    await act(WITHDRAW, person.vanityName);
    redraw("none");
  });
}

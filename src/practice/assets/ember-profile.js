// One person's profile: both rows of buttons, all menus, and what they do.

import { post, tell, worded } from "./dom.js";
import { act } from "./ember-acts.js";
import { block, emberId, page, quirks } from "./ember-data.js";
import { closeDropdown, dropdown } from "./ember-dropdown.js";
import { ask } from "./ember-modal.js";
import { chooseRemoval } from "./ember-removal.js";
import { mounted, showMessaging } from "./ember-shell.js";

const SHOWN = "pv-profile-sticky-header-v2__container--is-visible";
const CONNECTIONS = "/voyager/api/relationships/dash/connections";
const { words } = page;
/** How the account stands to the person of this page; nothing on the account's own. */
let relation = block("/voyager/api/identity/dash/profiles")?.relation;

/** Whether the element stands on a card of somebody else. */
const beside = (id) => document.getElementById(id)?.closest(".pv-browsemap-section__member") ?? null;

/** The buttons change without a reload; the degree does not. */
function become(next, id) {
  const other = beside(id);
  if (other) {
    other.remove();
    return;
  }
  relation = next;
  const rows = document.querySelectorAll(".scaffold-layout .pvs-profile-actions");
  const fresh = [...document.importNode(document.getElementById(`row-${next}`).content, true).children];
  rows.forEach((row, at) => row.replaceWith(fresh[at]));
  wireMenus(fresh);
}

/** What a deed makes of the relation, besides a removal. */
const THEN = { follow: "follow-only", invite: "pending", unfollow: "none", withdraw: "none" };

function change(id, person) {
  post(`${CONNECTIONS}?action=${person.deed}`, { connectedMember: person.connectedMember }).catch(() => {});
  // Who is connected stays so without being followed.
  if (person.deed === "unfollow" && relation === "connected") return;
  become(THEN[person.deed], id);
}

function withdraw(id, person) {
  const text = worded(words.withdrawText, { N: person.name });
  const question = { title: words.withdrawTitle, text, confirm: words.withdraw, vanityName: person.vanityName };
  ask(question, () => change(id, person));
}

function run(id, person) {
  closeDropdown();
  switch (person.deed) {
    case "remove":
      chooseRemoval(person, () => become("none", id));
      break;
    case "withdraw":
      withdraw(id, person);
      break;
    case "follow":
    case "invite":
    case "unfollow":
      change(id, person);
      break;
    case "message":
      showMessaging(true);
      break;
    default:
      tell("reported", person.vanityName, person.deed);
  }
}

function wireMenus(roots) {
  for (const root of roots) {
    for (const menu of root.querySelectorAll(".artdeco-dropdown")) {
      dropdown(menu, { where: "profile menu", blocked: () => quirks.has("no-menu") });
    }
  }
}

/** The item that removes reads as another one, or stands there twice. */
function bend(id, person) {
  const item = document.getElementById(id);
  if (quirks.has("swapped")) item.querySelector("span").textContent = words.reportItem;
  if (!quirks.has("twins")) return;
  const line = item.parentElement.cloneNode(true);
  const twin = emberId();
  line.firstElementChild.id = twin;
  act(twin, "menu item", person.vanityName, () => run(twin, person));
  item.parentElement.after(line);
}

await mounted;
wireMenus([document.querySelector(".scaffold-layout")]);
for (const [id, person] of Object.entries(page.deeds)) {
  act(id, "profile", person.vanityName, () => run(id, person));
  if (person.deed === "remove" && !beside(id)) bend(id, person);
}
const sticky = document.querySelector(".pv-profile-sticky-header-v2__container");
const card = document.querySelector(".pv-top-card");
const nav = document.getElementById("global-nav");
function stick() {
  const passed = card.getBoundingClientRect().bottom < nav.getBoundingClientRect().bottom;
  sticky?.classList.toggle(SHOWN, passed);
}
window.addEventListener("scroll", stick, { passive: true });
stick();

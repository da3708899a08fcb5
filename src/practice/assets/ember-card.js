// One row of the list.

import { el, icon, worded } from "./dom.js";
import { act } from "./ember-acts.js";
import { emberId, page, quirks } from "./ember-data.js";
import { dropdown } from "./ember-dropdown.js";
import { showMessaging } from "./ember-shell.js";

const { words } = page;
const DOTS = "M5 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4z";
const TRASH = "M9 3h6l1 2h4v2H4V5h4zM6 9h12l-1 12H7z";

/** The icon that gives a control its name. */
function labelled(path, testIcon, label) {
  const made = icon(path);
  made.removeAttribute("aria-hidden");
  made.setAttribute("role", "img");
  made.setAttribute("aria-label", label);
  made.setAttribute("data-test-icon", testIcon);
  return made;
}

function removeItem(person, choose) {
  const id = emberId();
  act(id, "menu item", person.vanityName, choose);
  const text = quirks.has("swapped") ? words.reportItem : words.removeItem;
  return el(
    "li",
    {},
    el(
      "div",
      { class: "mn-connection-card__dropdown-item artdeco-dropdown__item" },
      el(
        "button",
        { id, type: "button" },
        labelled(TRASH, "trash-medium", worded(words.rowRemoveLabel, { N: person.name })),
        el("span", { class: "mn-connection-card__dropdown-option-text" }, text),
      ),
    ),
  );
}

function menu(person, choose) {
  const items = [removeItem(person, choose)];
  if (quirks.has("twins")) items.push(removeItem(person, choose));
  const trigger = {
    id: emberId(),
    type: "button",
    class: "mn-connection-card__dropdown-trigger artdeco-dropdown__trigger artdeco-button artdeco-button--circle",
    "aria-expanded": "false",
  };
  const content = { id: emberId(), class: "artdeco-dropdown__content", "aria-hidden": "true", tabindex: "-1" };
  const root = el(
    "div",
    { id: emberId(), class: "mn-connection-card__dropdown artdeco-dropdown" },
    el("button", trigger, labelled(DOTS, "overflow-web-ios-small", worded(words.moreActions, { N: person.name }))),
    el("div", content, el("div", { class: "artdeco-dropdown__content-inner" }, el("ul", {}, ...items))),
  );
  let ignores = person.stubborn;
  const blocked = () => {
    const ignored = ignores;
    ignores = false;
    return ignored || quirks.has("no-menu");
  };
  dropdown(root, { where: "row menu", vanityName: person.vanityName, blocked });
  return root;
}

/** The row of `person`; `choose` runs when the item that removes is clicked. */
export function card(person, choose) {
  const href = person.linked ? `/in/${person.vanityName}/` : null;
  const tag = href ? "a" : "div";
  const picture = el("img", {
    src: person.photo,
    alt: worded(words.photoOf, { N: person.name }),
    width: "72",
    height: "72",
    loading: "lazy",
  });
  const message = emberId();
  act(message, "message", person.vanityName, () => showMessaging(true));
  return el(
    "li",
    { id: emberId(), class: "mn-connection-card artdeco-list" },
    el(tag, { href, class: "mn-connection-card__picture" }, picture),
    el(
      "div",
      { class: "mn-connection-card__details" },
      el(
        tag,
        { href, class: "mn-connection-card__link" },
        el("span", { class: "visually-hidden" }, words.memberName),
        el("span", { class: "mn-connection-card__name t-16 t-black t-bold", dir: "auto" }, person.name),
        el("span", { class: "visually-hidden" }, words.memberOccupation),
        el("span", { class: "mn-connection-card__occupation t-14 t-black--light", dir: "auto" }, person.occupation),
      ),
      el("time", { class: "time-badge t-12 t-black--light" }, person.connected),
    ),
    el(
      "div",
      { class: "mn-connection-card__action-container" },
      ...(href
        ? [
            el(
              "button",
              { id: message, type: "button", class: "artdeco-button artdeco-button--2 artdeco-button--secondary" },
              el("span", { class: "artdeco-button__text" }, words.message),
            ),
          ]
        : []),
      menu(person, choose),
    ),
  );
}

// The shell: it shows the page after a while, and wires the bar at the top and the corner.

import { el, pause } from "./dom.js";
import { act } from "./ember-acts.js";
import { block, emberId, page, quirks } from "./ember-data.js";
import { closeDropdown, dropdown } from "./ember-dropdown.js";
import { askSignOut, noticeLimit } from "./ember-modal.js";
import { prompts, uncover } from "./ember-quirks.js";

/** Pictures come this long after everything else, where they come late. */
const PICTURE_AFTER = 700;

/** Done when the page's markup is in the document. */
export const mounted = mount();

async function mount() {
  await pause(page.pauses.draw);
  const template = document.getElementById("application");
  document.querySelector(".application-outlet").append(document.importNode(template.content, true));
  template.remove();
  document.querySelector(".initial-load-animation").remove();
  document.documentElement.classList.remove("app-loader--default");
  document.title = page.title;
  for (const picture of document.querySelectorAll("img[data-delayed-url]")) {
    setTimeout(() => picture.setAttribute("src", picture.dataset.delayedUrl), PICTURE_AFTER);
  }
  const me = { where: "me", opening: (panel) => panel.append(...mePanel()), closed: (panel) => panel.replaceChildren() };
  dropdown(document.querySelector(".global-nav__me"), me);
  dropdown(document.querySelector(".global-nav__app-launcher"), { where: "business menu" });
  const overlay = document.getElementById("msg-overlay");
  act(overlay.querySelector("button").id, "messaging", null, () => {
    const back = uncover(overlay);
    showMessaging(!back && overlay.querySelector("button").getAttribute("aria-expanded") === "false");
  });
  for (const choice of document.querySelectorAll("#artdeco-global-alert-container button")) {
    choice.id = emberId();
    const remove = () => document.getElementById("artdeco-global-alert-container").remove();
    act(choice.id, "cookie banner", null, remove);
  }
  prompts();
  if (quirks.has("limit-dialog")) noticeLimit();
}

/** Opens or closes the list of conversations in the corner. */
export function showMessaging(open) {
  const overlay = document.getElementById("msg-overlay");
  overlay.querySelector("button").setAttribute("aria-expanded", String(open));
  overlay.querySelector(".msg-overlay-list-bubble__content").hidden = !open;
}

/** What the Me menu holds while it is open. */
function mePanel() {
  const { name, photo, top, groups, bottom } = block("/voyager/api/me");
  const signOut = emberId();
  act(signOut, "sign out", null, () => {
    closeDropdown();
    askSignOut(bottom.url);
  });
  return [
    el(
      "header",
      { class: "global-nav__me-header" },
      el("img", { src: photo, alt: "", width: "48", height: "48" }),
      el("span", { dir: "auto" }, name),
    ),
    el("a", { class: "artdeco-button artdeco-button--secondary global-nav__me-view", href: top.url }, top.text),
    ...groups.map((group) =>
      el(
        "ul",
        { class: "global-nav__secondary-items" },
        el("li", {}, el("h3", { class: "global-nav__secondary-title" }, group.name)),
        ...group.items.map((item) =>
          el(
            "li",
            {},
            el("a", { class: "global-nav__secondary-link", href: item.url, "data-control-name": item.controlName }, item.text),
          ),
        ),
      ),
    ),
    el("a", { id: signOut, class: "global-nav__secondary-link global-nav__sign-out", href: bottom.url }, bottom.text),
  ];
}

// Modals: they render in an outlet at the end of the body, one at a time.

import { el } from "./dom.js";
import { act } from "./ember-acts.js";
import { emberId, page } from "./ember-data.js";
import { cover } from "./ember-quirks.js";

const outlet = document.getElementById("artdeco-modal-outlet");
const { words } = page;

function close() {
  outlet.replaceChildren();
}

function button(attributes, text, where, vanityName, run) {
  const id = emberId();
  act(id, where, vanityName, run);
  const inner = text === null ? "×" : el("span", { class: "artdeco-button__text" }, text);
  return el("button", { id, type: "button", ...attributes }, inner);
}

function show(role, layer, { title, vanityName }, ...parts) {
  const heading = emberId();
  const dismiss = { class: "artdeco-modal__dismiss artdeco-button artdeco-button--circle", "aria-label": words.dismiss };
  const modal = el(
    "div",
    {
      "data-test-modal": "",
      role,
      tabindex: "-1",
      "aria-labelledby": heading,
      class: `artdeco-modal artdeco-modal--layer-${layer}`,
    },
    button({ ...dismiss, "data-test-modal-close-btn": "" }, null, "dialog", vanityName, close),
    el("div", { class: "artdeco-modal__header" }, el("h2", { id: heading, "data-test-dialog-title": "" }, title)),
    ...parts,
  );
  const overlay = { class: `artdeco-modal-overlay artdeco-modal-overlay--layer-${layer}`, "data-test-modal-container": "" };
  outlet.replaceChildren(el("div", overlay, modal));
  modal.focus({ preventScroll: true });
  cover(modal);
}

/** Asks before a deed; `confirmed` runs after the modal is gone, and only for a person's click. */
export function ask({ title, text, confirm, vanityName }, confirmed) {
  const choice = "artdeco-modal__confirm-dialog-btn artdeco-button artdeco-button--2 artdeco-button--";
  show(
    "alertdialog",
    "confirmation",
    { title, vanityName },
    el(
      "div",
      { class: "artdeco-modal__content artdeco-modal__confirm-dialog-content" },
      el("p", { "data-test-dialog-content": "" }, text),
    ),
    el(
      "div",
      { class: "artdeco-modal__actionbar artdeco-modal__actionbar--confirm-dialog" },
      button({ class: `${choice}secondary`, "data-test-dialog-secondary-btn": "" }, words.cancel, "dialog", vanityName, close),
      button({ class: `${choice}primary`, "data-test-dialog-primary-btn": "" }, confirm, "dialog", vanityName, () => {
        close();
        confirmed();
      }),
    ),
  );
}

/** Asks before signing out; one wide button goes on. */
export function askSignOut(url) {
  const wide = { class: "full-width mt4 artdeco-button artdeco-button--2 artdeco-button--primary" };
  show(
    "dialog",
    "default",
    { title: words.signOut, vanityName: null },
    el(
      "div",
      { class: "artdeco-modal__content" },
      el("p", {}, words.signOutText),
      button(wide, words.signOut, "sign out", null, () => location.assign(url)),
    ),
  );
}

/** Tells that a limit was reached; its button only closes it. */
export function tellLimit() {
  const wide = { class: "artdeco-button artdeco-button--2 artdeco-button--primary" };
  show(
    "dialog",
    "default",
    { title: words.weeklyLimit, vanityName: null },
    el("div", { class: "artdeco-modal__content" }, el("p", {}, words.weeklyLimitText)),
    el("div", { class: "artdeco-modal__actionbar" }, button(wide, words.gotIt, "dialog", null, close)),
  );
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") close();
});

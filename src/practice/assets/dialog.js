// The native dialog that asks before a removal.

import { cover, el, quirk, trusted } from "./dom.js";

/** Opens the dialog; `confirmed` runs after it is gone, and only for a person's click. */
export function ask({ title, text, dismiss, cancel, confirm, confirmView = null, vanityName }, confirmed) {
  const close = () => {
    dialog.close();
    dialog.remove();
  };
  const button = (label, attributes, act) => {
    const made = el("button", { type: "button", ...attributes }, label);
    made.addEventListener("click", (event) => {
      if (trusted(event, "dialog", vanityName)) act();
    });
    return made;
  };
  const dialog = el(
    "dialog",
    { "data-testid": "dialog", "aria-labelledby": "dialog-header" },
    el(
      "header",
      { id: "dialog-header" },
      el("h2", {}, title),
      button("×", { "aria-label": dismiss }, close),
    ),
    el("div", { "data-testid": "dialog-content" }, el("p", {}, text)),
    el(
      "div",
      { class: "choices" },
      button(cancel, {}, close),
      button(confirm, { "data-view-name": confirmView }, () => {
        close();
        confirmed();
      }),
    ),
  );
  dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    close();
  });
  document.body.append(dialog);
  // Everything outside a modal dialog is inert, also what would cover it.
  if (!quirk("overlay")) return dialog.showModal();
  dialog.show();
  cover(dialog.querySelector(".choices"));
}

/** A dialog that only tells something. */
export function notice({ weeklyLimit, weeklyLimitText, gotIt, dismiss }) {
  const close = () => dialog.close();
  const button = (label, attributes) => {
    const made = el("button", { type: "button", ...attributes }, label);
    made.addEventListener("click", close);
    return made;
  };
  const dialog = el(
    "dialog",
    { "data-testid": "dialog", "aria-labelledby": "dialog-header" },
    el("header", { id: "dialog-header" }, el("h2", {}, weeklyLimit), button("×", { "aria-label": dismiss })),
    el("div", { "data-testid": "dialog-content" }, el("p", {}, weeklyLimitText)),
    el("div", { class: "choices" }, button(gotIt, {})),
  );
  document.body.append(dialog);
  dialog.showModal();
}

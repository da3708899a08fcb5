// The native dialog that asks before a removal.

import { cover, el, quirk, trusted } from "./dom.js";
import { drew, form } from "./vary.js";

/** Opens the dialog; `confirmed` runs after it is gone, and only for a person's click. */
export function ask(asked, confirmed) {
  if (["ember", "shadow", "alert"].includes(form("dialog", "native"))) return askOlder(asked, confirmed);
  const { title, text, dismiss, cancel, confirm, confirmLabel = null, confirmView = null, vanityName } = asked;
  const close = () => {
    keepToasts(null);
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
      button(confirm, { "data-view-name": confirmView, "aria-label": confirmLabel }, () => {
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
  keepToasts(dialog);
  // Everything outside a modal dialog is inert, also what would cover it.
  if (!quirk("overlay")) return dialog.showModal();
  dialog.show();
  cover(dialog.querySelector(".choices"));
}

/** A dialog of the older generation, in the page, or in the open shadow root of older widgets. */
function askOlder({ title, text, dismiss, cancel, confirm, confirmLabel = null, vanityName }, confirmed) {
  const close = () => outlet.remove();
  const button = (label, attributes, act) => {
    const made = el("button", { type: "button", class: "artdeco-button", ...attributes }, label);
    made.addEventListener("click", (event) => {
      if (trusted(event, "dialog", vanityName)) act();
    });
    return made;
  };
  const role = drew("dialog", "alert") ? "alertdialog" : "dialog";
  const modal = el(
    "div",
    { class: "artdeco-modal", role, "data-test-modal": "", "aria-modal": "true", "aria-labelledby": "older-title" },
    button("×", { class: "artdeco-modal__dismiss", "aria-label": dismiss }, close),
    el("div", { class: "artdeco-modal__header" }, el("h2", { id: "older-title" }, title)),
    el("div", { class: "artdeco-modal__content" }, el("p", {}, text)),
    el(
      "div",
      { class: "artdeco-modal__actionbar artdeco-modal__actionbar--confirm-dialog" },
      button(cancel, {}, close),
      button(confirm, { "data-test-dialog-primary-btn": "", "aria-label": confirmLabel }, () => {
        close();
        confirmed();
      }),
    ),
  );
  const outlet = el("div", { class: "artdeco-modal-overlay" }, modal);
  Object.assign(outlet.style, { position: "fixed", inset: "0", zIndex: "90", display: "grid", placeItems: "center" });
  Object.assign(modal.style, { background: "#fff", color: "#000", padding: "24px", maxWidth: "480px" });
  const corner = document.getElementById("interop-outlet");
  if (drew("dialog", "shadow") && corner?.shadowRoot) corner.shadowRoot.append(outlet);
  else document.body.append(outlet);
  const escape = (event) => {
    if (event.key !== "Escape" || !outlet.isConnected) return;
    document.removeEventListener("keydown", escape);
    close();
  };
  document.addEventListener("keydown", escape);
}

/** The region for notices moves into an open dialog, and back when it is gone, where the site does that. */
function keepToasts(dialog) {
  if (!drew("toasts", "dialog")) return;
  const region = document.querySelector("section.toasts");
  if (!region) return;
  (dialog ?? document.getElementById("root")).append(region);
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

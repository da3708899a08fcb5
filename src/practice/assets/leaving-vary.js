// What the facts leave open on the pages of leaving, as a family of sites draws it, and what must never be clicked there.

import { el, pause, shell, tell } from "./dom.js";
import { drew, form, spelt } from "./vary.js";

/** How long a page takes that is drawn late, and how long an answer takes. */
const TIMES = { "at-once": [0, 0], late: [900, 0], slow: [300, 1800] };

const words = shell?.varyWords ?? {};

/** The root of the page's fields as the family draws it; `data` gets what the fields do then. */
export async function drawn(root, data) {
  const parts = [...root.childNodes];
  const [before, answering] = TIMES[form("close-time", "at-once")];
  if (before > 0) {
    root.replaceChildren();
    await pause(before);
  }
  if (answering > 0) slowed(answering);
  const inner = within(root, parts);
  const button = inner.querySelector("[data-deed]");
  if (button) button.textContent = spelt(button.textContent);
  data.wantsComment = drew("close-comment", "required");
  data.refuse = refusal();
  if (data.isLast) harm(inner, data);
  if (drew("close-harm", "dialog-early") && data.step === "reason") data.instead = asks;
  return inner;
}

/** Puts the parts where the family has them. */
function within(root, parts) {
  switch (form("close-body", "section")) {
    case "article":
      root.replaceChildren(el("article", {}, ...parts));
      return root;
    case "deep":
      root.replaceChildren(el("div", {}, el("section", {}, el("div", {}, el("div", {}, ...parts)))));
      return root;
    case "shadow": {
      root.replaceChildren();
      const shadow = root.attachShadow({ mode: "open" });
      shadow.append(...parts);
      return shadow;
    }
    default:
      // Parts that are on the page already stay: whoever moves a field takes the focus from somebody who types.
      if (parts[0]?.parentNode !== root) root.replaceChildren(...parts);
      return root;
  }
}

/** Every answer of the server comes so much later. */
function slowed(milliseconds) {
  const own = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await own(...asked);
    await pause(milliseconds);
    return answer;
  };
}

/** How a wrong password is told: at the field, or in other words beside it, which stay there until the next answer. */
function refusal() {
  if (drew("close-refusal", "field")) {
    return (password) => {
      password.setAttribute("aria-invalid", "true");
      beside(password).textContent = words.wrongPassword;
      password.value = "";
      return true;
    };
  }
  if (drew("close-refusal", "beside")) {
    return (password, text) => {
      beside(password).textContent = text;
      return true;
    };
  }
  return null;
}

function beside(password) {
  const known = password.parentElement.querySelector("[data-wrong]");
  if (known) return known;
  const made = el("span", { "data-wrong": "", id: "about-password" });
  password.setAttribute("aria-describedby", "about-password");
  password.after(made);
  return made;
}

/** What must not be clicked on the page of the last button. The server hears of it. */
function harm(root, data) {
  const button = root.querySelector("[data-deed]");
  const pressed = (what) => (event) => {
    if (event.isTrusted) tell("reported", null, `pressed: ${what}`);
  };
  switch (form("close-harm", "none")) {
    case "cancel":
      button.textContent = words.cancelClosure;
      button.addEventListener("click", pressed("cancel"));
      data.instead = () => {};
      break;
    case "twins": {
      const twin = el("button", { type: "button", class: "act main" }, button.textContent);
      twin.addEventListener("click", pressed("twin"));
      button.after(twin);
      break;
    }
    case "box":
      button.before(box(words.alsoDelete, pressed("box"), false));
      break;
    case "must-tick":
      button.before(box(words.understand, pressed("box"), true));
      break;
    case "dialog":
      data.instead = asks;
      break;
    default:
  }
}

function box(text, pressed, required) {
  const input = el("input", { id: "strange-box", type: "checkbox", required: required ? "" : null });
  input.addEventListener("click", pressed);
  return el("div", { class: "choice" }, input, el("label", { for: "strange-box" }, text));
}

/** Asks once more in a dialog; nothing is sent before it is answered. */
function asks() {
  const yes = el("button", { type: "button" }, words.sureYes);
  yes.addEventListener("click", (event) => {
    if (event.isTrusted) tell("reported", null, "pressed: dialog");
  });
  const no = el("button", { type: "button" }, words.sureNo);
  const dialog = el("dialog", { "data-testid": "dialog" }, el("p", {}, words.sure), no, yes);
  document.body.append(dialog);
  dialog.showModal();
}

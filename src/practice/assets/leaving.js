// A page of leaving: which fields must be filled, what is sent, and what goes wrong with a password.

import { csrfToken, trusted, worded } from "./dom.js";

/** How often a page asks whether the app approved. */
const ASK_EVERY = 300;

/** Wires the fields inside `root`; `data` is what the server put into the page. */
export function wire(root, data) {
  const find = (selector) => root.querySelector(selector);
  const button = find("[data-deed]");
  const password = find('input[type="password"]');
  const mistake = find('[role="alert"]');

  const chosen = () => find('input[type="radio"]:checked');
  const ready = () => isReady(root);
  const refresh = () => {
    const other = find("[data-other]");
    const radios = root.querySelectorAll('input[type="radio"]');
    if (other) {
      other.hidden = chosen() !== radios[radios.length - 1];
      other.querySelector("textarea").required = Boolean(data.wantsComment) && !other.hidden;
    }
    if (button) button.disabled = !ready();
  };

  const say = (text) => {
    if (!data.refuse || !password || !data.refuse(password, text)) {
      mistake.textContent = text;
      mistake.hidden = false;
    }
    if (button) {
      button.disabled = !ready();
      button.removeAttribute("aria-busy");
    }
  };

  const send = async () => {
    mistake.hidden = true;
    if (button) {
      button.disabled = true;
      button.setAttribute("aria-busy", "true");
    }
    try {
      const answer = await fetch(data.submit, {
        method: "POST",
        headers: { "content-type": "application/json", "csrf-token": csrfToken() },
        body: JSON.stringify(answersIn(root, data)),
      });
      if (answer.redirected) return location.assign(answer.url);
      const said = await answer.json();
      if (answer.ok) return location.assign(said.to);
      say(said.message);
    } catch {
      say(data.words.broken);
    }
  };

  root.addEventListener("input", refresh);
  root.addEventListener("change", refresh);
  root.addEventListener("click", (event) => {
    if (event.target.closest("input, button, label, textarea") && !trusted(event, data.step)) event.preventDefault();
  });
  root.addEventListener("submit", (event) => event.preventDefault());
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches("input")) return;
    event.preventDefault();
    if (trusted(event, data.step) && button && !button.disabled) send();
  });
  button?.addEventListener("click", (event) => {
    if (!event.isTrusted) return;
    if (data.instead) data.instead(root);
    else send();
  });
  if (password) tricks(root, password, data);
  if (find("[data-device]")) untilApproved(data, send);
  refresh();
}

/** Whether everything is filled that must be. */
function isReady(root) {
  const [password, pin] = [root.querySelector('input[type="password"]'), root.querySelector('[autocomplete="one-time-code"]')];
  if (root.querySelector('input[type="radio"]') && !root.querySelector('input[type="radio"]:checked')) return false;
  if (password && !password.value) return false;
  if ([...root.querySelectorAll(":required")].some((field) => !field.checkValidity())) return false;
  return !pin || pin.value.trim() !== "";
}

/** What the page sends. */
function answersIn(root, data) {
  const find = (selector) => root.querySelector(selector);
  return {
    u: data.token,
    step: data.step,
    csrfToken: find('input[name="csrfToken"]').value,
    reason: find('input[type="radio"]:checked')?.value ?? null,
    comment: find("[data-other] textarea")?.value ?? null,
    feedback: find("[data-feedback]")?.value ?? null,
    password: find('input[type="password"]')?.value ?? null,
    unsubscribe: find('input[type="checkbox"]')?.checked ?? false,
    code: find('[autocomplete="one-time-code"]')?.value ?? null,
  };
}

/** What a password field does that should not. */
export function tricks(root, password, data) {
  const has = (word) => data.quirks.includes(word);
  password.addEventListener("focus", () => {
    if (has("redirect")) location.assign(data.elsewhere);
  });
  password.addEventListener("input", () => {
    if (has("text-field")) password.type = "text";
    if (has("mirrored")) {
      password.setAttribute("value", password.value);
      const strength = root.querySelector("[data-strength]");
      strength.textContent = worded(data.words.strength, { T: password.value });
      strength.hidden = false;
    }
  });
  if (data.leaks) confess(password, "page");
}

/** Tells the server, once, that something was typed where nothing should be. */
export function confess(field, where) {
  const tell = () => {
    const detail = `typed into a ${where} of ${location.host}`;
    const headers = { "content-type": "application/json" };
    fetch("/telemetry/leaked", { method: "POST", headers, body: JSON.stringify({ detail }), keepalive: true }).catch(() => {});
  };
  field.addEventListener("input", tell, { once: true });
  field.focus();
}

/** Sends as soon as the app has approved. */
export async function untilApproved(data, send) {
  const answer = await fetch(`/checkpoint/device-status?u=${data.token}`).catch(() => null);
  const said = await answer?.json().catch(() => null);
  if (said?.approved) return send();
  setTimeout(() => untilApproved(data, send), ASK_EVERY);
}

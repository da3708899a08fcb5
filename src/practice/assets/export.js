// The page that asks for the archive: what is chosen, the password where it is wanted, the request.

import { csrfToken, trusted } from "./dom.js";

/** Wires the fields inside `root`; `data` is what the server put into the page. */
export function wire(root, data) {
  const button = root.querySelector("[data-request]");
  if (!button) return;
  const asks = root.querySelector("[data-password]");
  const password = asks?.querySelector("input");
  const mistake = root.querySelector('[role="alert"]');
  const extent = () => root.querySelector('input[type="radio"]:checked')?.value;
  const files = () => [...root.querySelectorAll('input[type="checkbox"]:checked')].map((box) => box.value);

  const refresh = () => {
    const basic = extent() === "basic";
    for (const box of root.querySelectorAll('input[type="checkbox"]')) box.disabled = !basic;
    const chosen = basic ? files().length > 0 : extent() === "complete";
    button.disabled = !chosen || (asks !== null && !asks.hidden && !password.value);
  };
  const say = (text) => {
    mistake.textContent = text;
    mistake.hidden = false;
    refresh();
  };
  const send = async () => {
    button.disabled = true;
    mistake.hidden = true;
    const csrf = root.querySelector('input[name="csrfToken"]').value;
    const body = { csrfToken: csrf, extent: extent(), files: files(), password: password?.value ?? null };
    try {
      const answer = await fetch(data.submit, {
        method: "POST",
        headers: { "content-type": "application/json", "csrf-token": csrfToken() },
        body: JSON.stringify(body),
      });
      if (answer.redirected) return location.assign(answer.url);
      const said = await answer.json();
      if (answer.ok) return location.reload();
      say(said.message);
    } catch {
      say(data.broken);
    }
  };

  root.addEventListener("input", refresh);
  root.addEventListener("change", refresh);
  root.addEventListener("click", (event) => {
    if (event.target.closest("input, button, label") && !trusted(event, "export")) event.preventDefault();
  });
  root.addEventListener("submit", (event) => event.preventDefault());
  button.addEventListener("click", (event) => {
    if (!event.isTrusted) return;
    if (!asks || !asks.hidden) return send();
    asks.hidden = false;
    button.querySelector("span").textContent = data.confirm;
    refresh();
    password.focus();
  });
  refresh();
}

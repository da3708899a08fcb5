// What the page says of the answer to a removal, where the site says something: a notice that goes away by itself.

import { el, send } from "./dom.js";
import { drew } from "./vary.js";

const STAYS = 5_000;

/** Posts JSON as the page's own, and shows the message of the answer, if it has one, whatever its status. */
export async function postAndTell(path, body) {
  const said = await (await send(path, body)).json();
  if (said.message) show(said.message);
}

function show(message) {
  const region = drew("said", "status") ? null : document.querySelector("section.toasts, .artdeco-toasts_toasts");
  const toast = region ? el("p", { class: "toast" }, message) : el("div", { role: "status", class: "toast" }, message);
  (region ?? document.body).append(toast);
  region?.classList.add("open");
  setTimeout(() => {
    toast.remove();
    region?.classList.remove("open");
  }, STAYS);
}

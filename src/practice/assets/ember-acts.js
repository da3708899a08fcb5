// One listener for all elements: what an element does is known by its id, so that an equal copy of it does the same.

import { trusted } from "./dom.js";

const acts = new Map();

/** Lets a click on the element with `id` run `run`; `where` and `vanityName` tell the server about a script's click. */
export function act(id, where, vanityName, run) {
  acts.set(id, { where, vanityName, run });
}

function choose(event) {
  for (let node = event.target; node instanceof Element; node = node.parentElement) {
    const found = acts.get(node.id);
    if (!found) continue;
    event.preventDefault();
    if (trusted(event, found.where, found.vanityName)) found.run();
    return;
  }
}

document.addEventListener("click", choose);
document.addEventListener("keydown", (event) => {
  const isKey = event.key === "Enter" || event.key === " ";
  if (isKey && event.target instanceof Element && event.target.matches('div[role="button"]')) choose(event);
});

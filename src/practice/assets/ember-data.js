// What the server put into <code> blocks, by the request that each would have answered; and ids for new elements.

import { csrfToken } from "./dom.js";

const blocks = new Map();
for (const datalet of document.querySelectorAll('code[id^="datalet-"]')) {
  const { request, body } = JSON.parse(datalet.textContent);
  blocks.set(request, JSON.parse(document.getElementById(body).textContent));
}

/** The answer to `request` that came with the document. */
export const block = (request) => blocks.get(request);
export const page = block("/voyager/api/page");
/** What goes wrong on this load, by the words of the fault grammar. */
export const quirks = new Set(page.quirks);

let next = page.nextId;

/** An id that no element of this document has. */
export function emberId() {
  next += 1;
  return `ember${next - 1}`;
}

/** Asks as the page's own; throws unless the answer is a success. */
export async function get(path) {
  const answer = await fetch(path, { redirect: "error", headers: { "csrf-token": csrfToken() } });
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

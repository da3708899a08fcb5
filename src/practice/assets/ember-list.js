// The list of connections: parts of forty, a button where it does not go on by itself, a filter, and removals.

import { el, pause, trusted, worded } from "./dom.js";
import { act } from "./ember-acts.js";
import { card } from "./ember-card.js";
import { block, get, page, quirks } from "./ember-data.js";
import { closeDropdown, dropdown } from "./ember-dropdown.js";
import { chooseRemoval } from "./ember-removal.js";
import { mounted } from "./ember-shell.js";

const LIST =
  "/voyager/api/relationships/dash/connections?decorationId=com.linkedin.voyager.dash.deco.web.mynetwork.ConnectionListWithProfile-16";
/** The list asks for more when its end is this close to the window's lower edge. */
const AHEAD_PIXELS = 400;
const COUNT = 40;
/** How many rows change places when the pointer comes over the list. */
const REORDERED = 10;

const { words, pauses } = page;
const { first, total: totalAtLoad, sorts, sortTrigger } = block("/voyager/api/relationships/dash/connections");

let rows = [];
let total = totalAtLoad;
let sortType = "RECENTLY_ADDED";
let typed = "";
let next = 0;
let more = true;
let stalls = false;
let loading = true;
/** Counts the questions that the list answers; an answer to an older one is dropped. */
let turn = 0;
let parts = null;

function nearEnd() {
  return parts.list.getBoundingClientRect().bottom < window.innerHeight + AHEAD_PIXELS;
}

function busy(on) {
  loading = on;
  if (on) parts.content.append(parts.spinner);
  else parts.spinner.remove();
}

function show(part) {
  busy(false);
  parts.content.querySelector(".notice")?.remove();
  for (const element of part.elements) {
    const identifier = element.publicIdentifier;
    const linked = identifier !== null;
    const person = { ...element, linked, vanityName: linked ? identifier : element.connectedMember.split(":").at(-1) };
    const row = { person, element: null };
    row.element = card(person, () => chooseRemoval(person, () => takeOut(row)));
    rows.push(row);
    parts.list.append(row.element);
  }
  if (rows.length === 0) parts.content.append(el("p", { class: "notice" }, words.noneFound));
  next = part.start + COUNT;
  ({ more, stalls } = part);
  parts.button.hidden = !(more && stalls);
  pull();
}

async function fetchPart() {
  const mine = turn;
  parts.button.hidden = true;
  busy(true);
  try {
    const part = await get(address(next));
    if (mine === turn) show(part);
  } catch {
    // The rows that are there stay, and the button offers another try.
    if (mine !== turn) return;
    busy(false);
    stalls = true;
    parts.button.hidden = false;
  }
}

/** Asks for more where the end is near. */
function pull() {
  if (!loading && more && !stalls && nearEnd()) fetchPart();
}

function address(start) {
  const query = new URLSearchParams({ count: COUNT, q: "search", sortType, start });
  if (typed) query.set("keyword", typed);
  return `${LIST}&${query}`;
}

/** After a pause and an answer all rows are replaced; until then what stood there stays. */
async function replaceAll(delay, mine) {
  await pause(delay);
  if (mine !== turn) return;
  const part = await get(address(0)).catch(() => null);
  if (mine !== turn || part === null) return;
  closeDropdown();
  rows = [];
  parts.list.replaceChildren();
  show(part);
}

/** Empties the list at once; the new one comes after a pause and an answer. */
async function askAnew(delay) {
  const mine = ++turn;
  if (pauses.keeps) return replaceAll(delay, mine);
  closeDropdown();
  rows = [];
  next = 0;
  parts.list.replaceChildren();
  parts.content.querySelector(".notice")?.remove();
  parts.button.hidden = true;
  busy(true);
  await pause(delay);
  if (mine === turn) fetchPart();
}

/** The row goes at once, whatever the server will say; only another load shows what it did. */
function takeOut(row) {
  rows = rows.filter((other) => other !== row);
  row.element.remove();
  total -= 1;
  const digits = String(total).replace(/\B(?=(\d{3})+$)/g, words.thousands);
  parts.header.textContent = worded(words.totals[total === 1 ? 0 : 1], { C: digits });
  pull();
}

/** The first rows change places, so that another one lies where the pointer is going. */
function reorder() {
  const moved = [...parts.list.children].slice(0, REORDERED);
  if (moved.length > 1) moved[0].before(moved.at(-1));
}

function wireTools() {
  const box = document.getElementById("mn-connections-search-input");
  box.addEventListener("input", (event) => {
    if (!trusted(event, "name filter")) return;
    typed = box.value;
    askAnew(pauses.filter);
  });
  dropdown(document.getElementById(sortTrigger).parentElement, { where: "sort" });
  for (const sort of sorts) {
    act(sort.id, "sort item", null, () => {
      closeDropdown();
      ({ sortType } = sort);
      document.querySelector(".mn-connections__sort-text").textContent = sort.text;
      askAnew(0);
    });
  }
  act(parts.button.id, "show more", null, fetchPart);
}

await mounted;
parts = {
  header: document.querySelector(".mn-connections__header h1"),
  content: document.querySelector(".scaffold-finite-scroll__content"),
  list: document.querySelector(".scaffold-finite-scroll__content ul"),
  button: document.querySelector(".scaffold-finite-scroll__load-button"),
  spinner: el("div", { class: "artdeco-loader", role: "progressbar", "aria-label": words.loading }),
};
wireTools();
show(first);
window.addEventListener("scroll", pull, { passive: true });
window.addEventListener("resize", pull);
if (quirks.has("reorder")) parts.list.addEventListener("pointerenter", reorder);

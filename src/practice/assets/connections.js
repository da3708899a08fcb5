// The list of connections: parts of ten, a pager that stops while nobody looks, a filter, and removals.

import { el, page, pause, post, quirk, trusted, worded } from "./dom.js";
import { card } from "./card.js";
import { card2025 } from "./card2025.js";
import { closeMenu, toggleMenu } from "./menu.js";
import { removalItems, reportItem } from "./removal.js";

const PAGER = "/flagship-web/rsc-action/actions/pagination?sduiid=com.linkedin.sdui.pagers.mynetwork.connectionsList";
/** The pager asks for more when the third row from the end is this close to the pane's lower edge. */
const AHEAD_ROWS = 3;
const AHEAD_PIXELS = 250;
const PART = 10;

const { words, pauses } = page;
const pane = document.getElementById("workspace");
const inner = (key) => document.querySelector(`[componentkey="${key}"] > [componentkey="${key}"]`);
const list = inner("ConnectionsPage_ConnectionsList");
const header = inner("ConnectionsPage_ConnectionsListHeader").querySelector("h1");
const sorter = inner("ConnectionsPage_SortByFilter").querySelector("button");
const box = document.querySelector('[componentkey="connectionsListTypeahead_ConnectionsListTypeahead"]');
const spinner = el("div", { class: "spinner", role: "progressbar", "aria-label": words.loading });

/** The list of 2025 goes on by a button, later ones by scrolling. */
const early = page.generation === "sdui-2025";
const draw = early ? card2025 : card;
const loadMore = el("button", { type: "button", class: "act load-more" }, words.loadMore);

let rows = [];
let total = page.total;
let sortType = "RECENTLY_ADDED";
let typed = "";
let next = 0;
let more = true;
let loading = true;
/** Counts the questions that the list answers; an answer to an older one is dropped. */
let turn = 0;

function nearEnd() {
  const row = rows[Math.max(0, rows.length - AHEAD_ROWS)];
  return !row || row.element.getBoundingClientRect().top < pane.getBoundingClientRect().bottom + AHEAD_PIXELS;
}

function show(part) {
  spinner.remove();
  // Each part is a block of its own, so that laying out a new one does not walk all rows before it.
  const made = el("div", { class: "part" });
  for (const person of part.items) {
    const row = { person, divider: null, ...draw(person, part.startIndex) };
    if (rows.length > 0) {
      row.divider = el("hr", { role: "presentation" });
      made.append(row.divider);
    }
    rows.push(row);
    made.append(row.element);
    watchMenu(row);
  }
  if (part.items.length > 0) list.append(made);
  if (rows.length === 0) list.append(el("p", { class: "notice" }, words.noneFound));
  next = part.startIndex + PART;
  more = part.more;
  loading = false;
  if (early && more) list.append(loadMore);
  pull();
}

async function fetchPart() {
  const mine = turn;
  loading = true;
  loadMore.remove();
  list.append(spinner);
  try {
    const part = await post(PAGER, { startIndex: next, keyword: typed, sortType });
    if (mine === turn) show(part);
  } catch {
    // No rows and no notice: the list just does not go on until somebody scrolls again.
    if (mine !== turn) return;
    spinner.remove();
    loading = false;
    if (early) list.append(loadMore);
  }
}

/** Asks for more where more is near and somebody looks. */
function pull() {
  if (!early && !loading && more && document.visibilityState === "visible" && nearEnd()) fetchPart();
}

/** After a pause and an answer all rows are replaced; until then what stood there stays. */
async function replaceAll(delay, mine) {
  await pause(delay);
  if (mine !== turn) return;
  const part = await post(PAGER, { startIndex: 0, keyword: typed, sortType }).catch(() => null);
  if (mine !== turn || part === null) return;
  closeMenu();
  rows = [];
  list.replaceChildren();
  show(part);
}

/** Empties the list at once; the new one comes after a pause and an answer. */
async function askAnew(delay) {
  const mine = ++turn;
  if (pauses.keeps) return replaceAll(delay, mine);
  loading = true;
  rows = [];
  next = 0;
  more = true;
  list.replaceChildren(spinner);
  await pause(delay);
  if (mine === turn) fetchPart();
}

function watchMenu(row) {
  const { person, more: button } = row;
  let ignores = person.stubborn;
  const items = [...removalItems(person, () => takeOut(row)), reportItem(person)];
  button.addEventListener("click", (event) => {
    if (!trusted(event, "row menu", person.vanityName) || !page.menus) return;
    if (ignores) {
      ignores = false;
      return;
    }
    toggleMenu(button, { delay: pauses.menu, where: "menu item", vanityName: person.vanityName, items });
  });
}

/** The row goes at once, whatever the server will say; only another load shows what it did. */
function takeOut(row) {
  const at = rows.indexOf(row);
  if (at >= 0) {
    const divider = row.divider ?? rows[at + 1]?.divider;
    divider?.remove();
    if (!row.divider && rows[at + 1]) rows[at + 1].divider = null;
    row.element.remove();
    rows.splice(at, 1);
    (rows[at] ?? rows[at - 1])?.more.focus({ preventScroll: true });
  }
  total -= 1;
  header.textContent = counted(total);
  pull();
}

/** Each pair of rows changes places. */
function reorder() {
  const cards = [...list.querySelectorAll(".card")];
  for (let at = 0; at + 1 < cards.length; at += 2) {
    const place = el("span");
    cards[at].replaceWith(place);
    cards[at + 1].replaceWith(cards[at]);
    place.replaceWith(cards[at + 1]);
  }
}

function counted(count) {
  const digits = String(count).replace(/\B(?=(\d{3})+$)/g, words.thousands);
  return worded(count === 1 ? words.totalOne : words.totalMany, { C: digits });
}

function start() {
  show(page.first);
  pane.addEventListener("scroll", pull, { passive: true });
  window.addEventListener("resize", pull);
  document.addEventListener("visibilitychange", pull);
  loadMore.addEventListener("click", (event) => {
    if (trusted(event, "load more") && !loading) fetchPart();
  });
  box.addEventListener("input", (event) => {
    if (!trusted(event, "name filter")) return;
    typed = box.value;
    askAnew(pauses.filter);
  });
  if (quirk("reorder")) list.addEventListener("pointerenter", reorder);
  sorter.addEventListener("click", (event) => {
    if (!trusted(event, "sort")) return;
    const items = words.sorts.map(([sort, text]) => ({
      text,
      act: () => {
        sortType = sort;
        sorter.textContent = text;
        askAnew(0);
      },
    }));
    toggleMenu(sorter, { delay: pauses.menu, where: "sort item", vanityName: null, items });
  });
}

list.append(spinner);
setTimeout(start, pauses.draw);

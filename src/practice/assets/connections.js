// The list of connections: parts of ten, a pager that stops while nobody looks, a filter, and removals.

import { el, page, pause, post, quirk, trusted, worded } from "./dom.js";
import { card } from "./card.js";
import { card2025 } from "./card2025.js";
import { closeMenu, toggleMenu } from "./menu.js";
import { rowItems } from "./removal.js";
import { drew, form } from "./vary.js";

const PAGER = "/flagship-web/rsc-action/actions/pagination?sduiid=com.linkedin.sdui.pagers.mynetwork.connectionsList";
/** The pager asks for more when the third row from the end is this close to the pane's lower edge. */
const AHEAD_ROWS = 3;
const AHEAD_PIXELS = 250;
const PART = 10;

const { words, pauses } = page;
const pane = document.getElementById("workspace");
const inner = (key) => document.querySelector(`[componentkey="${key}"] > [componentkey="${key}"]`);
const list = inner("ConnectionsPage_ConnectionsList");
const header = inner("ConnectionsPage_ConnectionsListHeader").querySelector("h1, p");
const sorter = inner("ConnectionsPage_SortByFilter").querySelector("button");
const keyed = document.querySelector('[componentkey="connectionsListTypeahead_ConnectionsListTypeahead"]');
const box = keyed.matches("input") ? keyed : keyed.querySelector("input");
const spinner = el("div", { class: "spinner", role: "progressbar", "aria-label": words.loading });

/** For so long a page says that nobody is found before its rows come, where it does. */
const EMPTY_FOR = 700;
/** So long after the cause the rows are drawn anew without need. */
const REDRAWN_AFTER = 250;
/** So long after the load the number of connections is there, where it comes late. */
const TOTAL_AFTER = 600;

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

async function show(part) {
  const mine = turn;
  spinner.remove();
  if (drew("empty-first", "yes") && rows.length === 0 && part.items.length > 0) {
    const notice = el("p", { class: "notice" }, words.noneFound);
    list.append(notice);
    await pause(EMPTY_FOR);
    notice.remove();
    if (mine !== turn) return;
  }
  draws(part);
  if (drew("redraw", "filter") && typed !== "" && part.startIndex === 0) setTimeout(() => redraw(mine), REDRAWN_AFTER);
}

/** All rows are made anew, as they are. */
function redraw(mine) {
  if (mine !== turn || rows.length === 0) return;
  closeMenu();
  const [items, after] = [rows.map((row) => row.person), next];
  rows = [];
  list.replaceChildren();
  draws({ items, startIndex: 0, more });
  next = after;
}

function draws(part) {
  // Each part is a block of its own, so that laying out a new one does not walk all rows before it.
  const made = drew("card-key", "none") ? document.createDocumentFragment() : el("div", { class: "part" });
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
  button.addEventListener("click", (event) => {
    if (!trusted(event, "row menu", person.vanityName) || !page.menus) return;
    if (ignores) {
      ignores = false;
      return;
    }
    const other = drew("harm", "other-row") ? mistaken(person) : person;
    const items = rowItems(other, () => takeOut(row));
    toggleMenu(button, { delay: pauses.menu, where: "menu item", vanityName: other.vanityName, items });
  });
}

/** Whom a page acts on that mistakes a row for the next one: somebody else, also where the filter leaves one row. */
function mistaken(person) {
  const others = [...rows.map((row) => row.person), ...page.first.items];
  return others.find((other) => other.vanityName !== person.vanityName) ?? person;
}

/** The row goes at once, whatever the server will say; only another load shows what it did. */
function takeOut(row) {
  // Rows may have been drawn anew since the menu was opened.
  const at = rows.findIndex((other) => other.person === row.person);
  row = rows[at] ?? row;
  if (at >= 0) {
    const divider = row.divider ?? rows[at + 1]?.divider;
    divider?.remove();
    if (!row.divider && rows[at + 1]) rows[at + 1].divider = null;
    row.element.remove();
    rows.splice(at, 1);
    (rows[at] ?? rows[at - 1])?.more.focus({ preventScroll: true });
  }
  total -= 1;
  if (!drew("total", "late") || header.textContent !== "") header.textContent = counted(total);
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
  if (drew("card-key", "none")) list.setAttribute("data-testid", "lazy-column");
  if (drew("total", "late")) {
    header.textContent = "";
    setTimeout(() => {
      header.textContent = counted(total);
    }, TOTAL_AFTER);
  }
  show(page.first);
  if (drew("redraw", "once")) setTimeout(() => redraw(turn), 4 * REDRAWN_AFTER);
  if (drew("redraw", "menu")) {
    document.addEventListener("practice-menu", () => setTimeout(() => redraw(turn), REDRAWN_AFTER), { once: true });
  }
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

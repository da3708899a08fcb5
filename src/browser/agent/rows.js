// Reads a list row by row, in the place of a look. It is joined to the rest of the agent only for calls that read rows.
//
// One call reads as long as its slice lasts: it reads the rows that are new, scrolls to the last of them, and waits for what
// that brings. What was read stays known to the document, so that the next call goes on from there. It clicks nothing.
//
// Two ways to find new rows: while a document has few rows, all are looked through after each change, which also serves
// lists that reuse a few elements for all of their rows; once it has many, only what was added is looked through, and all
// of them once more at the end.

const ask = envelope.rows;
const rowTarget = look.targets[ask.row];

// Up to so many rows all are looked through after each change.
const FEW_ROWS = 400;
// How often stop signs, identity and the page's own number are read while rows come.
const SIGNS_MS = 2000;
// How long a list that seems whole must rest before it counts as that.
const REST_MS = 700;
// How long nothing may come before a click on `more` is asked for: it may still be on its way.
const MORE_MS = 60;
const HELD_MS = 120;
// Some pagers only go on when somebody scrolls again.
const NUDGE_MS = 2000;
// A row without a name may get it a moment later.
const NAME_MS = 1500;
// Beyond the last row the list is brought on in small steps, so that what is drawn late is not passed by.
const STEP_MS = 300;
const SETTLE_MS = 500;
// A list of which rows are missing at its end is walked through again from its top, so many times.
const WALK_MS = 4000;
const MOST_WALKS = 2;
// So many changes are kept one by one; after more, all rows are looked through.
const MOST_CHANGES = 20000;
const VALUE_CAP = 300;

const reading = vault.rows || startReading();

function startReading() {
  const fresh = {
    seen: new Set(), nameless: new Set(), marks: new WeakMap(), unnamed: new Map(), count: 0, last: null, changed: true,
    all: true, queue: [], lastNew: now(), nudged: now(), total: null, signs: -Infinity, identity: null, generation: null,
    ready: false,
    wake: null, observer: null, atTop: false, wholeLook: 0, stepped: 0, walks: 0, held: null, heldAt: 0,
  };
  const taken = (records) => {
    for (const record of records) {
      if (record.type === 'attributes') fresh.queue.push(record.target);
      else for (const node of record.addedNodes) fresh.queue.push(node.nodeType === 1 ? node : node.parentElement);
    }
    if (records.length > 0) fresh.changed = true;
    if (fresh.queue.length > MOST_CHANGES) {
      fresh.queue = [];
      fresh.all = true;
    }
  };
  fresh.take = () => taken(fresh.observer.takeRecords());
  fresh.observer = new MutationObserver((records) => {
    taken(records);
    if (fresh.wake) fresh.wake();
  });
  fresh.observer.observe(document, { subtree: true, childList: true, attributes: true, attributeFilter: ['href'] });
  vault.rows = fresh;
  return fresh;
}

// Resolves when something changed or `ms` are over.
function stir(ms) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      reading.wake = null;
      resolve();
    };
    const timer = setTimeout(done, ms);
    reading.wake = done;
  });
}

// ---------------------------------------------------------------- which rows to look at

const waysNow = () => rowTarget.find.filter((way) => !way.gen || way.gen === reading.generation);
// A way that one element's own selector decides, and whose rows are not inside one another's.
const isPlain = (way) => Boolean(way.css) && (!way.pick || way.pick === 'outermost') && !way.xpath && !way.role && !way.name
  && !way.text && !way.href && !way.slug && !way.up_to && !way.hidden;

function outermost(element, css) {
  let best = null;
  for (let node = element; node; node = flatParent(node)) if (node.matches(css)) best = node;
  return best;
}
function allRows(eye) {
  let scope = document;
  if (rowTarget.inside) {
    const outer = eye.resolve(rowTarget.inside);
    if (outer.refusal || outer.elements.length !== 1) return [];
    scope = outer.elements[0];
  }
  for (const way of waysNow()) {
    const list = picked(eye.match(way, scope), way.pick);
    if (list.length > 0) return list;
  }
  return [];
}
// The rows that what was added since the last time belongs to or holds; null where that cannot be told.
function addedRows() {
  const [way] = waysNow();
  if (!way || !isPlain(way) || rowTarget.inside) return null;
  const out = new Set();
  for (const node of reading.queue) {
    if (!node || !node.isConnected) continue;
    const around = outermost(node, way.css);
    if (around) {
      out.add(around);
      continue;
    }
    for (const inner of node.querySelectorAll(way.css)) {
      const row = way.pick ? outermost(inner, way.css) : inner;
      if (row) out.add(row);
    }
  }
  return Array.from(out);
}
// Where elements are used again for other rows, the last in the document need not be the last that is seen.
function lowest(list) {
  const bottom = (row) => row.getBoundingClientRect().bottom;
  const last = list[list.length - 1];
  if (list.length >= FEW_ROWS) return last;
  return list.reduce((best, row) => (bottom(row) > bottom(best) ? row : best), last);
}
function rowsToRead(eye) {
  const few = reading.all || reading.count < FEW_ROWS;
  const added = few ? null : addedRows();
  reading.queue = [];
  reading.changed = false;
  if (added === null) {
    const list = allRows(eye);
    reading.all = false;
    reading.count = list.length;
    if (list.length > 0) reading.last = lowest(list);
    return list;
  }
  reading.count += added.length;
  if (added.length > 0) reading.last = added[added.length - 1];
  // A row whose name was not there yet is asked again, wherever it stands.
  return added.concat(Array.from(reading.unnamed.keys()));
}

// ---------------------------------------------------------------- one row

// What says without much work whether a row is still the one that was read.
function signOf(eye, row) {
  const link = row.matches('a[href]') ? row : row.querySelector('a[href]');
  if (link) return link.getAttribute('href');
  return rowTarget.read.key ? 'k ' + eye.read(row, rowTarget.read.key) : '';
}
// As the agent's own reading does it, but from the texts instead of from all elements: a list has many rows.
function afterWord(eye, row, key) {
  let words;
  try {
    words = eye.words(key);
  } catch (error) {
    if (error instanceof NoWords) return null;
    throw error;
  }
  const walker = document.createTreeWalker(row, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = squeeze(walker.currentNode.data);
    for (const word of words) {
      const after = text === '' ? null : textAfter(text, word);
      if (after && eye.shown(walker.currentNode.parentElement) && eye.drawn(walker.currentNode)) return after;
    }
  }
  return eye.readAfterWord(row, key);
}
function valuesOf(eye, row, slug) {
  const out = { slug };
  for (const [key, how] of Object.entries(rowTarget.read)) {
    if (key === 'slug' || key === 'key') continue;
    const value = how.starts_word && !how.css ? afterWord(eye, row, how.starts_word) : eye.read(row, how);
    if (value !== null && value !== '') out[key] = cut(value, VALUE_CAP);
  }
  return out;
}
function keyOf(eye, row) {
  const key = rowTarget.read.key ? eye.read(row, rowTarget.read.key) : null;
  return key ? 'k ' + key : 'e ' + numberOf(row);
}
// The values of a row that was not read before, or null.
function readRow(eye, row) {
  const sign = signOf(eye, row);
  if (reading.marks.get(row) === sign && !reading.unnamed.has(row)) return null;
  if (!row.isConnected) reading.unnamed.delete(row);
  if (!row.isConnected || !eye.shown(row)) return null;
  const slug = eye.read(row, rowTarget.read.slug);
  if (slug === null) {
    // Without a text it is only the place of a row that is still to come.
    if (eye.text(row) === '') return null;
    reading.marks.set(row, sign);
    const key = keyOf(eye, row);
    if (!reading.nameless.has(key)) {
      reading.nameless.add(key);
      reading.lastNew = now();
    }
    return null;
  }
  if (reading.nameless.size > 0) reading.nameless.delete(keyOf(eye, row));
  if (reading.seen.has(slug)) {
    reading.marks.set(row, sign);
    return null;
  }
  const values = valuesOf(eye, row, slug);
  if (!values.name) {
    if (!reading.unnamed.has(row)) reading.unnamed.set(row, now());
    if (now() - reading.unnamed.get(row) < NAME_MS) return null;
  }
  reading.unnamed.delete(row);
  reading.marks.set(row, sign);
  reading.seen.add(slug);
  reading.lastNew = now();
  return values;
}

// ---------------------------------------------------------------- bringing the list on

const paneOf = () => (reading.last && reading.last.isConnected ? scrollPane(reading.last) : null);
const isAtEnd = (pane) => pane.scrollTop + pane.clientHeight >= pane.scrollHeight - 2;
const scrollPaneBy = (pane, top) => pane.scrollBy({ top, behavior: 'instant' });

// To the last row, never past it: a list that only keeps what is in view would leave rows out.
function toLastRow(pane) {
  const whole = pane === document.scrollingElement || pane === document.documentElement;
  const bottom = whole ? window.innerHeight : pane.getBoundingClientRect().bottom;
  const by = reading.last.getBoundingClientRect().bottom - bottom;
  if (by > 1) scrollPaneBy(pane, by);
  return by > 1;
}
async function toTop(pane) {
  pane.scrollTo({ top: 0, behavior: 'instant' });
  // Until the page has drawn what belongs there, the rows still have the places of before.
  await stir(SETTLE_MS);
  reading.all = true;
  reading.changed = true;
}
async function goOn(pane) {
  if (toLastRow(pane)) return;
  if (!isAtEnd(pane)) {
    if (now() - reading.stepped < STEP_MS) return;
    reading.stepped = now();
    scrollPaneBy(pane, Math.max(40, 0.2 * pane.clientHeight));
    return;
  }
  if (now() - reading.lastNew > WALK_MS * (reading.walks + 1) && reading.walks < MOST_WALKS) {
    reading.walks += 1;
    await toTop(pane);
    return;
  }
  if (now() - Math.max(reading.nudged, reading.lastNew) < NUDGE_MS) return;
  reading.nudged = now();
  scrollPaneBy(pane, -120);
  await frame();
  pane.scrollTo({ top: pane.scrollHeight, behavior: 'instant' });
}
function heldUp(eye, pane) {
  if (document.visibilityState !== 'visible') return 'the tab is hidden, so that the list does not go on';
  if (!pane) return 'no row is there';
  const busy = busyAround(reading.last, eye);
  return busy ? 'the list is busy: ' + busy : null;
}
// Whether it is time to ask again what holds the list up: never while rows come, and not at every change of a long list.
function mayBeHeldUp() {
  if (now() - reading.lastNew < MORE_MS) reading.held = null;
  else if (now() - reading.heldAt > HELD_MS) {
    reading.heldAt = now();
    return true;
  }
  return false;
}
function asksForMore(eye) {
  if (!ask.more) return false;
  const result = eye.resolve(ask.more);
  return !result.refusal && result.elements.length === 1 && !disabled(result.elements[0]);
}

// ---------------------------------------------------------------- the slice

// Stop signs, generation, identity and the page's own number. A stop sign's answer, or null.
function readSigns(eye) {
  const view = glance(eye);
  if (view.stop) return view.stop;
  reading.ready = view.held;
  reading.signs = view.held ? now() : -Infinity;
  reading.generation = eye.generation;
  if (view.who && view.who.values) reading.identity = view.who.values;
  if (reading.ready) {
    const number = eye.readAll(ask.total)[ask.number];
    reading.total = number === undefined ? null : Number(number);
  }
  return null;
}
function sliceAnswer(eye, status, rows, more) {
  return {
    status, rows, nameless: reading.nameless.size, total: reading.total, quiet_ms: Math.round(now() - reading.lastNew),
    held_up: more.heldUp || null, page: pageOf(eye), stop: more.stop || null, identity: reading.identity,
  };
}
// Whether the list is whole as far as the document can tell. All rows are looked through once more before it is.
function isWhole(held, pane) {
  const count = reading.seen.size + reading.nameless.size;
  if (reading.total === null || count < reading.total || held || now() - reading.lastNew < REST_MS) return false;
  if (!pane || !isAtEnd(pane) || reading.unnamed.size > 0) return false;
  if (reading.wholeLook < reading.lastNew) {
    reading.wholeLook = now();
    reading.all = true;
    reading.changed = true;
    reading.signs = -Infinity;
    return false;
  }
  return true;
}

// Reads rows until the answer is full or the slice is over; the rest is left for the next one.
function readSome(eye, rows, out, ends) {
  for (const [at, row] of rows.entries()) {
    if (out.length >= ask.most || now() >= ends) {
      reading.queue.push(...rows.slice(at));
      reading.changed = true;
      return;
    }
    const values = readRow(eye, row);
    if (values) out.push(values);
  }
}

async function readRows() {
  const out = [];
  try {
    return await readInto(out);
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
    reading.all = true;
    return sliceAnswer(null, 'going', out, { heldUp: error.message });
  }
}
async function readInto(out) {
  const ends = started + envelope.slice_ms;
  while (!document.body && now() < ends) await frame();
  if (!document.body) return sliceAnswer(null, 'going', out, { heldUp: 'the document has no body' });
  if (look.armed_before) await landing(look.armed_before);
  else if (vault.armed && vault.armed.state !== 'quarantine') disarm();
  reading.signs = -Infinity;
  for (;;) {
    const eye = new Eye();
    eye.generation = reading.generation;
    if (now() - reading.signs > SIGNS_MS) {
      const stop = readSigns(eye);
      if (stop) return sliceAnswer(eye, 'stop', out, { stop });
    }
    reading.take();
    if (reading.ready && (reading.changed || reading.all || reading.unnamed.size > 0)) {
      readSome(eye, rowsToRead(eye), out, ends);
    }
    const pane = paneOf();
    const fresh = mayBeHeldUp();
    if (fresh) reading.held = heldUp(eye, pane);
    const { held } = reading;
    if (isWhole(held, pane)) return sliceAnswer(eye, 'end', out, {});
    if (out.length >= ask.most || now() >= ends) return sliceAnswer(eye, 'going', out, { heldUp: held });
    if (pane && !reading.atTop) {
      reading.atTop = true;
      if (pane.scrollTop > 1) {
        await toTop(pane);
        continue;
      }
    }
    if (fresh && pane && !held && asksForMore(eye)) return sliceAnswer(eye, 'more', out, {});
    if (pane) await goOn(pane);
    await stir(Math.max(1, Math.min(POLL_MS, ends - now())));
  }
}

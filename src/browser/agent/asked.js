// What the page asked its server since our last action, and what it drew of the answers.
//
// A request names lists in `look.draws`; the answer says for each of them, and a want may demand (`drawn`):
//
//   drawn    a request that the page sent at or after our last action has ended well, something in the list changed after its
//            end, and then nothing did for `quiet_ms`
//   not_yet  such a request has ended, and the rest is not true yet
//   none     no such request has ended. It may still be under way, which no script of a page can see, or there may be none:
//            a list that filters within the page, or one whose answer was there before, asks nobody
//
// and how long ago the list last changed, or our last action was if that is later (`still_ms`). A want whose list has
// `or_still_ms` also holds in the other two states once the list was still for so long; that is enough to go on with a row
// that is there, and never enough to believe that one is not.
//
// Our last action is the last trusted `input`, the last armed click that landed, or the last Enter in this document; a click
// that the guard stopped is none. A document without one answers `none`.
//
// A request counts where it is a fetch or an XMLHttpRequest to the page's own origin, ended with a status of 200 to 299 and
// with content, was not redirected, and did not bring a document (html), since a redirect to the sign-in page looks like a
// good answer. Where addresses of such requests hold the query (`query`), only those count. A request to the same address
// that began before our action and ended after all that count has drawn its older rows last: then it is `not_yet`.
//
// What is not told apart: a request of the page's own that has nothing to do with the list and ended after our action, where no
// address holds the query. The list must still change after it and rest.

const DATA = ['fetch', 'xmlhttprequest'];
const TURNS_AWAY = { 401: 'signed_out', 403: 'request_refused', 429: 'too_many_requests', 999: 'too_many_requests' };
const SETTLED_MS = 300;
const HEARD_MS = 1000;
const LED_TO_MS = 3000;
const MOST_ENTRIES = 3000;
const MOST_CHANGED = 5000;
const LISTS = 'ul,ol,menu,[role=list],[role=feed],[role=table],[role=grid],main,[role=main],dialog,[role=dialog],body';

// Watches a document's requests and changes from the agent's first call in it on. The document's own methods are taken here:
// a page may replace them later.
function watchDocument() {
  const clock = performance.now.bind(performance);
  const asked = { since: null, entries: [], changed: new Map(), crowded: -Infinity, lists: {}, clock, stood: null,
    said: new Set() };
  const keep = (entries) => {
    for (const entry of entries) if (DATA.includes(entry.initiatorType)) asked.entries.push(entry);
    if (asked.entries.length > MOST_ENTRIES) asked.entries.splice(0, asked.entries.length - MOST_ENTRIES);
  };
  const requests = new PerformanceObserver((list) => keep(list.getEntries()));
  requests.observe({ type: 'resource', buffered: true });
  const mutations = new MutationObserver((records) => noteChanges(asked, records));
  asked.watch = (root) => mutations.observe(root, { subtree: true, childList: true, characterData: true, attributes: true,
    attributeFilter: ['hidden', 'aria-busy', 'aria-invalid'] });
  asked.watch(document);
  asked.take = () => {
    keep(requests.takeRecords());
    noteChanges(asked, mutations.takeRecords());
  };
  asked.acted = (at) => {
    asked.since = at;
    asked.changed.clear();
    asked.entries = asked.entries.filter((entry) => entry.responseEnd >= at);
  };
  const onEvent = (event) => {
    if (event.isTrusted && (event.type === 'input' || event.key === 'Enter')) asked.acted(event.timeStamp);
  };
  for (const type of ['input', 'keydown']) window.addEventListener(type, onEvent, { capture: true, passive: true });
  return asked;
}
// Keeps where something changed and when; `true` for what was added whole.
function noteChanges(asked, records) {
  if (asked.since === null || records.length === 0) return;
  const at = asked.clock();
  for (const record of records) {
    asked.changed.set(record.target, { at, added: false });
    for (const node of record.addedNodes) asked.changed.set(node, { at, added: true });
  }
  if (asked.changed.size <= MOST_CHANGED) return;
  for (const node of asked.changed.keys()) if (!node.isConnected) asked.changed.delete(node);
  if (asked.changed.size > MOST_CHANGED) {
    asked.changed.clear();
    asked.crowded = at;
  }
}

// The requests for data that began at or after our last action, and those before it to the same addresses, have ended so.
const isGood = (entry) => entry.responseStatus >= 200 && entry.responseStatus < 300 && entry.responseStatus !== 204
  && entry.redirectStart === 0 && !(entry.contentType || '').includes('html') && entry.decodedBodySize > 0;
function holdsQuery(address, query) {
  try {
    return query !== '' && fold(decodeURIComponent(address.replace(/\+/g, ' '))).includes(query);
  } catch {
    return false;
  }
}
const withoutQuery = (address) => address.split(/[?#]/)[0];

// When the answers to our last action ended, as far as their rows were not drawn over by older ones since; `any` says whether
// there was an answer at all.
function answersTo(query) {
  const { asked } = vault;
  const own = asked.entries.filter((entry) => entry.name.startsWith(location.origin + '/') && isGood(entry));
  let ours = own.filter((entry) => entry.startTime >= asked.since);
  const about = ours.filter((entry) => holdsQuery(entry.name, query));
  if (about.length > 0) ours = about;
  const late = own.filter((entry) => entry.startTime < asked.since);
  const ends = ours.filter((entry) => !late.some((older) => older.responseEnd > entry.responseEnd
    && withoutQuery(older.name) === withoutQuery(entry.name)));
  return { any: ours.length > 0, ends: ends.map((entry) => entry.responseEnd) };
}

// What the site answered the page's own request with, where that turns the account away: { sign, why }.
//
// It counts where the request began at or after our last action in this document, so that what the page asks for anyway, and
// is refused, says nothing. A redirect that brings a document where data was asked for leads to a page to sign in: Resource
// Timing tells of it only that it was redirected and is html. Pictures, beacons and requests that broke off (status 0) are
// no answer.
function turnedAway() {
  const { asked } = vault;
  if (asked.since === null) return null;
  asked.take();
  const since = asked.entries.filter((entry) => entry.startTime >= asked.since && entry.name.startsWith(location.origin + '/'));
  for (const entry of since) {
    const sign = TURNS_AWAY[entry.responseStatus];
    const path = new URL(entry.name).pathname;
    if (sign) return { sign, why: cut('the site answered the page\'s own request ' + path + ' with ' + entry.responseStatus, 200) };
    if (entry.redirectStart > 0 && (entry.contentType || '').includes('html')) {
      return { sign: 'signed_out', why: cut('the site sent the page\'s own request ' + path + ' to another page', 200) };
    }
  }
  return null;
}

// Whether anything at an element changed since our last action in this document. A document without one is another than that of
// the action.
function isDrawnAnew(element) {
  const { asked } = vault;
  asked.take();
  if (asked.since === null) return true;
  // What is wrong with a field stands in another element, and may change while the field's own mark stays.
  const ids = ['aria-errormessage', 'aria-describedby'].flatMap((name) => (element.getAttribute(name) || '').split(/\s+/));
  const root = element.getRootNode();
  const about = ids.map((id) => id !== '' && root.getElementById && root.getElementById(id)).filter(Boolean);
  return [element, ...about].some((one) => lastChangeIn(one) > asked.since);
}

// Whether a request that began at or after our last action has ended well, the page drew something after it, and then neither
// drew nor heard anything for a while: then hardly anything of that action is about to be sent any more. An answer that the page
// draws nothing for may be another request's, and so may the first one that comes.
function isAnswered() {
  const { asked } = vault;
  if (asked.since === null) return false;
  asked.take();
  const ours = asked.entries.filter((entry) => entry.startTime >= asked.since && entry.name.startsWith(location.origin + '/')
    && entry.responseStatus >= 200 && entry.responseStatus < 300);
  const [heard, drew] = [Math.max(...ours.map((entry) => entry.responseEnd)), lastChangeIn(document.documentElement)];
  return ours.length > 0 && drew > heard && asked.clock() - drew > SETTLED_MS;
}

// Whether our last action is some time ago, and a request that began at or after it has ended, well or not: nothing is drawn for
// every answer, and what the page says of a bad one it has said by now.
function isHeard() {
  const { asked } = vault;
  // A document that the click led to has no request of ours to wait for: it has said what it has to say soon.
  if (asked.since === null) return asked.clock() > LED_TO_MS;
  if (asked.clock() - asked.since < HEARD_MS) return false;
  return asked.entries.some((entry) => entry.startTime >= asked.since && entry.name.startsWith(location.origin + '/'));
}

// What notices say in answer to our last armed click, whatever the words are: `stood` is what they said as the click was about
// to reach the page, and `said` what was displayed since and was not there then. A click that never reaches the page has no
// answer: the dialog that the click before it opened is none. Numbers are no difference: a count that went on
// is no new notice. What was displayed in any look since is kept, because a notice goes away by itself. Another document is told
// what stood in that of the click (`look.stood`).
const withoutNumbers = (text) => fold(text).replace(/\p{N}+/gu, '0');
function forgetNotices() {
  vault.asked.stood = null;
  vault.asked.said.clear();
}
function standNotices() {
  vault.asked.stood = new Set(Array.from(new Eye().pieces(), withoutNumbers));
}
function hearNotices(eye) {
  const { asked } = vault;
  if (look.stood) asked.stood = new Set(look.stood);
  if (asked.stood === null) return;
  for (const piece of eye.pieces()) if (!asked.stood.has(withoutNumbers(piece))) asked.said.add(piece);
}
const whatWasSaid = () => ((look.aftermath || look.stood) && vault.asked.said.size > 0 ? cut(Array.from(vault.asked.said).join(' '), 300) : null);

// The element in which a list is drawn: the nearest one around all rows. It is remembered while there is only one row or
// none, so that what is drawn around that one counts too.
function listAround(name, elements) {
  const { lists } = vault.asked;
  const known = lists[name];
  if (known && known.isConnected && elements.every((element) => flatContains(known, element))) return known;
  if (elements.length === 0) return document.body;
  let around = flatParent(elements[0]);
  if (elements.length === 1) {
    while (around && !around.matches(LISTS)) around = flatParent(around);
  } else {
    while (around && !elements.every((element) => flatContains(around, element))) around = flatParent(around);
    lists[name] = around;
  }
  return around || document.body;
}
// When something last changed in a list, or was put into the document with the list in it.
function lastChangeIn(list) {
  let last = -Infinity;
  for (const [node, { at, added }] of vault.asked.changed) {
    if (at <= last) continue;
    const element = node.nodeType === 1 ? node : flatParent(node) || document.documentElement;
    if (flatContains(list, element) || (added && node.nodeType === 1 && flatContains(node, list))) last = at;
  }
  return last;
}

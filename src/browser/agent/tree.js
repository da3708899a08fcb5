// The document as a tree in which open shadow roots and slots are what is displayed, and what is near what in it.

const flatParent = (node) => node.assignedSlot || node.parentElement
  || (node.parentNode && node.parentNode.host) || null;
function flatChildren(element) {
  if (element.shadowRoot) return element.shadowRoot.childNodes;
  if (element.localName === 'slot' && element.getRootNode() instanceof ShadowRoot) {
    const assigned = element.assignedNodes();
    if (assigned.length > 0) return assigned;
  }
  return element.childNodes;
}
function flatContains(outer, inner) {
  for (let node = inner; node; node = flatParent(node)) if (node === outer) return true;
  return false;
}
function deepest(x, y) {
  let root = document;
  let hit = null;
  for (;;) {
    let next = root.elementFromPoint(x, y);
    // A text that a host was given and that lies in a slot belongs to what is around the slot.
    if (hit && next === hit) {
      const inside = root;
      next = root.elementsFromPoint(x, y).find((one) => one.getRootNode() === inside);
    }
    if (!next || next === hit) return hit;
    hit = next;
    if (!hit.shadowRoot) return hit;
    root = hit.shadowRoot;
  }
}
function shadowRoots(scope, into) {
  if (scope.shadowRoot) {
    into.push(scope.shadowRoot);
    shadowRoots(scope.shadowRoot, into);
  }
  for (const element of scope.querySelectorAll('*')) {
    if (element.shadowRoot) {
      into.push(element.shadowRoot);
      shadowRoots(element.shadowRoot, into);
    }
  }
  return into;
}
// All open shadow roots of the document. Of a large one they are not collected anew for each of the questions of a moment.
function allRoots() {
  const known = vault.roots;
  if (known && now() - known.at < 4 * known.cost) return known.list;
  const began = now();
  const list = shadowRoots(document, []);
  const cost = now() - began;
  vault.roots = cost > 10 ? { list, at: now(), cost } : null;
  return list;
}
// A selector for links whose address may hold a text: the text's longest plain run, or anything percent-encoded. `i` and
// `k` are left out: they are the only plain letters that are the lower case of others that are not.
function mayHold(text) {
  const runs = text.match(/[a-hjl-z0-9-]{3,}/g) || [];
  const run = runs.sort((a, b) => b.length - a.length)[0];
  return run ? `:is([href*="${run}" i],[href*="%"])` : '[href]';
}
// The beginning of an element's text, displayed or not, without reading all of a large one.
function someText(element, length) {
  const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
  let out = '';
  while (out.length < length && walker.nextNode()) out += walker.currentNode.data + ' ';
  return out.slice(0, length);
}
// What the page says, in a sentence of ours: it cannot end the quotation or the sentence's part.
const quotable = (text) => text.replace(/[`"“”;]/g, '\'');
function describe(element) {
  if (!element || element.nodeType !== 1) return 'nothing';
  const id = element.id ? '#' + element.id : '';
  const text = cut(element.getAttribute('aria-label') || someText(element, 400), 60);
  return cut(quotable(element.localName + id), 60) + (text ? ' “' + quotable(text) + '”' : '');
}
const boxOf = (element) => {
  const box = element.getBoundingClientRect();
  return { x: box.x, y: box.y, width: box.width, height: box.height };
};
const sameBox = (a, b) => Math.abs(a.x - b.x) < 1 && Math.abs(a.y - b.y) < 1
  && Math.abs(a.width - b.width) < 1 && Math.abs(a.height - b.height) < 1;

const inOrder = (list) => list.sort((a, b) => (a.compareDocumentPosition(b) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));

function nested(list, which) {
  const all = new Set(list);
  const inner = new Set();
  const outer = new Set();
  for (const element of list) {
    for (let node = flatParent(element); node; node = flatParent(node)) {
      if (all.has(node)) {
        inner.add(element);
        outer.add(node);
      }
    }
  }
  return list.filter((element) => !(which === 'outermost' ? inner : outer).has(element));
}

function picked(list, pick) {
  if (pick === 'first') return list.slice(0, 1);
  if (pick === 'last') return list.slice(-1);
  if (pick) return nested(list, pick);
  return list;
}

function climb(list, css, outermost) {
  const out = new Set();
  for (const element of list) {
    let best = null;
    for (let node = flatParent(element); node; node = flatParent(node)) {
      if (node.matches(css)) {
        best = node;
        if (!outermost) break;
      }
    }
    if (best) out.add(best);
  }
  return Array.from(out);
}

function scrollPane(element) {
  for (let node = flatParent(element); node; node = flatParent(node)) {
    if (node === document.body || node === document.documentElement) break;
    const style = getComputedStyle(node);
    if ((style.overflowY === 'auto' || style.overflowY === 'scroll') && node.scrollHeight > node.clientHeight + 1) return node;
  }
  return document.scrollingElement || document.documentElement;
}

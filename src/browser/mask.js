// Covers what may hold a secret while a picture is taken, and says afterwards whether all of it stayed where it was.
//
// `cover` puts one opaque box over each such element, above everything, top layer included, and answers where they are.
// `uncover` looks once more, takes the boxes away, and answers what moved meanwhile. Nothing of it outlives the picture.
(function (envelope) {
  'use strict';

  // Secrets by what the page itself says of its fields.
  const OWN = [
    ['input[type=password i]', 'a field for a password'],
    // Shown by its button, such a field is one for text; its name stays.
    ['input[name*="passw" i],input[id*="passw" i]', 'a field for a password'],
    ['[autocomplete~="one-time-code" i]', 'a field for a code'],
    ['[autocomplete$="-password" i],[autocomplete*="-password " i]', 'a field for a password'],
    ['[autocomplete^="cc-" i],[autocomplete*=" cc-" i]', 'a field about a payment card'],
  ];
  const MARK = 'data-' + envelope.secret.slice(0, 12);
  const MOST_MASKS = 200;

  // ---------------------------------------------------------------- the documents that show

  // Every document and open shadow root that can be read, and where it lies: { root, dx, dy, frame }. What is in frames of
  // another origin cannot be read from here, and nothing of ours is ever typed there.
  function scopes() {
    const out = [];
    const visit = (root, at) => {
      out.push({ root, ...at });
      for (const element of root.querySelectorAll('*')) {
        if (element.shadowRoot) visit(element.shadowRoot, at);
        if (element.localName !== 'iframe' && element.localName !== 'frame' && element.localName !== 'object') continue;
        let inner = null;
        try {
          inner = element.contentDocument;
        } catch {
          inner = null;
        }
        if (inner && inner.documentElement) visit(inner, placeOf(element, at));
      }
    };
    visit(document, { dx: 0, dy: 0, frame: null });
    return { list: out };
  }
  // Where the content of a frame lies in the top document.
  function placeOf(frame, at) {
    const box = frame.getBoundingClientRect();
    const style = getComputedStyle(frame);
    const scale = frame.offsetWidth > 0 ? box.width / frame.offsetWidth : 1;
    const inset = (side) => parseFloat(style['border' + side + 'Width']) + parseFloat(style['padding' + side]);
    // What lies in a frame that is drawn smaller or turned is covered with its frame.
    const plain = Math.abs(scale - 1) < 0.001;
    return {
      dx: at.dx + box.left + inset('Left'),
      dy: at.dy + box.top + inset('Top'),
      frame: at.frame || (plain ? null : { element: frame, at }),
    };
  }
  function boxIn(element, at) {
    const box = element.getBoundingClientRect();
    return { left: box.left + at.dx, top: box.top + at.dy, right: box.right + at.dx, bottom: box.bottom + at.dy };
  }

  // ---------------------------------------------------------------- what is covered

  const typed = typedHere();
  function typedHere() {
    const box = { typed: null };
    window.dispatchEvent(new CustomEvent(envelope.secret + '-typed', { detail: box }));
    return box.typed || [];
  }

  // { items, shows }: what is to be covered, each with its box, and why there must be no picture at all.
  function findings() {
    const seen = new Map();
    const read = scopes();
    for (const at of read.list) {
      for (const [selector, why] of [...OWN, ...envelope.masks.map((css) => [css, 'the pack covers it'])]) {
        for (const element of at.root.querySelectorAll(selector)) {
          if (!seen.has(element)) seen.set(element, { element, at, selector, why });
        }
      }
    }
    let shows = null;
    for (const one of typed) {
      if (!one.element.isConnected) continue;
      if (!seen.has(one.element)) {
        const at = { root: document, dx: 0, dy: 0, frame: null };
        seen.set(one.element, { element: one.element, at, selector: 'input', why: 'a secret was typed into it' });
      }
    }
    const items = [];
    for (const one of seen.values()) {
      const box = extent(one);
      if (box) items.push({ ...one, box });
    }
    if (items.length > MOST_MASKS) shows = 'more than ' + MOST_MASKS + ' parts of the page would have to be covered';
    return { items, shows };
  }
  // What an element and everything in it take up in the viewport; null where nothing of it is drawn there.
  function extent({ element, at }) {
    const drawn = (one) => one.getClientRects().length > 0 && one.checkVisibility({ visibilityProperty: true });
    let all = null;
    const add = (one) => {
      if (!drawn(one)) return;
      const box = at.frame ? boxIn(at.frame.element, at.frame.at) : boxIn(one, at);
      if (box.right <= box.left || box.bottom <= box.top) return;
      all = all === null ? box : {
        left: Math.min(all.left, box.left),
        top: Math.min(all.top, box.top),
        right: Math.max(all.right, box.right),
        bottom: Math.max(all.bottom, box.bottom),
      };
    };
    add(element);
    let inner = 0;
    for (const one of element.querySelectorAll('*')) {
      inner += 1;
      if (inner > 2000) break;
      add(one);
    }
    if (all === null) return null;
    const out = all.right <= 0 || all.bottom <= 0 || all.left >= window.innerWidth || all.top >= window.innerHeight;
    return out ? null : all;
  }

  // Only where something was typed is the page searched for it.
  const saidNow = () => (envelope.says ? said(envelope, false) : null);

  // ---------------------------------------------------------------- the boxes

  function frame() {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, 60);
      requestAnimationFrame(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
  function sweep() {
    for (const box of document.querySelectorAll('[' + MARK + ']')) box.remove();
  }
  function put(item, margin) {
    const box = document.createElementNS('http://www.w3.org/1999/xhtml', 'div');
    box.setAttribute(MARK, '');
    box.setAttribute('popover', 'manual');
    box.setAttribute('aria-hidden', 'true');
    const style = {
      all: 'initial',
      position: 'fixed',
      inset: 'auto',
      left: item.box.left - margin + 'px',
      top: item.box.top - margin + 'px',
      width: item.box.right - item.box.left + 2 * margin + 'px',
      height: item.box.bottom - item.box.top + 2 * margin + 'px',
      'max-width': 'none',
      'max-height': 'none',
      'box-sizing': 'border-box',
      margin: '0',
      padding: '0',
      border: '0',
      background: '#000',
      opacity: '1',
      display: 'block',
      visibility: 'visible',
      'z-index': '2147483647',
      'pointer-events': 'none',
      'forced-color-adjust': 'none',
      'color-scheme': 'only light',
      transition: 'none',
      animation: 'none',
      transform: 'none',
    };
    for (const [name, value] of Object.entries(style)) box.style.setProperty(name, value, 'important');
    document.documentElement.append(box);
    if (typeof box.showPopover === 'function') box.showPopover();
    // A page that is drawn larger draws the box larger too.
    const drawn = box.getBoundingClientRect().width / (item.box.right - item.box.left + 2 * margin);
    if (Number.isFinite(drawn) && drawn > 0 && Math.abs(drawn - 1) > 0.001) {
      for (const side of ['left', 'top', 'width', 'height']) {
        box.style.setProperty(side, parseFloat(style[side]) / drawn + 'px', 'important');
      }
    }
    return box;
  }
  const contains = (outer, inner) => outer.left <= inner.left + 0.5 && outer.top <= inner.top + 0.5
    && outer.right >= inner.right - 0.5 && outer.bottom >= inner.bottom - 0.5;
  const view = () => [window.innerWidth, window.innerHeight, window.scrollX, window.scrollY];

  function state() {
    const box = { state: null };
    window.dispatchEvent(new CustomEvent(envelope.secret + '-cover', { detail: box }));
    return box.state;
  }
  function keep(fresh) {
    const held = state();
    if (held) {
      Object.assign(held, fresh);
      return;
    }
    window.addEventListener(envelope.secret + '-cover', (event) => {
      event.stopImmediatePropagation();
      event.detail.state = fresh;
    }, true);
  }

  // The picture is taken between these two.
  async function cover() {
    sweep();
    const none = { view: view(), boxes: [], refused: null, said: saidNow() };
    const found = findings();
    if (found.shows) return { ...none, refused: found.shows };
    const margin = 4 / Math.min(1, window.devicePixelRatio || 1);
    const boxes = found.items.map((item) => put(item, margin));
    const wrong = found.items.find((item, at) => !contains(boxes[at].getBoundingClientRect(), item.box));
    if (wrong) {
      sweep();
      return { ...none, refused: 'the page keeps a cover from lying over ' + wrong.selector };
    }
    if (boxes.length > 0) {
      await frame();
      await frame();
    }
    keep({ view: view(), items: found.items.map(({ element, box }) => ({ element, box })), margin });
    return {
      view: view(),
      boxes: found.items.map(({ box, selector, why }) => ({
        x: box.left, y: box.top, width: box.right - box.left, height: box.bottom - box.top, selector, why,
      })),
      refused: null,
      said: none.said,
    };
  }
  function uncover() {
    const before = state();
    const none = { moved: null, refused: null, said: null };
    if (!before || !before.items) {
      sweep();
      return { ...none, moved: 'the document is another one' };
    }
    const found = findings();
    const left = document.querySelectorAll('[' + MARK + ']').length;
    const expected = before.items;
    keep({ items: null });
    sweep();
    none.said = saidNow();
    if (found.shows) return { ...none, refused: found.shows };
    if (left !== expected.length) return { ...none, moved: 'a cover was taken away' };
    if (view().some((one, at) => Math.abs(one - before.view[at]) > 0.5)) return { ...none, moved: 'the page was scrolled' };
    for (const item of found.items) {
      const earlier = expected.find((one) => one.element === item.element);
      if (!earlier) return { ...none, moved: item.why + ' appeared' };
      const grown = {
        left: earlier.box.left - 1, top: earlier.box.top - 1, right: earlier.box.right + 1, bottom: earlier.box.bottom + 1,
      };
      if (!contains(grown, item.box)) return { ...none, moved: item.why + ' moved' };
    }
    return none;
  }

  return envelope.cover ? cover() : uncover();
})

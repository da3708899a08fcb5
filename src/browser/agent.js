// The page agent: one function, sent with every call, that answers one request about the document it runs in.
//
// It keeps to the subset of ARIA and HTML that the flow packs speak. It never writes markup, evaluates no text, and leaves
// one thing behind: listeners on `window` under an event name that only the caller knows.
//
// What "displayed" means here: rendered (display, visibility, content-visibility, closed <dialog> and <details>), not fully
// transparent, larger than one pixel, and reachable by scrolling. Text for screen readers only (clipped to a pixel, or
// pushed out of the page) is not displayed. `inert` and `aria-hidden` hide nothing from the eye: an inert element is
// displayed and not enabled; `aria-hidden` only takes content out of accessible names.
(function (envelope) {
  'use strict';

  const look = envelope.look;
  const now = performance.now.bind(performance);
  const started = now();

  // One evaluation may take this long before it is given up as too large a page.
  const EVALUATION_MS = 6000;
  // Style and media changes and closed shadow roots cause no mutation, so the page is also looked at this often.
  const POLL_MS = 100;
  // How long a click that was sent may take to arrive before it counts as unseen.
  const ARRIVAL_MS = 600;
  // How long everything stays blocked in a document in which an armed click was blocked or not seen.
  const QUARANTINE_MS = 30000;
  // Another account's sign must last this long: pictures and names of the shell appear one after the other.
  const IDENTITY_MS = 400;
  // How long a stop sign on a page that is still loading may wait for its words.
  const DRAWN_MS = 1500;
  const TEXT_CAP = 20000;
  const POINTER_EVENTS = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'auxclick', 'dblclick',
    'contextmenu', 'touchstart', 'touchend'];
  // What is typed after a click that was stopped must not reach whatever has the focus instead.
  const KEY_EVENTS = ['keydown', 'keypress', 'keyup', 'beforeinput'];

  class NoWords extends Error {}
  class Unbound extends Error {}
  class TooLarge extends Error {}

  // ---------------------------------------------------------------- text

  // Printable ASCII with single spaces: most texts, and nothing to do for them.
  const PLAIN = /^(?:[!-~]+(?: [!-~]+)*)?$/;
  const squeeze = (text) => (PLAIN.test(text) ? String(text) : squeezeAll(text));
  const squeezeAll = (text) => String(text).replace(/[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
    .normalize('NFC').replace(/\s+/g, ' ').trim();
  const fold = (text) => (PLAIN.test(text) && !text.includes('`') ? text.toLowerCase() : foldAll(text));
  const foldAll = (text) => squeeze(text).replace(/[\u2018\u2019\u02bc\u0060\u00b4]/g, "'").toLowerCase().normalize('NFC');
  const cut = (text, length) => {
    const points = Array.from(squeeze(text));
    return points.length > length ? points.slice(0, length - 1).join('') + '…' : points.join('');
  };

  // The parts of an address's path, decoded the way slugs are compared; null where it cannot be decoded.
  const PLAIN_PATH = /^(?:https?:\/\/[a-z0-9.:-]+)?((?:\/[a-z0-9_~-][a-z0-9_~.-]*)+\/?)$/i;
  function pathParts(address) {
    const plain = PLAIN_PATH.exec(address);
    if (plain) return plain[1].toLowerCase().split('/').filter((part) => part !== '');
    let url;
    try {
      url = new URL(address, document.baseURI);
    } catch {
      return null;
    }
    if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
    try {
      return url.pathname.split('/').filter((part) => part !== '').map(decodePart);
    } catch {
      return null;
    }
  }
  const decodePart = (part) => normalPart(decodeURIComponent(part));
  const normalPart = (part) => part.normalize('NFC').toLowerCase().normalize('NFC');

  const PLAIN_PROFILE = /^(?:https?:\/\/[a-z0-9.:-]+)?\/in\/([a-z0-9-]+)\/?$/i;
  function slugOf(address) {
    const plain = address ? PLAIN_PROFILE.exec(address) : null;
    if (plain) return plain[1].toLowerCase();
    const parts = address ? pathParts(address) : null;
    return parts && parts.length > 1 && parts[0] === 'in' ? parts[1] : null;
  }

  function distance(a, b) {
    const left = Array.from(a).slice(0, 60);
    const right = Array.from(b).slice(0, 60);
    let row = right.map((_, at) => at + 1);
    row.unshift(0);
    for (let i = 0; i < left.length; i += 1) {
      const next = [i + 1];
      for (let j = 0; j < right.length; j += 1) {
        next.push(Math.min(next[j] + 1, row[j + 1] + 1, row[j] + (left[i] === right[j] ? 0 : 1)));
      }
      row = next;
    }
    return row[right.length];
  }

  // ---------------------------------------------------------------- tree

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
  function describe(element) {
    if (!element || element.nodeType !== 1) return 'nothing';
    const id = element.id ? '#' + element.id : '';
    const text = cut(element.getAttribute('aria-label') || someText(element, 400), 60);
    return cut(element.localName + id, 60) + (text ? ' “' + text + '”' : '');
  }
  const boxOf = (element) => {
    const box = element.getBoundingClientRect();
    return { x: box.x, y: box.y, width: box.width, height: box.height };
  };
  const sameBox = (a, b) => Math.abs(a.x - b.x) < 1 && Math.abs(a.y - b.y) < 1
    && Math.abs(a.width - b.width) < 1 && Math.abs(a.height - b.height) < 1;

  // ---------------------------------------------------------------- roles and names

  const ROLE_CSS = {
    button: 'button,summary,input:is([type=button i],[type=submit i],[type=reset i],[type=image i],[type=checkbox i]),[role]',
    link: 'a[href],area[href],[role]',
    menuitem: '[role]',
    dialog: 'dialog,[role]',
    textbox: 'input,textarea,[role]',
    radio: 'input[type=radio i],[role]',
    checkbox: 'input[type=checkbox i],[role]',
    heading: 'h1,h2,h3,h4,h5,h6,[role]',
    listitem: 'li,[role]',
    img: 'img,[role]',
  };
  const INTERACTIVE = 'a[href],button,input,textarea,summary,[role]';
  const KNOWN_ROLES = new Set(['alert', 'alertdialog', 'application', 'article', 'banner', 'blockquote', 'button', 'caption',
    'cell', 'checkbox', 'code', 'columnheader', 'combobox', 'complementary', 'contentinfo', 'definition', 'deletion',
    'dialog', 'directory', 'document', 'emphasis', 'feed', 'figure', 'form', 'generic', 'grid', 'gridcell', 'group',
    'heading', 'img', 'image', 'insertion', 'link', 'list', 'listbox', 'listitem', 'log', 'main', 'marquee', 'math', 'menu',
    'menubar', 'menuitem', 'menuitemcheckbox', 'menuitemradio', 'meter', 'navigation', 'none', 'note', 'option', 'paragraph',
    'presentation', 'progressbar', 'radio', 'radiogroup', 'region', 'row', 'rowgroup', 'rowheader', 'scrollbar', 'search',
    'searchbox', 'separator', 'slider', 'spinbutton', 'status', 'strong', 'subscript', 'superscript', 'switch', 'tab',
    'table', 'tablist', 'tabpanel', 'term', 'textbox', 'time', 'timer', 'toolbar', 'tooltip', 'tree', 'treegrid',
    'treeitem']);
  // The role that a pack writes, and further computed roles that it stands for.
  const ALSO = { dialog: ['alertdialog'], textbox: ['searchbox'], img: ['image'] };
  const FROM_CONTENT = new Set(['button', 'link', 'menuitem', 'menuitemcheckbox', 'menuitemradio', 'radio', 'checkbox',
    'heading', 'switch', 'tab', 'option', 'cell', 'gridcell', 'columnheader', 'rowheader', 'row', 'tooltip', 'treeitem']);

  function roleOf(element) {
    const authored = element.getAttribute('role');
    if (authored) {
      for (const token of authored.trim().toLowerCase().split(/\s+/)) {
        if (KNOWN_ROLES.has(token)) return token === 'presentation' ? 'none' : token;
      }
    }
    switch (element.localName) {
      case 'a':
      case 'area':
        return element.hasAttribute('href') ? 'link' : 'generic';
      case 'button':
      case 'summary':
        return 'button';
      case 'dialog':
        return 'dialog';
      case 'h1':
      case 'h2':
      case 'h3':
      case 'h4':
      case 'h5':
      case 'h6':
        return 'heading';
      case 'img':
        return element.getAttribute('alt') === '' ? 'none' : 'img';
      case 'li':
        return element.closest('ul,ol,menu,[role=list]') ? 'listitem' : 'generic';
      case 'textarea':
        return 'textbox';
      case 'input':
        return inputRole(element);
      default:
        return '';
    }
  }
  function inputRole(element) {
    switch (element.type) {
      case 'button':
      case 'submit':
      case 'reset':
      case 'image':
        return 'button';
      case 'checkbox':
        return element.hasAttribute('aria-pressed') ? 'button' : 'checkbox';
      case 'radio':
        return 'radio';
      case 'search':
        return element.hasAttribute('list') ? 'combobox' : 'searchbox';
      case 'text':
      case 'email':
      case 'tel':
      case 'url':
        return element.hasAttribute('list') ? 'combobox' : 'textbox';
      default:
        // Password fields are told by css: drivers do not agree on their role.
        return '';
    }
  }
  const roleFits = (role, wanted) => role === wanted || (ALSO[wanted] || []).includes(role);

  const unhidden = (element) => element.getAttribute('aria-hidden') !== 'true'
    && element.checkVisibility({ visibilityProperty: true, checkVisibilityCSS: true });

  // The accessible name: aria-labelledby, aria-label, what the element brings along, its content, its title.
  function nameOf(element) {
    const label = element.getAttribute('aria-label');
    if (label && label.trim() && !element.hasAttribute('aria-labelledby')) return squeeze(label);
    return squeeze(nameParts(element, { referenced: false, content: false, seen: new Set() }));
  }
  function nameParts(element, how) {
    if (how.seen.has(element)) return '';
    how.seen.add(element);
    const labelled = how.referenced ? null : element.getAttribute('aria-labelledby');
    if (labelled) {
      const root = element.getRootNode();
      const parts = labelled.trim().split(/\s+/).map((id) => root.getElementById && root.getElementById(id))
        .filter(Boolean).map((other) => nameParts(other, { referenced: true, content: true, seen: new Set() }));
      if (parts.some((part) => part.trim())) return parts.join(' ');
    }
    const label = element.getAttribute('aria-label');
    if (label && label.trim()) return label;
    const own = ownName(element, how);
    if (own.trim()) return own;
    const role = roleOf(element);
    if (how.content || FROM_CONTENT.has(role)) {
      const content = contentName(element, how);
      if (content.trim()) return content;
    }
    const title = element.getAttribute('title') || '';
    if (title.trim()) return title;
    return element.getAttribute('placeholder') || element.getAttribute('aria-placeholder') || '';
  }
  function ownName(element, how) {
    const name = element.localName;
    if (name === 'img' || name === 'area') return element.getAttribute('alt') || '';
    if (name === 'svg') {
      const title = element.querySelector(':scope > title');
      return title ? title.textContent : '';
    }
    if (name !== 'input' && name !== 'textarea' && name !== 'select' && name !== 'button') return '';
    const type = name === 'input' ? element.type : '';
    if (element.labels && element.labels.length > 0 && !how.content) {
      const labels = Array.from(element.labels)
        .map((other) => nameParts(other, { referenced: true, content: true, seen: new Set([element]) }));
      if (labels.some((part) => part.trim())) return labels.join(' ');
    }
    if (type === 'button' || type === 'submit' || type === 'reset') {
      return element.value || { submit: 'Submit', reset: 'Reset' }[type] || '';
    }
    if (type === 'image') return element.getAttribute('alt') || element.getAttribute('value') || '';
    return '';
  }
  function contentName(element, how) {
    let out = generated(element, '::before');
    for (const node of flatChildren(element)) {
      if (out.length > 4000) break;
      if (node.nodeType === 3) out += node.data;
      else if (node.nodeType === 1) out += childName(node, how);
    }
    return out + generated(element, '::after');
  }
  function childName(element, how) {
    const name = element.localName;
    if (name === 'br') return ' ';
    if (name === 'script' || name === 'style' || name === 'template' || name === 'noscript') return '';
    const display = getComputedStyle(element).display;
    // An element without a box of its own is judged by its children.
    if (display === 'contents' ? element.getAttribute('aria-hidden') === 'true' : !unhidden(element)) return '';
    const part = nameParts(element, { ...how, content: true });
    return display.startsWith('inline') && display === 'inline' || display === 'contents' ? part : ' ' + part + ' ';
  }
  function generated(element, which) {
    const style = getComputedStyle(element, which);
    const match = /^"((?:[^"\\]|\\.)*)"/.exec(style.content);
    if (!match) return '';
    const text = match[1].replace(/\\(.)/g, '$1');
    return style.display === 'inline' ? text : ' ' + text + ' ';
  }

  // ---------------------------------------------------------------- one evaluation of the document as it is now

  class Eye {
    constructor() {
      this.until = now() + EVALUATION_MS;
      this.work = 0;
      this.shownCache = new Map();
      this.clipCache = new Map();
      this.found = new Map();
      this.busy = new Set();
      this.roots = null;
      this.shell = null;
      this.generation = null;
      this.fits = [];
      this.witnessed = new Map();
    }

    tick() {
      this.work += 1;
      if (this.work % 64 === 0 && now() > this.until) throw new TooLarge('the page is too large to be searched in time');
    }

    // ------------------------------------------------------------ displayed

    shown(element) {
      const known = this.shownCache.get(element);
      if (known !== undefined) return known;
      this.tick();
      this.shownCache.set(element, false);
      const answer = this.computeShown(element);
      this.shownCache.set(element, answer);
      return answer;
    }
    computeShown(element) {
      if (!element.isConnected) return false;
      if (element.localName === 'dialog' && !element.hasAttribute('open')) return false;
      const style = getComputedStyle(element);
      if (style.display === 'contents') {
        return this.clip(element).shown && this.anyChildShown(element);
      }
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true, checkOpacity: true,
        checkVisibilityCSS: true })) return false;
      const clip = this.clip(element);
      if (!clip.shown) return false;
      const boxes = Array.from(element.getClientRects()).filter((box) => box.width > 1 && box.height > 1);
      if (boxes.length === 0) return style.overflowX === 'visible' && this.anyChildShown(element);
      return boxes.some((box) => reachable(box, clip.pane));
    }
    anyChildShown(element) {
      for (const node of flatChildren(element)) {
        if (node.nodeType === 1 && this.shown(node)) return true;
        if (node.nodeType === 3 && node.data.trim() !== '') {
          const range = document.createRange();
          range.selectNodeContents(node);
          const box = range.getBoundingClientRect();
          if (box.width > 1 && box.height > 1) return true;
        }
      }
      return false;
    }
    // What an element's ancestors do to it: whether they hide it, and the nearest one that clips it.
    clip(element) {
      const position = element.nodeType === 1 ? getComputedStyle(element).position : 'static';
      const parent = flatParent(element);
      if (!parent) return { shown: true, pane: null, placed: null };
      const around = this.around(parent);
      if (position === 'fixed') return { ...around, pane: null };
      if (position === 'absolute') return { ...around, pane: around.placed };
      return around;
    }
    // The same for the children of `parent`; `placed` is the clipping pane of its absolutely positioned children.
    around(parent) {
      const known = this.clipCache.get(parent);
      if (known) return known;
      this.tick();
      const outer = this.clip(parent);
      const style = getComputedStyle(parent);
      let { shown, pane } = outer;
      let placed = style.position === 'static' ? this.placedAbove(parent) : outer.pane;
      if (parent.localName === 'dialog' && !parent.hasAttribute('open')) shown = false;
      const clips = style.display !== 'contents' && style.display !== 'inline' && parent !== document.documentElement
        && parent !== document.body && (style.overflowX !== 'visible' || style.overflowY !== 'visible');
      if (clips) {
        const empty = parent.clientWidth <= 1 || parent.clientHeight <= 1;
        const out = outer.pane !== undefined && !reachable(parent.getBoundingClientRect(), outer.pane);
        pane = { element: parent, style, dead: empty || out, outer: outer.pane };
        if (style.position !== 'static') placed = pane;
      }
      const answer = { shown, pane, placed };
      this.clipCache.set(parent, answer);
      return answer;
    }
    placedAbove(element) {
      const parent = flatParent(element);
      return parent ? this.around(parent).placed : null;
    }

    // ------------------------------------------------------------ visible text

    text(element) {
      const out = [];
      let length = 0;
      const visit = (node) => {
        if (length > TEXT_CAP) return;
        if (node.nodeType === 3) {
          out.push(node.data);
          length += node.data.length;
          return;
        }
        if (node.nodeType !== 1) return;
        const name = node.localName;
        if (name === 'br') {
          out.push(' ');
          return;
        }
        if (name === 'script' || name === 'style' || name === 'template' || name === 'noscript') return;
        if (!this.shown(node)) return;
        const display = getComputedStyle(node).display;
        const apart = display !== 'inline' && display !== 'contents';
        if (apart) out.push(' ');
        for (const child of flatChildren(node)) visit(child);
        if (apart) out.push(' ');
      };
      visit(element);
      return squeeze(out.join(''));
    }

    // ------------------------------------------------------------ values and words

    bind(template) {
      return template.replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (_, path) => this.value(path));
    }
    value(path) {
      if (Object.hasOwn(look.values, path)) return look.values[path];
      const dot = path.indexOf('.');
      if (dot > 0) {
        const name = path.slice(0, dot);
        const key = path.slice(dot + 1);
        const result = this.resolve(name);
        if (!result.refusal && look.targets[name] && look.targets[name].read[key]) {
          const value = this.read(result.elements[0], look.targets[name].read[key]);
          if (value !== null && value !== '') return value;
        }
      }
      throw new Unbound('nothing is known for {{' + path + '}}');
    }
    words(key) {
      const full = (document.documentElement.getAttribute('lang') || '').trim().toLowerCase().replace(/_/g, '-');
      const primary = full.split('-')[0];
      for (const wanted of [full, primary]) {
        for (const [language, words] of Object.entries(look.words)) {
          if (language.toLowerCase() === wanted && words[key] && words[key].length > 0) return words[key];
        }
      }
      throw new NoWords('no words for `' + key + '` in the page’s language `' + cut(full, 20) + '`');
    }
    // Every text that a match stands for, folded. Words with a hole that cannot be filled stand for nothing.
    wanted(match) {
      if (match.is !== null && match.is !== undefined) return [fold(this.bind(match.is))];
      if (!match.word) return [];
      const out = [];
      let missing = null;
      for (const word of this.words(match.word)) {
        try {
          out.push(fold(word.replace(/\{(\w+)\}/g, (_, hole) => {
            if (!Object.hasOwn(match.holes, hole)) throw new Unbound('nothing fills the hole {' + hole + '}');
            return this.bind(match.holes[hole]);
          })));
        } catch (error) {
          if (!(error instanceof Unbound)) throw error;
          missing = error;
        }
      }
      if (out.length === 0 && missing) throw missing;
      return out;
    }

    // ------------------------------------------------------------ finding

    query(scope, css) {
      const out = [];
      if (scope === document) this.roots = this.roots || allRoots();
      const roots = scope === document ? this.roots : shadowRoots(scope, []);
      for (const root of [scope, ...roots]) {
        for (const element of root.querySelectorAll(css)) out.push(element);
      }
      return out;
    }
    hrefParts(href) {
      return href.split('/').filter((part) => part !== '')
        .map((part) => normalPart(part.includes('{{') ? this.bind(part) : decodeURIComponent(part)));
    }
    // The links of one person, and outwards from them: a long list has many rows and few links to one person.
    linksOf(person, of, scope) {
      return this.query(scope, `:is(${of})${mayHold(person)}`)
        .filter((link) => slugOf(link.getAttribute('href')) === person);
    }
    outwards(links, fits, scope) {
      const out = new Set();
      for (const link of links) {
        for (let node = link; node && node !== scope; node = flatParent(node)) if (fits(node)) out.add(node);
      }
      return inOrder(Array.from(out));
    }
    candidates(alternative, scope) {
      if (alternative.slug && !alternative.slug.if_any && alternative.css && !alternative.up_to) {
        const links = this.linksOf(normalPart(this.bind(alternative.slug.is)), alternative.slug.of, scope);
        return this.outwards(links, (node) => node.matches(alternative.css), scope);
      }
      if (alternative.css) return this.query(scope, alternative.css);
      if (alternative.xpath) {
        const result = document.evaluate(alternative.xpath, scope, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE, null);
        const out = [];
        for (let at = 0; at < result.snapshotLength; at += 1) {
          if (result.snapshotItem(at).nodeType === 1) out.push(result.snapshotItem(at));
        }
        return out;
      }
      if (alternative.href) {
        const links = alternative.role && alternative.role !== 'link' ? '*' : ':is(a,area,[role])';
        return this.query(scope, links + mayHold(this.hrefParts(alternative.href).join(' ')));
      }
      if (alternative.role) return this.query(scope, ROLE_CSS[alternative.role] || '[role]');
      if (alternative.name) return this.query(scope, INTERACTIVE + ',img,h1,h2,h3,h4,h5,h6,[aria-label],[aria-labelledby]');
      if (alternative.text) return this.byText(scope, this.wanted(alternative.text));
      if (alternative.slug) return this.query(scope, alternative.slug.of);
      return [];
    }
    // Elements that may have one of these texts: those around a text node that holds its first word.
    byText(scope, wanted) {
      const starts = wanted.map((text) => text.split(' ')[0]).filter((text) => text !== '');
      if (starts.length === 0) return [];
      const out = new Set();
      for (const root of [scope, ...shadowRoots(scope, [])]) {
        const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          this.tick();
          const text = fold(walker.currentNode.data);
          if (!starts.some((start) => text.includes(start))) continue;
          let node = flatParent(walker.currentNode);
          for (let level = 0; node && level < 6 && node !== scope; level += 1, node = flatParent(node)) out.add(node);
        }
      }
      return inOrder(Array.from(out));
    }
    match(alternative, scope) {
      if (alternative.at && !this.isAt(alternative.at)) return [];
      if (alternative.not_at && this.isAt(alternative.not_at)) return [];
      let list = this.candidates(alternative, scope);
      if (alternative.role) list = list.filter((element) => roleFits(roleOf(element), alternative.role));
      if (alternative.href) {
        const parts = this.hrefParts(alternative.href);
        list = list.filter((element) => {
          const link = element.getAttribute('href');
          const own = link === null ? null : pathParts(link);
          return own !== null && own.length === parts.length && own.every((part, at) => part === parts[at]);
        });
      }
      if (alternative.name) list = this.filterText(list, alternative.name, (element) => nameOf(element), false);
      if (alternative.text) {
        list = this.filterText(list, alternative.text, (element) => this.text(element), true);
        if (!alternative.css && !alternative.role && !alternative.xpath) list = nested(list, 'innermost');
      }
      if (alternative.up_to) list = climb(list, alternative.up_to, alternative.pick === 'outermost');
      if (alternative.slug) {
        const { of } = alternative.slug;
        const wanted = normalPart(this.bind(alternative.slug.is));
        list = list.filter((element) => {
          const people = this.peopleOf(element, of);
          return people.size === 0 ? Boolean(alternative.slug.if_any) : people.size === 1 && people.has(wanted);
        });
      }
      return list;
    }
    // Everybody whom the profile links of an element name.
    peopleOf(element, css) {
      const links = this.query(element, css);
      if (element.matches(css)) links.push(element);
      return new Set(links.map((link) => slugOf(link.getAttribute('href'))).filter((slug) => slug !== null));
    }
    // Whether the document's own address, as it is now, is that path or lies below it.
    isAt(path) {
      const own = pathParts(location.href);
      return own !== null && this.hrefParts(path).every((part, at) => own[at] === part);
    }
    filterText(list, match, textOf, visible) {
      const wanted = this.wanted(match);
      if (wanted.length === 0) return [];
      const shortest = Math.min(...wanted.map((text) => text.length));
      return list.filter((element) => {
        this.tick();
        // Visible text is part of the whole text, so that too short a text cannot fit.
        if (visible && !element.shadowRoot && element.localName !== 'slot' && element.childElementCount === 0
          && element.textContent.length < shortest) return false;
        const text = fold(textOf(element));
        return wanted.some((one) => (match.starts ? text.startsWith(one) : text === one));
      });
    }

    // ------------------------------------------------------------ targets

    // { elements, winner, refusal, sure }: `sure` says that finding nothing really means that nothing is there.
    resolve(name) {
      const known = this.found.get(name);
      if (known) return known;
      if (this.busy.has(name)) return nothing(name, 'not_found', 'it is defined by itself', false);
      this.busy.add(name);
      try {
        const result = this.search(name, look.targets[name]);
        this.found.set(name, result);
        return result;
      } finally {
        this.busy.delete(name);
      }
    }
    search(name, target) {
      if (!target) return nothing(name, 'not_found', 'the request does not define it', false);
      let scope = document;
      if (target.inside) {
        const outer = this.resolve(target.inside);
        if (outer.refusal) {
          // Only where nothing of the outer one is there, nothing of this one is.
          return { ...outer, elements: [], all: [], winner: null, sure: outer.sure && outer.elements.length === 0 };
        }
        if (outer.elements.length !== 1) {
          return nothing(target.inside, 'ambiguous', outer.elements.length + ' elements fit', false);
        }
        scope = outer.elements[0];
      }
      const mine = target.find.filter((one) => !one.gen || one.gen === this.generation);
      if (mine.length === 0) {
        return nothing(name, 'not_found', 'it has no alternative for the generation ' + this.generation, false);
      }
      const tries = [];
      for (const alternative of mine) {
        tries.push(this.attempt(alternative, scope, target.agree));
        if (!target.agree && tries[tries.length - 1].seen.length > 0) break;
      }
      return this.choose(name, target, tries);
    }
    // What one alternative finds.
    attempt(alternative, scope, agree) {
      try {
        const all = this.match(alternative, scope);
        const seen = alternative.hidden ? all : all.filter((element) => this.shown(element));
        return { seen: picked(seen, alternative.pick), all: picked(all, alternative.pick), problem: null, words: false };
      } catch (error) {
        if (error instanceof TooLarge) throw error;
        const words = error instanceof NoWords;
        return { seen: [], all: [], problem: cut(error.message, 200), words: words && agree ? 'stop' : words };
      }
    }
    choose(name, target, tries) {
      const problems = tries.filter((one) => one.problem).map((one) => one.problem);
      const stopped = tries.find((one) => one.words === 'stop');
      if (stopped) return nothing(name, 'no_words', stopped.problem, false);
      const winner = tries.findIndex((one) => one.seen.length > 0);
      if (winner < 0) {
        const hidden = tries.find((one) => one.all.length > 0);
        const sure = problems.length === 0;
        if (hidden) {
          return { ...nothing(name, 'hidden', describe(hidden.all[0]) + ' is not displayed', sure), all: hidden.all };
        }
        const kind = tries.some((one) => one.words) ? 'no_words' : 'not_found';
        return nothing(name, kind, problems.length > 0 ? problems.join('; ') : 'is not there: nothing on the page fits', sure);
      }
      const elements = tries[winner].seen;
      const result = { elements, all: tries[winner].all, winner, refusal: null, sure: true };
      if (target.count === 'one' && elements.length > 1) {
        const some = elements.slice(0, 3).map(describe).join(', ');
        result.refusal = { kind: 'ambiguous', target: name, why: elements.length + ' elements fit: ' + some };
      } else if (target.agree) {
        const other = tries.findIndex((one) => one.seen.length !== elements.length
          || one.seen.some((element) => !elements.includes(element)));
        if (other >= 0) {
          const seen = tries[other].seen;
          const what = tries[other].problem || (seen.length === 0 ? 'nothing' : describe(seen[0]));
          result.refusal = { kind: 'disagree', target: name,
            why: 'alternative ' + (winner + 1) + ' finds ' + describe(elements[0]) + ', alternative ' + (other + 1)
              + ' finds ' + what };
        }
      }
      return result;
    }

    // ------------------------------------------------------------ reading

    readAll(name) {
      const result = this.resolve(name);
      const out = {};
      if (result.elements.length === 0 || result.refusal) return out;
      for (const [key, how] of Object.entries(look.targets[name].read)) {
        const value = this.read(result.elements[0], how);
        if (value !== null) out[key] = value;
      }
      return out;
    }
    read(element, how) {
      if (how.address) return slugOf(location.href);
      let from = element;
      if (how.css) {
        const all = this.query(element, how.css);
        from = all.find((one) => this.shown(one));
        if (!from) return null;
      }
      if (how.starts_word) return this.readAfterWord(from, how.starts_word);
      if (how.slug) {
        if (how.attr) return slugOf(from.getAttribute(how.attr));
        const link = from.closest('a[href]') || this.query(from, 'a[href]').find((one) => slugOf(one.getAttribute('href')));
        return link ? slugOf(link.getAttribute('href')) : null;
      }
      const text = how.attr ? from.getAttribute(how.attr) : this.text(from);
      if (text === null) return null;
      return how.number ? firstNumber(text) : squeeze(text);
    }
    readAfterWord(element, key) {
      let words;
      try {
        words = this.words(key);
      } catch (error) {
        if (error instanceof NoWords) return null;
        throw error;
      }
      const rest = (one) => {
        const text = this.text(one);
        for (const word of words) {
          const after = textAfter(text, word);
          if (after) return after;
        }
        return null;
      };
      let best = null;
      for (const one of this.query(element, '*')) {
        this.tick();
        if (best ? flatContains(best.element, one) : this.shown(one)) {
          const value = rest(one);
          if (value) best = { element: one, value };
        } else if (best) {
          break;
        }
      }
      return best ? best.value : rest(element);
    }

    // ------------------------------------------------------------ conditions

    holds(condition) {
      if (condition.css !== undefined) return this.query(document, condition.css).length > 0 && condition.css;
      if (condition.shown !== undefined) {
        const one = this.query(document, condition.shown).find((element) => this.shown(element));
        return one && describe(one);
      }
      if (condition.absent !== undefined) return this.query(document, condition.absent).length === 0 && 'no ' + condition.absent;
      if (condition.path !== undefined) {
        const whole = (path) => (path.endsWith('/') ? path : path + '/');
        return condition.path.some((path) => whole(location.pathname).startsWith(whole(path))) && location.pathname;
      }
      if (condition.status !== undefined) {
        const status = httpStatus();
        return status !== null && condition.status.includes(status) && 'HTTP status ' + status;
      }
      if (condition.word !== undefined) return this.saysWord(condition.word);
      return false;
    }
    // Words of a sign are looked for in all languages at once: a notice need not be in the page's own.
    //
    // They count in what speaks for the site itself: an alert, a dialog, and a heading where the page has no shell. Within
    // the shell a heading may be anybody's name or a quoted sentence, and so may whatever links to a person or is an entry
    // of a list.
    saysWord(key) {
      const words = Object.values(look.words).flatMap((all) => all[key] || []).map(fold).filter((word) => word !== '');
      if (words.length === 0) return false;
      for (const element of this.query(document, this.hasShell() ? NOTICES : NOTICES + ',' + HEADINGS)) {
        const text = fold(someText(element, TEXT_CAP));
        if (words.some((word) => text.includes(word)) && this.shown(element) && !isAboutSomebody(element)) {
          const seen = fold(this.text(element));
          if (words.some((word) => seen.startsWith(word)) && !this.isTheName(seen, words)) return describe(element);
        }
      }
      return false;
    }
    // Whether the page has the frame of a signed-in page: whose account it shows.
    hasShell() {
      if (this.shell === null) {
        this.shell = Boolean(look.identity) && this.inItsGeneration(() => this.resolve(look.identity.target).elements.length > 0);
      }
      return this.shell;
    }
    // Signs come before the generation is told; what was resolved before that is forgotten, since it depends on it.
    inItsGeneration(ask) {
      if (this.generation !== null || this.fits.length > 0 || look.generations.length === 0) return ask();
      const fits = this.fitting((condition) => condition.word === undefined && this.holds(condition));
      if (fits.length !== 1) return false;
      this.generation = fits[0].name;
      const answer = ask();
      this.generation = null;
      this.found.clear();
      return answer;
    }
    // Whether a notice only begins with the name of the person in hand, who is called like a sign.
    isTheName(text, words) {
      const name = fold(look.values.name || '');
      return this.hasShell() && text.startsWith(name) && words.some((word) => name.startsWith(word));
    }
    stop() {
      for (const sign of look.stop_on) {
        for (const list of sign.any) {
          const seen = list.map((condition) => this.holds(condition));
          if (list.length > 0 && seen.every(Boolean)) return { sign: sign.name, why: cut(seen.join(', '), 200) };
        }
      }
      return null;
    }
    // A generation that is told by its address goes before all that are not: where one fits, those are not asked.
    fitting(holds) {
      const byPath = (one) => one.when.some((condition) => condition.path !== undefined);
      const fits = (wanted) => look.generations.filter((one) => byPath(one) === wanted && one.when.every(holds));
      const first = fits(true);
      return first.length > 0 ? first : fits(false);
    }
    detectGeneration() {
      this.fits = this.fitting((condition) => this.holds(condition)).map((one) => one.name);
      this.generation = this.fits.length === 1 ? this.fits[0] : null;
      if (this.generation !== null || look.generations.length === 0) return null;
      const why = this.fits.length === 0 ? 'no generation fits the document' : this.fits.join(' and ') + ' fit the document';
      return { kind: 'no_generation', target: '', why };
    }
    // { values, differs }: values are null where the shell is not there.
    identity() {
      if (!look.identity) return { values: null, differs: null };
      const result = this.resolve(look.identity.target);
      if (result.refusal || result.elements.length === 0) return { values: null, differs: null };
      const values = this.readAll(look.identity.target);
      for (const [key, expected] of Object.entries(look.identity.expect || {})) {
        if (values[key] !== expected) {
          return { values, differs: key + ' was “' + cut(expected, 60) + '” and is “' + cut(values[key] || '', 60) + '”' };
        }
      }
      return { values, differs: null };
    }

    // ------------------------------------------------------------ wants

    // null where the want holds, a refusal otherwise.
    missing(want) {
      for (const name of want.see) {
        const result = this.resolve(name);
        if (result.refusal) return result.refusal;
      }
      for (const name of want.gone) {
        const result = this.resolve(name);
        if (result.elements.length > 0) {
          return { kind: 'ambiguous', target: name, why: describe(result.elements[0]) + ' is still there' };
        }
        if (!result.sure) return result.refusal;
      }
      for (const { target, on } of want.marked || []) {
        const result = this.resolve(target);
        if (result.refusal) return result.refusal;
        const is = marked(result.elements[0]);
        if (is !== on) {
          const why = describe(result.elements[0]) + (is === null ? ' is nothing that can be on or off' : is ? ' is on' : ' is off');
          return { kind: 'not_found', target, why };
        }
      }
      for (const name of want.witness) {
        const why = this.unwitnessed(name);
        if (why) return { kind: 'guard', target: name, why };
      }
      return null;
    }
    // null where the absence is witnessed, what is missing otherwise.
    unwitnessed(name) {
      if (!this.witnessed.has(name)) this.witnessed.set(name, this.witness(name));
      return this.witnessed.get(name);
    }
    witness(name) {
      const witness = look.witnesses[name];
      if (!witness) return 'the request does not define it';
      const why = this.unwitnessedNow(witness);
      const memory = vault.memory;
      const print = why === null ? this.print : null;
      if (print === null || !memory[name] || memory[name].print !== print) {
        memory[name] = print === null ? null : { print, since: now(), looks: 1 };
        return why || 'it has only just come to rest';
      }
      memory[name].looks += 1;
      if (memory[name].looks < 2 || now() - memory[name].since < witness.quiet_ms) return 'it has only just come to rest';
      return null;
    }
    unwitnessedNow(witness) {
      try {
        return this.judge(witness);
      } catch (error) {
        if (error instanceof Unbound) return error.message;
        throw error;
      }
    }
    judge(witness) {
      const box = this.resolve(witness.filter);
      if (box.refusal) return 'the filter: ' + box.refusal.why;
      const field = box.elements[0];
      const holds = fold(typeof field.value === 'string' ? field.value : field.textContent);
      const query = fold(this.bind(witness.holds));
      if (query === '' || holds !== query) return 'the filter holds “' + cut(holds, 60) + '”';
      const absent = this.resolve(witness.absent);
      if (absent.all.length > 0 || absent.elements.length > 0) return 'it is there: ' + describe(absent.all[0]);
      const absence = absent.refusal;
      if (!absent.sure || absence.kind !== 'not_found' || absence.target !== witness.absent) {
        return 'it cannot be told whether it is there: ' + absence.why;
      }
      const rows = this.resolve(witness.rows);
      if (!rows.sure) return 'the rows: ' + rows.refusal.why;
      if (rows.refusal && rows.elements.length > 0) return 'the rows: ' + rows.refusal.why;
      const notice = this.resolve(witness.notice);
      if (!notice.sure && rows.elements.length === 0) return 'the notice: ' + notice.refusal.why;
      if (notice.elements.length === 0 && rows.elements.length === 0) return 'neither a row nor the notice of an empty list';
      const needle = fold(this.bind(witness.row_contains));
      const texts = rows.elements.map((row) => fold(this.text(row)));
      const stranger = texts.findIndex((text) => !text.includes(needle));
      if (needle === '' || stranger >= 0) return 'a row does not match the filter: ' + describe(rows.elements[stranger]);
      const first = rows.elements[0] || notice.elements[0];
      const busy = busyAround(first, this);
      if (busy) return 'the list is busy: ' + busy;
      const end = rows.elements.length < witness.page_size ? null : this.atEnd(rows.elements, witness.page_size);
      if (end) return end;
      this.print = JSON.stringify([holds, rows.elements.map(numberOf), texts, notice.elements.map(numberOf)]);
      return null;
    }
    // null where the list is whole; scrolls towards its end otherwise.
    atEnd(rows, pageSize) {
      const last = rows[rows.length - 1];
      const pane = scrollPane(last);
      const top = pane.scrollTop;
      pane.scrollTo({ top: pane.scrollHeight, behavior: 'instant' });
      if (Math.abs(pane.scrollTop - top) > 1) return 'scrolling to the end of the list';
      if (document.visibilityState !== 'visible') return 'the tab is hidden, so that the list does not go on';
      if (rows.length % pageSize === 0) return rows.length + ' rows are whole pages: there may be more';
      return null;
    }

    // ------------------------------------------------------------ guards and the click

    guard(name) {
      if (Object.hasOwn(look.checks, name)) return this.check(look.checks[name], name);
      const result = this.resolve(name);
      return result.refusal ? { kind: 'guard', target: name, why: result.refusal.kind + ': ' + result.refusal.why } : null;
    }
    check(check, name) {
      const how = check.same_person;
      const refuse = (why) => ({ kind: 'guard', target: name, why });
      if (!how) return refuse('an unknown kind of check');
      const dialog = this.resolve(how.dialog);
      if (dialog.elements.length === 0) return dialog.sure ? null : refuse(dialog.refusal.why);
      if (dialog.elements.length > 1) return refuse(dialog.elements.length + ' dialogs are open');
      let person;
      try {
        person = fold(this.bind(how.name));
      } catch (error) {
        if (error instanceof Unbound) return refuse(error.message);
        throw error;
      }
      const text = this.text(dialog.elements[0]);
      if (person !== '' && namesWhole(fold(text), person)) return null;
      const words = how.nameless ? Object.values(look.words).flatMap((all) => all[how.nameless] || []) : [];
      const bare = this.textWithoutButtons(dialog.elements[0]);
      if (words.length > 0 && bare !== '' && madeOf(bare, words.map(fold))) return null;
      return refuse('the dialog does not name “' + cut(person, 60) + '”: “' + cut(text, 120) + '”');
    }
    textWithoutButtons(element) {
      const parts = [];
      const visit = (node) => {
        if (node.nodeType === 3) parts.push(node.data);
        else if (node.nodeType === 1 && this.shown(node) && roleOf(node) !== 'button') {
          parts.push(' ');
          for (const child of flatChildren(node)) visit(child);
          parts.push(' ');
        }
      };
      for (const child of flatChildren(element)) visit(child);
      return fold(parts.join(''));
    }
    // A refusal, or null where the target may be clicked as far as one look can tell.
    clickable() {
      const name = look.arm.target;
      const result = this.resolve(name);
      if (result.refusal) return result.refusal;
      const element = result.elements[0];
      if (result.elements.length !== 1) {
        return { kind: 'ambiguous', target: name, why: result.elements.length + ' elements fit' };
      }
      if (!this.shown(element)) return { kind: 'hidden', target: name, why: describe(element) + ' is not displayed' };
      const off = disabled(element);
      if (off) return { kind: 'disabled', target: name, why: off };
      for (const one of look.arm.guard) {
        const refusal = this.guard(one);
        if (refusal) return refusal;
      }
      return null;
    }
    // Everything that must still be true as the click arrives. An empty text where it is.
    verdict(element) {
      try {
        const stop = this.stop();
        if (stop) return 'stop sign ' + stop.sign + ': ' + stop.why;
        const generation = this.detectGeneration();
        if (generation) return generation.why;
        const who = this.identity();
        if (who.differs) return 'another account: ' + who.differs;
        const refusal = this.clickable();
        if (refusal) return refusal.target + ': ' + refusal.why;
        return this.resolve(look.arm.target).elements[0] === element ? '' : 'the target is another element now';
      } catch (error) {
        return cut(error.message, 200);
      }
    }

    // ------------------------------------------------------------ the answer's parts

    foundFor(name, values) {
      const result = this.resolve(name);
      const out = { count: result.elements.length, winner: result.winner, role: '', name: '', rect: null, read: {} };
      const first = result.elements[0];
      if (first) {
        out.role = roleOf(first);
        out.name = cut(nameOf(first), 300);
        out.rect = boxOf(first);
        if (values) out.read = this.readAll(name);
      }
      return out;
    }
    nearest(name) {
      const target = look.targets[name];
      if (!target) return [];
      const roles = target.find.map((one) => one.role).filter(Boolean);
      const wanted = [];
      for (const one of target.find) {
        try {
          for (const match of [one.name, one.text]) if (match) wanted.push(...this.wanted(match));
        } catch (error) {
          if (error instanceof TooLarge) throw error;
        }
      }
      // What was a menu item may be a button now: another role is farther away, and not left out.
      const css = [INTERACTIVE, ...roles.map((role) => ROLE_CSS[role] || '[role]')].join(',');
      const list = [];
      const hasMain = document.querySelector('main,[role=main]') !== null;
      try {
        const inside = target.inside ? this.resolve(target.inside).elements[0] : null;
        for (const element of this.query(document, css)) {
          if (list.length >= 400) break;
          const role = roleOf(element);
          if (role === '' || role === 'none' || role === 'generic' || !this.shown(element)) continue;
          const label = cut(nameOf(element), 80);
          if (label === '') continue;
          const own = fold(label);
          const unlike = (one) => distance(own, one) / Math.max(1, Math.min(60, Math.max(own.length, one.length)));
          let far = wanted.length === 0 ? 0.5 : Math.min(...wanted.map(unlike));
          if (roles.length > 0 && !roles.some((one) => roleFits(role, one))) far += 0.3;
          if (inside && !flatContains(inside, element)) far += 0.3;
          if (hasMain && !element.closest(CONTENT)) far += 0.2;
          if (far < 0.9) list.push({ role, label, far });
        }
      } catch (error) {
        if (!(error instanceof TooLarge)) throw error;
      }
      list.sort((a, b) => a.far - b.far);
      const seen = new Set();
      return list.filter((one) => !seen.has(one.role + one.label) && seen.add(one.role + one.label)).slice(0, 5)
        .map((one) => [one.role, one.label]);
    }
  }

  const NOTICES = 'dialog,[role=alert],[role=alertdialog],[role=dialog],[role=status]';
  // Where a page has its content, and what lies over it: what is around that is farther away.
  const CONTENT = 'main,[role=main],dialog,[role=dialog],[role=alertdialog],[role=menu],[popover]';
  const HEADINGS = 'h1,h2,h3,h4,h5,h6,[role=heading]';
  const ABOUT_SOMEBODY = 'a[href*="/in/"],li,article,[role=listitem],[role=article]';
  const isAboutSomebody = (element) => Boolean(element.parentElement && element.parentElement.closest(ABOUT_SOMEBODY));

  const nothing = (target, kind, why, sure) => ({ elements: [], all: [], winner: null, refusal: { kind, target, why }, sure });

  // Whether a box can be brought into view inside a pane (null: the viewport).
  function reachable(box, pane) {
    if (pane) {
      if (pane.dead) return false;
      const around = pane.element.getBoundingClientRect();
      const scrolls = (overflow) => overflow === 'auto' || overflow === 'scroll';
      const left = box.left - around.left + pane.element.scrollLeft;
      const top = box.top - around.top + pane.element.scrollTop;
      if (left + box.width <= 0 || top + box.height <= 0) return false;
      if (!scrolls(pane.style.overflowX) && box.left >= around.right) return false;
      if (!scrolls(pane.style.overflowY) && box.top >= around.bottom) return false;
      return true;
    }
    const whole = document.documentElement;
    if (box.right + window.scrollX <= 0 || box.bottom + window.scrollY <= 0) return false;
    return box.left + window.scrollX < Math.max(whole.scrollWidth, window.innerWidth);
  }
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
  function disabled(element) {
    if (element.matches(':disabled')) return describe(element) + ' is disabled';
    for (let node = element; node; node = flatParent(node)) {
      if (node.getAttribute('aria-disabled') === 'true') return describe(element) + ' is disabled (aria-disabled)';
      if (node.hasAttribute('inert')) return describe(element) + ' is inert';
    }
    return null;
  }
  // Whether a box is ticked or an option is picked; null where it is neither a box nor an option.
  function marked(element) {
    const one = element.localName === 'label' && element.control ? element.control : element;
    if (one.localName === 'input' && (one.type === 'checkbox' || one.type === 'radio')) return one.checked;
    for (const name of ['aria-checked', 'aria-selected', 'aria-pressed']) {
      if (one.hasAttribute(name)) return one.getAttribute(name) === 'true';
    }
    return null;
  }
  function busyAround(element, eye) {
    if (!element) return null;
    for (let node = element; node; node = flatParent(node)) {
      if (node.getAttribute('aria-busy') === 'true') return describe(node).slice(0, 60);
    }
    const pane = scrollPane(element);
    const wheel = Array.from(pane.querySelectorAll('[role=progressbar],progress')).find((one) => eye.shown(one));
    return wheel ? describe(wheel) : null;
  }
  function scrollPane(element) {
    for (let node = flatParent(element); node; node = flatParent(node)) {
      if (node === document.body || node === document.documentElement) break;
      const style = getComputedStyle(node);
      if ((style.overflowY === 'auto' || style.overflowY === 'scroll') && node.scrollHeight > node.clientHeight + 1) return node;
    }
    return document.scrollingElement || document.documentElement;
  }
  function firstNumber(text) {
    const ascii = text.replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15));
    const match = /\d{1,3}(?:[.,'\u2019\u066c\s]\d{3})+(?!\d)|\d+/.exec(ascii);
    return match ? match[0].replace(/\D/g, '') : null;
  }
  // What follows `word` at the beginning of `text`, or null.
  function textAfter(text, word) {
    const wanted = fold(word);
    const points = Array.from(text);
    for (let length = Math.max(1, wanted.length - 4); length <= Math.min(points.length, wanted.length + 4); length += 1) {
      if (fold(points.slice(0, length).join('')) === wanted) {
        const rest = squeeze(points.slice(length).join(''));
        if (rest !== '') return rest;
      }
    }
    return null;
  }
  function namesWhole(text, person) {
    const letter = /[\p{L}\p{N}]/u;
    for (let at = text.indexOf(person); at >= 0; at = text.indexOf(person, at + 1)) {
      const before = Array.from(text.slice(0, at)).pop() || ' ';
      const after = Array.from(text.slice(at + person.length))[0] || ' ';
      if (!letter.test(before) && !letter.test(after)) return true;
    }
    return false;
  }
  function madeOf(text, words) {
    let rest = text;
    for (const word of words.sort((a, b) => b.length - a.length)) if (word !== '') rest = rest.split(word).join(' ');
    return !/[\p{L}\p{N}]/u.test(rest);
  }
  function httpStatus() {
    const entry = performance.getEntriesByType('navigation')[0];
    return entry && entry.responseStatus ? entry.responseStatus : null;
  }
  function throttled() {
    const own = location.origin + '/';
    return performance.getEntriesByType('resource')
      .filter((entry) => entry.responseStatus === 429 && entry.name.startsWith(own)).length;
  }

  // ---------------------------------------------------------------- what outlives one call

  const hex = (bytes) => Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (one) => one.toString(16).padStart(2, '0'))
    .join('');
  const vault = openVault();
  function openVault() {
    const box = { vault: null };
    window.dispatchEvent(new CustomEvent(envelope.secret, { detail: box }));
    if (box.vault) return box.vault;
    const fresh = { id: hex(8), memory: {}, armed: null, reported: {}, numbers: new WeakMap(), count: 0, differs: null };
    window.addEventListener(envelope.secret, (event) => {
      event.stopImmediatePropagation();
      event.detail.vault = fresh;
    }, true);
    performance.setResourceTimingBufferSize(5000);
    return fresh;
  }
  function numberOf(element) {
    if (!vault.numbers.has(element)) {
      vault.count += 1;
      vault.numbers.set(element, vault.count);
    }
    return vault.numbers.get(element);
  }

  // Lets one trusted click on `element` pass while the verdict holds, and stops every other one before the page sees it.
  // The listeners are on `window` in the capture phase: they come before every handler of the page but those that it put
  // on `window` in the same phase earlier, which see the event and find it stopped.
  function arm(element) {
    disarm();
    const record = { token: look.arm.token, element, state: 'waiting', why: '', since: now(), at: Date.now() };
    const stop = (event, why) => {
      event.stopImmediatePropagation();
      event.preventDefault();
      if (record.state === 'waiting') record.state = 'blocked';
      else if (record.state === 'pressed') record.state = 'half';
      else return;
      record.why = why;
    };
    const onEvent = (event) => {
      if (!event.isTrusted) return;
      if (record.state === 'quarantine' && now() - record.since > QUARANTINE_MS) {
        record.off();
        return;
      }
      if (KEY_EVENTS.includes(event.type)) {
        if (record.state === 'landed' || record.state === 'quarantine') return;
        event.stopImmediatePropagation();
        event.preventDefault();
        return;
      }
      // A key that activates a button makes a click without a pointer; a spent guard has nothing to say about it.
      const byKey = event.type === 'click' && event.detail === 0;
      if (record.state !== 'waiting' && record.state !== 'pressed') {
        if (!byKey) stop(event, '');
        return;
      }
      const path = event.composedPath();
      if (!path.includes(element)) {
        stop(event, 'a click would have reached ' + describe(path[0]));
        return;
      }
      if (event.type === 'pointerdown' ? record.state !== 'waiting' : record.state !== 'pressed') {
        stop(event, 'a ' + event.type + ' out of turn');
        return;
      }
      // The wall clock decides where it is further: the other one may stand still while the machine sleeps, and a click that
      // was decided before that must not be made after it.
      if (record.state === 'waiting' && Math.max(now() - record.since, Date.now() - record.at) > look.arm.holds_ms) {
        stop(event, 'the click came too long after it was decided; the machine may have slept in between');
        return;
      }
      if (event.type === 'pointerdown' || event.type === 'click') {
        const why = new Eye().verdict(element);
        if (why) {
          stop(event, why);
          return;
        }
        record.state = event.type === 'click' ? 'landed' : 'pressed';
      }
    };
    const guarded = [...POINTER_EVENTS, ...KEY_EVENTS];
    for (const type of guarded) window.addEventListener(type, onEvent, { capture: true, passive: false });
    record.off = () => {
      for (const type of guarded) window.removeEventListener(type, onEvent, { capture: true });
      if (vault.armed === record) vault.armed = null;
    };
    vault.armed = record;
  }
  function disarm() {
    if (vault.armed) vault.armed.off();
  }
  async function landing(token) {
    if (vault.reported[token]) return vault.reported[token];
    const record = vault.armed;
    if (!record || record.token !== token) {
      return { outcome: 'unseen', why: 'the document is another one than that of the click' };
    }
    const until = now() + ARRIVAL_MS;
    while ((record.state === 'waiting' || record.state === 'pressed') && now() < until) await frame();
    let result = { outcome: 'landed' };
    if (record.state === 'blocked') result = { outcome: 'blocked', why: record.why };
    else if (record.state === 'half') {
      result = { outcome: 'unseen', why: 'the press passed, then the click was stopped: ' + record.why };
    } else if (record.state !== 'landed') result = { outcome: 'unseen', why: 'no click arrived in the page' };
    vault.reported[token] = result;
    if (record.state === 'landed') record.off();
    else {
      record.state = 'quarantine';
      record.since = now();
    }
    return result;
  }

  // ---------------------------------------------------------------- waiting

  // The next animation frame; in a hidden tab, where there is none, a moment later.
  function frame() {
    return new Promise((resolve) => {
      const timer = setTimeout(done, 60);
      const handle = requestAnimationFrame(done);
      function done() {
        clearTimeout(timer);
        cancelAnimationFrame(handle);
        resolve();
      }
    });
  }
  const rest = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

  // Resolves when something changed or `ms` are over.
  function change(ms) {
    return new Promise((resolve) => {
      const events = ['transitionend', 'animationend', 'input', 'visibilitychange', 'load'];
      const observer = new MutationObserver(done);
      const options = { subtree: true, childList: true, attributes: true, characterData: true };
      observer.observe(document, options);
      for (const root of allRoots()) observer.observe(root, options);
      for (const type of events) document.addEventListener(type, done, true);
      const timer = setTimeout(done, ms);
      function done() {
        observer.disconnect();
        for (const type of events) document.removeEventListener(type, done, true);
        clearTimeout(timer);
        resolve();
      }
    });
  }

  // ---------------------------------------------------------------- the look

  // One evaluation: { stop } or { generation, met, refusal }.
  function glance(eye) {
    const stop = eye.stop();
    if (stop) return { stop };
    const generation = eye.detectGeneration();
    const who = eye.identity();
    const result = { who, met: -1, refusal: generation, held: false };
    if (who.differs) {
      vault.differs = vault.differs || now();
      if (now() - vault.differs > IDENTITY_MS) return { ...result, stop: { sign: 'other_account', why: who.differs } };
      result.refusal = { kind: 'guard', target: look.identity.target, why: 'another account: ' + who.differs };
      return result;
    }
    vault.differs = null;
    if (generation && eye.fits.length > 0) return result;
    if (look.wants.length === 0) return generation ? result : { ...result, met: 0, held: true };
    for (const [at, want] of look.wants.entries()) {
      // In a document of no known generation only what is said for all of them can be seen, and nothing is clicked.
      if (generation && (armsHere(at) || want.see.length === 0)) continue;
      const refusal = eye.missing(want);
      if (!refusal) return { ...result, met: at, held: true, refusal: null };
      // The first refusal of the first want is the most telling one.
      result.refusal = result.refusal || refusal;
    }
    return result;
  }
  // The elements whose boxes must rest.
  function resting(eye, met) {
    const want = look.wants[met];
    const names = want ? want.see.slice() : [];
    if (armsHere(met)) names.push(look.arm.target);
    return names.map((name) => eye.resolve(name).elements[0]).filter(Boolean);
  }
  const armsHere = (met) => Boolean(look.arm) && (look.arm_when.length === 0 || look.arm_when.includes(met));

  function answerFrom(eye, view, status) {
    const names = new Set(look.read);
    for (const want of look.wants) {
      for (const name of [...want.see, ...want.gone]) names.add(name);
      for (const { target } of want.marked || []) names.add(target);
    }
    if (look.arm) for (const name of [look.arm.target, ...look.arm.guard]) names.add(name);
    const found = {};
    for (const name of names) {
      if (look.targets[name] && !view.stop) found[name] = eye.foundFor(name, look.read.includes(name));
    }
    return {
      status,
      met: view.held && look.wants.length > 0 ? view.met : null,
      page: pageOf(eye),
      found,
      stop: view.stop || null,
      identity: view.who ? view.who.values : null,
      armed: null,
      refused: null,
      click,
    };
  }
  // The browser's own error pages have the address that failed, but a document address of their own.
  function addressOf(uri) {
    return /^https?:/.test(uri) ? location.origin + location.pathname : uri.split(/[?#]/)[0];
  }
  function pageOf(eye) {
    return {
      address: addressOf(document.documentURI),
      title: cut(document.title, 300),
      language: (document.documentElement && document.documentElement.getAttribute('lang')) || '',
      generation: eye ? eye.generation : null,
      http_status: httpStatus(),
      throttled: throttled(),
      visible: document.visibilityState === 'visible',
      id: vault.id,
      viewport: [window.innerWidth, window.innerHeight, window.devicePixelRatio],
    };
  }
  function refusedAnswer(eye, view, status, refusal) {
    const answer = answerFrom(eye, view, status);
    const candidates = refusal.kind === 'not_found' || refusal.kind === 'hidden' ? eye.nearest(refusal.target) : [];
    answer.refused = { ...refusal, candidates };
    return answer;
  }

  // The point at which the driver will click: the middle of the visible part of the first box.
  function clickPoint(element) {
    const box = element.getClientRects()[0];
    if (!box) return null;
    const left = Math.max(0, box.left);
    const right = Math.min(window.innerWidth, box.right);
    const top = Math.max(0, box.top);
    const bottom = Math.min(window.innerHeight, box.bottom);
    return right - left < 1 || bottom - top < 1 ? null : { x: (left + right) / 2, y: (top + bottom) / 2 };
  }
  // What the pointer is sent to: the element, or, where its first box is empty (a link around blocks), the first of its
  // parts that has one.
  function carrierOf(element, eye) {
    const hasBox = (one) => {
      const box = one.getClientRects()[0];
      return Boolean(box) && box.width >= 1 && box.height >= 1;
    };
    if (hasBox(element)) return element;
    return Array.from(element.querySelectorAll('*')).find((one) => hasBox(one) && eye.shown(one)) || element;
  }
  function over(element, carrier) {
    const point = clickPoint(carrier);
    if (!point) return { kind: 'covered', target: look.arm.target, why: describe(element) + ' is outside the viewport' };
    const hit = deepest(point.x, point.y);
    if (hit && flatContains(element, hit)) return null;
    return { kind: 'covered', target: look.arm.target, why: describe(element) + ' lies under ' + describe(hit) };
  }

  let click = null;
  // What was brought to the middle of its pane already, so that it is not done again and again.
  let centred = null;

  async function attemptAt(eye, view) {
    if (!view.held) return { view };
    const before = resting(eye, view.met).map((element) => ({ element, box: boxOf(element) }));
    if (before.length === 0 && !armsHere(view.met)) return { done: answerFrom(eye, view, 'met') };
    await frame();
    await frame();
    const again = new Eye();
    const second = glance(again);
    if (second.stop) return { done: answerFrom(again, second, 'stop') };
    if (!second.held || second.met !== view.met) return { eye: again, view: second, soon: true };
    const after = resting(again, view.met);
    const moving = before.find(({ element, box }, at) => after[at] !== element || !sameBox(box, boxOf(element)));
    if (moving || before.length !== after.length) {
      const what = moving ? describe(moving.element) : 'something';
      const target = armsHere(view.met) ? look.arm.target : '';
      return { eye: again, view: second, soon: true, refusal: { kind: 'moving', target, why: what + ' moves' } };
    }
    if (!armsHere(view.met)) return { done: answerFrom(again, second, 'met') };
    return tryToArm(again, second);
  }
  function tryToArm(eye, view) {
    const refusal = eye.clickable();
    if (refusal) return { eye, view, refusal };
    const element = eye.resolve(look.arm.target).elements[0];
    const carrier = carrierOf(element, eye);
    const cover = over(element, carrier);
    if (cover) {
      if (centred !== element) {
        centred = element;
        carrier.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
        return { eye, view, soon: true, refusal: cover };
      }
      return { eye, view, refusal: cover };
    }
    const answer = answerFrom(eye, view, 'met');
    arm(element);
    answer.armed = { element: carrier, token: look.arm.token, rect: boxOf(element), name: cut(nameOf(element), 300) };
    return { done: answer };
  }

  // A page that is still being drawn shows its sign by the address alone; which one it is, its words say a moment later.
  function stillDrawn() {
    vault.stopped = vault.stopped || now();
    return document.readyState !== 'complete' && now() - vault.stopped < DRAWN_MS;
  }

  // What is answered when a slice is over.
  function unmet(eye, view, refusal) {
    if (!envelope.last) return { status: 'pending', click };
    if (!view.held) return refusedAnswer(eye, view, 'timed_out', view.refusal);
    const restless = { kind: 'moving', target: '', why: 'the page does not come to rest' };
    return refusedAnswer(eye, view, armsHere(view.met) ? 'refused' : 'timed_out', refusal || restless);
  }

  async function run() {
    const ends = started + envelope.slice_ms;
    // A document that is only just being made has nothing to look at yet.
    while (!document.body && now() < ends) await frame();
    if (!document.body) {
      const refused = { kind: 'not_found', target: '', why: 'the document has no body', candidates: [] };
      return envelope.last ? { status: 'timed_out', met: null, page: pageOf(null), found: {}, refused, click }
        : { status: 'pending', click };
    }
    if (look.armed_before) click = await landing(look.armed_before);
    else if (vault.armed && vault.armed.state !== 'quarantine') disarm();
    for (;;) {
      const began = now();
      let eye = new Eye();
      let view;
      let result;
      try {
        view = glance(eye);
        if (view.stop) {
          if (!stillDrawn() || (now() >= ends && envelope.last)) return answerFrom(eye, view, 'stop');
          if (now() >= ends) return { status: 'pending', click };
          await change(Math.max(1, Math.min(POLL_MS, ends - now())));
          continue;
        }
        result = await attemptAt(eye, view);
        if (result.done) return result.done;
        eye = result.eye || eye;
        view = result.view;
        if (now() >= ends) return unmet(eye, view, result.refusal);
      } catch (error) {
        if (!(error instanceof TooLarge)) throw error;
        const refused = { kind: 'not_found', target: '', why: error.message, candidates: [] };
        return { status: 'timed_out', met: null, page: pageOf(null), found: {}, refused, click };
      }
      // A page that is slow to search, or that never rests, is not searched without pause.
      await rest(Math.min(1000, 2 * (now() - began > 50 ? now() - began : 0)));
      if (!result.soon) await change(Math.max(1, Math.min(POLL_MS, ends - now())));
      else await frame();
    }
  }
  return run();
})

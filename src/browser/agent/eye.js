// What is displayed, and which text of it.
//
// "Displayed" means: rendered (display, visibility, content-visibility, closed <dialog> and <details>), not fully
// transparent, larger than one pixel, and reachable by scrolling. Text for screen readers only (clipped to a pixel, or
// pushed out of the page) is not displayed. `inert` and `aria-hidden` hide nothing from the eye: an inert element is
// displayed and not enabled; `aria-hidden` only takes content out of accessible names.

// One evaluation of the document as it is now. Each of the next files adds its methods in a class of its own that extends
// the one before: find.js, signs.js, guard.js and near.js, whose class is the whole and is called `Eye`.
class Sight {
  constructor() {
    this.until = now() + EVALUATION_MS;
    this.work = 0;
    this.shownCache = new Map();
    this.clipCache = new Map();
    this.range = document.createRange();
    this.found = new Map();
    this.busy = new Set();
    this.roots = null;
    this.shell = null;
    this.generation = null;
    this.fits = [];
    this.witnessed = new Map();
    this.drawings = new Map();
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
      if (node.nodeType === 3 && node.data.trim() !== '' && this.drawn(node)) return true;
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

  // Whether a text is drawn, where its element is displayed: an element that is rendered may skip what is in it (a closed
  // <details>, `content-visibility: hidden`, `hidden=until-found`), and has no way to say so of a text without an element of
  // its own.
  drawn(node) {
    const parent = flatParent(node);
    if (!parent || skipsContent(parent)) return false;
    this.range.selectNodeContents(node);
    const box = this.range.getBoundingClientRect();
    return (box.width > 1 && box.height > 1) || isPutOff(parent);
  }

  text(element) {
    const out = [];
    let length = 0;
    const visit = (node) => {
      if (length > TEXT_CAP) return;
      if (node.nodeType === 3) {
        if (node.data.trim() !== '' && !this.drawn(node)) return;
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
}

function skipsContent(element) {
  if (element.localName === 'details' && !element.open) return true;
  return getComputedStyle(element).contentVisibility === 'hidden';
}
// Whether the browser draws this only once it comes near the viewport; until then it need not have a size.
function isPutOff(element) {
  for (let node = element; node; node = flatParent(node)) {
    if (getComputedStyle(node).contentVisibility === 'auto') return true;
  }
  return false;
}

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

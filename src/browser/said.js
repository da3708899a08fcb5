// What a document says and shows after a secret was typed in the session: whether the field that took it still holds it,
// every text that may show it, and what may draw it where no text can be read.
//
// It learns nothing of the secret; the texts are searched where the secret is. It changes nothing in the page. `before`: the
// question comes before anything is typed, and only the texts are wanted, without what fields hold. What the fields for
// secrets hold themselves is told apart (`fields`): it is not on the screen.
(function (envelope, before) {
  'use strict';

  // Texts of a page, beyond which it cannot be searched for what was typed; and elements, beyond which that takes too long.
  const MOST_TEXT = 4000000;
  const MOST_ELEMENTS = 20000;
  const GENERATED = ['::before', '::after', '::marker'];
  const IN_STYLE = ['content', 'listStyleType', 'listStyleImage', 'textOverflow', 'quotes', 'backgroundImage', 'maskImage',
    'borderImageSource', 'cursor', 'filter', 'shapeOutside'];
  const PICTURES = ['listStyleImage', 'backgroundImage', 'maskImage', 'borderImageSource', 'content'];
  const DRAWN = { canvas: 'a canvas', video: 'a video', object: 'an object', embed: 'an object', applet: 'an object' };

  const FIELDS = 'fields';

  class TooLarge extends Error {}
  const kinds = new Map();
  let length = 0;
  let elements = 0;
  let draws = null;
  const images = [];

  function add(kind, text) {
    if (typeof text !== 'string' || text === '') return;
    length += text.length + 1;
    if (length > MOST_TEXT) throw new TooLarge();
    const known = kinds.get(kind);
    if (known) known.push(text);
    else kinds.set(kind, [text]);
  }
  const drawing = (what) => { draws = draws || what; };
  // What the browser itself says that a field holds, whatever the page put over it.
  const held = (element) => {
    const view = element.ownerDocument.defaultView || window;
    for (const type of [view.HTMLInputElement, view.HTMLTextAreaElement]) {
      if (element instanceof type) return Object.getOwnPropertyDescriptor(type.prototype, 'value').get.call(element);
    }
    return typeof element.value === 'string' ? element.value : '';
  };
  function typedHere() {
    const box = { typed: null };
    window.dispatchEvent(new CustomEvent(envelope.secret + '-typed', { detail: box }));
    return box.typed || [];
  }
  const typed = before ? [] : typedHere();

  const rendered = (element) => {
    const box = element.getBoundingClientRect();
    return box.width > 1 && box.height > 1 && element.checkVisibility({ visibilityProperty: true });
  };
  // A picture that was made in the page may show anything. One that was there before the secret was typed does not.
  function picture(address, drawn) {
    const made = /^\s*blob:/i.test(address) || (/^\s*data:(?!image\/svg)/i.test(address) && address.length > 400);
    if (!made) return;
    if (before) images.push(address);
    else if (!typed.images || !typed.images.has(address)) {
      if (drawn()) drawing('a picture that was made in the page');
    }
  }
  function styles(element) {
    const own = element.ownerDocument.defaultView;
    if (!own) return;
    for (const part of [null, ...GENERATED]) {
      const style = own.getComputedStyle(element, part);
      if (part !== null && (style.content === 'none' || style.content === 'normal' || style.content === '')) continue;
      for (const name of part === null ? IN_STYLE : ['content']) {
        const value = style[name];
        if (typeof value !== 'string' || value === '' || value === 'none' || value === 'normal' || value === 'auto') continue;
        if (PICTURES.includes(name)) {
          for (const [, , address] of value.matchAll(/url\((["']?)(.*?)\1\)/g)) picture(address, () => rendered(element));
          if (/\b(?:paint|-moz-element|element|-webkit-canvas)\(/.test(value)) drawing('a picture that a script draws');
        }
        if (name !== 'content') {
          if (/["']|url\(/.test(value)) add('style', value);
          continue;
        }
        const words = Array.from(value.matchAll(/"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/g), (one) => one[1] ?? one[2]);
        add('generated', words.join('').replace(/\\(.)/g, '$1'));
        add('shown', words.join('').replace(/\\(.)/g, '$1'));
        add('style', value);
      }
    }
  }
  function frame(element, at) {
    let inner = null;
    try {
      inner = element.contentDocument;
    } catch {
      inner = null;
    }
    if (inner && inner.documentElement) visit(inner, at + 1);
    else if (rendered(element)) drawing('a frame that cannot be read');
  }
  function sheets(root) {
    for (const sheet of [...(root.styleSheets || []), ...(root.adoptedStyleSheets || [])]) {
      let rules = [];
      try {
        rules = sheet.cssRules;
      } catch {
        continue;
      }
      for (const rule of rules) if (/["']|url\(/.test(rule.cssText)) add('sheets', rule.cssText);
    }
    if (Array.from(root.adoptedStyleSheets || []).some((sheet) => sheet.cssRules.length > 0)) {
      drawing('an adopted style sheet');
    }
  }
  function own(element) {
    const name = element.localName;
    const hides = typed.some((one) => one.element === element) || (name === 'input' && element.type === 'password');
    for (const attribute of element.attributes) {
      if (attribute.name !== 'value') add('@' + attribute.name, attribute.value);
      else if (!before) add(hides ? FIELDS : '@value', attribute.value);
    }
    if (!before && (name === 'input' || name === 'textarea' || name === 'select')) add(hides ? FIELDS : 'value', held(element));
    if (name === 'img' || name === 'source' || name === 'image' || name === 'feimage' || name === 'feImage') {
      for (const address of [element.currentSrc, element.src, element.getAttribute('href')]) {
        if (typeof address === 'string') picture(address, () => name !== 'img' || rendered(element));
      }
    }
    if (DRAWN[name] && rendered(element)) drawing(DRAWN[name]);
    if (name === 'iframe' || name === 'frame' || name === 'object' || name === 'fencedframe') return true;
    return false;
  }
  function visit(node, at) {
    if (node.nodeType === 3 || node.nodeType === 4) {
      add('text', node.data);
      add('shown', node.data);
      return;
    }
    if (node.nodeType === 9) {
      add('title', node.title);
      add('address', node.location ? node.location.href : '');
    }
    if (node.nodeType === 9 || node.nodeType === 11) sheets(node);
    if (node.nodeType === 1) {
      elements += 1;
      if (elements > MOST_ELEMENTS || at > 900) throw new TooLarge();
      if (own(node)) frame(node, at);
      styles(node);
      if (node.shadowRoot) visit(node.shadowRoot, at + 1);
    } else if (![9, 11].includes(node.nodeType)) return;
    for (let child = node.firstChild; child; child = child.nextSibling) visit(child, at + 1);
  }

  let texts = null;
  let inFields = '';
  try {
    visit(document, 0);
    const fields = kinds.get(FIELDS) || [];
    kinds.delete(FIELDS);
    // What stands in one line may be spread over elements.
    texts = Array.from(kinds, ([kind, list]) => list.join(kind === 'shown' || kind === 'generated' ? '' : '\n'));
    inFields = fields.join('\n');
  } catch (error) {
    if (!(error instanceof TooLarge)) throw error;
  }
  const full = typed.filter((one) => one.element.isConnected && held(one.element) !== '');
  return {
    typed: typed.length > 0,
    filled: full.length > 0,
    bare: full.some((one) => one.password && one.element.type !== 'password'),
    draws,
    texts,
    fields: inFields,
    images,
  };
})

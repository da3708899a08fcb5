// Writes the document as HTML the way it stands, without what must not be kept: scripts, data that is not displayed, what
// fields hold, tokens, and what follows `?` or `#` in addresses. It changes nothing in the page.
(function (envelope) {
  'use strict';

  const MOST = envelope.most;
  const VOID = new Set(['area', 'base', 'br', 'col', 'embed', 'hr', 'img', 'input', 'link', 'meta', 'source', 'track', 'wbr']);
  // Programs, data and what is no part of the document as it is displayed.
  const DROPPED = new Set(['script', 'noscript', 'template', 'object', 'embed', 'applet', 'noembed', 'noframes', 'xmp',
    'plaintext', 'base']);
  const ADDRESSES = new Set(['href', 'src', 'action', 'formaction', 'poster', 'cite', 'data', 'background', 'longdesc',
    'xlink:href', 'manifest']);
  const NEVER = new Set(['value', 'srcdoc', 'srcset', 'imagesrcset', 'ping', 'nonce', 'integrity', 'autofocus']);
  const SECRET_NAME = /csrf|xsrf|token|nonce|secret|session|passw|credential|auth(?!or)|signature|api-?key|track/i;
  const LABELS = new Set(['submit', 'button', 'reset']);

  class TooLarge extends Error {}

  // What the page can read of its cookies must be nowhere else either: a token of the site is often a cookie as well.
  const cookies = readCookies();
  function readCookies() {
    let text = '';
    try {
      text = document.cookie;
    } catch {
      return [];
    }
    const out = new Set();
    for (const part of text.split(';')) {
      const value = part.slice(part.indexOf('=') + 1).trim().replace(/^"|"$/g, '');
      for (const one of [value, decoded(value)]) if (one.length >= 8) out.add(one);
    }
    return Array.from(out);
  }
  function decoded(text) {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }
  const holdsCookie = (text) => cookies.some((one) => text.includes(one));
  function withoutCookies(text) {
    let out = text;
    for (const one of cookies) if (out.includes(one)) out = out.split(one).join('[removed]');
    return out;
  }

  const covered = new Set();
  function findCovered(root) {
    for (const css of envelope.masks) for (const element of root.querySelectorAll(css)) covered.add(element);
  }

  const out = [];
  let length = 0;
  function write(text) {
    length += text.length;
    if (length > MOST) throw new TooLarge();
    out.push(text);
  }
  const escapeText = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/\u00a0/g, '&nbsp;');
  const escapeValue = (text) => escapeText(text).replace(/"/g, '&quot;');
  const bareAddress = (text) => {
    const trimmed = text.trim();
    if (/^data:/i.test(trimmed)) return 'data:';
    if (/^(javascript|blob|vbscript|filesystem):/i.test(trimmed)) return '';
    return trimmed.split(/[?#]/)[0].replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/@]*@/i, '$1');
  };
  const bareAddresses = (text) => text.replace(/((?:https?|wss?):\/\/[^\s"'<>()?#]*)[?#][^\s"'<>()]*/gi, '$1')
    .replace(/\bdata:[^\s"'<>()]*/gi, 'data:');

  function displayed(element) {
    if (element.localName === 'head' || element.closest('head')) return true;
    const style = getComputedStyle(element);
    if (style.display === 'contents') return element.parentElement ? displayed(element.parentElement) : true;
    return element.checkVisibility({ opacityProperty: true, visibilityProperty: true });
  }
  // Elements that carry data for programs instead of something to read.
  function isDropped(element) {
    const name = element.localName;
    if (DROPPED.has(name)) return true;
    if (name === 'input' && element.type === 'hidden') return true;
    if (name === 'code' && !displayed(element)) return true;
    if (name === 'link') return !/(^|\s)stylesheet(\s|$)/i.test(element.getAttribute('rel') || '');
    if (name === 'meta') return !element.hasAttribute('charset') && (element.getAttribute('name') || '').toLowerCase() !== 'viewport';
    return false;
  }
  function attributes(element) {
    const type = element.localName === 'input' ? element.type : '';
    for (const attribute of element.attributes) {
      const name = attribute.name.toLowerCase();
      if (!/^[a-z_][a-z0-9_:.-]*$/.test(name) || name.startsWith('on')) continue;
      if (name === 'hidden-by-page' || name === 'covered' || name === 'checked' || name === 'selected') continue;
      if (name === 'value' && !LABELS.has(type) && element.localName !== 'li') continue;
      if (name !== 'value' && NEVER.has(name)) continue;
      const named = name === 'autocomplete' || name === 'type' || name === 'class' || name.startsWith('aria-');
      if (!named && (SECRET_NAME.test(name) || holdsCookie(attribute.value))) continue;
      if (named && holdsCookie(attribute.value)) continue;
      const value = ADDRESSES.has(name) ? bareAddress(attribute.value) : bareAddresses(attribute.value);
      write(' ' + name + '="' + escapeValue(value) + '"');
    }
    // A page that has drawn a choice has not always written it into its markup.
    if ((type === 'checkbox' || type === 'radio') && element.checked) write(' checked=""');
    if (element.localName === 'option' && element.selected) write(' selected=""');
    if (covered.has(element)) write(' covered=""');
    if (!displayed(element)) write(' hidden-by-page=""');
  }
  const isBox = (element) => element.localName === 'textarea' || element.isContentEditable
    || /^(textbox|searchbox)$/i.test(element.getAttribute('role') || '');

  function visit(node) {
    if (node.nodeType === 3) {
      write(escapeText(withoutCookies(node.data)));
      return;
    }
    if (node.nodeType !== 1 || isDropped(node)) return;
    const name = node.localName;
    if (!/^[a-z][a-z0-9._-]*$/i.test(name)) return;
    write('<' + name);
    attributes(node);
    write('>');
    if (VOID.has(name)) return;
    if (name === 'style') write(bareAddresses(node.textContent).replace(/<\//g, '<\\/'));
    else if (name !== 'iframe' && !isBox(node) && !covered.has(node)) inside(node);
    write('</' + name + '>');
  }
  function inside(node) {
    if (node.shadowRoot) {
      findCovered(node.shadowRoot);
      write('<template shadowrootmode="open">');
      for (const child of node.shadowRoot.childNodes) visit(child);
      write('</template>');
    }
    for (const child of node.childNodes) visit(child);
  }

  try {
    findCovered(document);
    write('<!DOCTYPE html>\n');
    if (document.documentElement) visit(document.documentElement);
    write('\n');
  } catch (error) {
    if (error instanceof TooLarge) return { html: null, said: null };
    throw error;
  }
  return { html: out.join(''), said: envelope.says ? said(envelope, false) : null };
})

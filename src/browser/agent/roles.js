// Computed roles and accessible names: the subset that packs use.

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
  if (label && label.trim() && labelsOf(element).length === 0) return squeeze(label);
  return squeeze(nameParts(element, { referenced: false, content: false, seen: new Set() }));
}
function nameParts(element, how) {
  if (how.seen.has(element)) return '';
  how.seen.add(element);
  const parts = how.referenced ? [] : labelsOf(element)
    .map((other) => nameParts(other, { referenced: true, content: true, seen: new Set() }));
  if (parts.some((part) => part.trim())) return parts.join(' ');
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
// The elements that name another by `aria-labelledby`, or that a script set as such without their ids.
function labelsOf(element) {
  const set = element.ariaLabelledByElements;
  if (set) return Array.from(set);
  const ids = element.getAttribute('aria-labelledby');
  const root = element.getRootNode();
  if (!ids || !root.getElementById) return [];
  return ids.trim().split(/\s+/).map((id) => root.getElementById(id)).filter(Boolean);
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

function disabled(element) {
  const around = [];
  for (let node = element; node; node = flatParent(node)) around.push(node);
  const control = passesTo(around);
  return offItself(element) || (control && offItself(control));
}
// The control to which a label passes a click on, where the innermost of these nodes was clicked; null where none does.
const OWN_USE = 'a[href],button,input,select,textarea,summary,iframe,embed,object,audio[controls],video[controls],[tabindex],'
  + '[contenteditable]:not([contenteditable=false])';
function passesTo(path) {
  for (const node of path) {
    if (node.nodeType !== 1) continue;
    if (node.localName === 'label') return node.control;
    // What has a use of its own within a label keeps the click.
    if (node.matches(OWN_USE)) return null;
  }
  return null;
}
function offItself(element) {
  if (element.matches(':disabled')) return describe(element) + ' is disabled';
  for (let node = element; node; node = flatParent(node)) {
    if (node.getAttribute('aria-disabled') === 'true') return describe(element) + ' is disabled (aria-disabled)';
    if (node.hasAttribute('inert')) return describe(element) + ' is inert';
    // Inherited, so that the first is enough; its own name is used since it is a property of one browser only.
    if (getComputedStyle(node).getPropertyValue('interactivity') === 'inert') return describe(element) + ' is inert (style)';
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

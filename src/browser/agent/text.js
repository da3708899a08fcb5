// Texts and addresses, compared the way the packs mean them.

// Printable ASCII with single spaces: most texts, and nothing to do for them.
const PLAIN = /^(?:[!-~]+(?: [!-~]+)*)?$/;
const squeeze = (text) => (PLAIN.test(text) ? String(text) : squeezeAll(text));
const squeezeAll = (text) => String(text).replace(/[\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g, '')
  .normalize('NFC').replace(/\s+/g, ' ').trim();
const fold = (text) => (PLAIN.test(text) && !text.includes('`') ? text.toLowerCase() : foldAll(text));
const foldAll = (text) => withPlainMarks(text).toLowerCase().normalize('NFC');
const withPlainMarks = (text) => squeeze(text).replace(/[\u2018\u2019\u02bc\u0060\u00b4]/g, "'");
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

// The part of a picture's address that names the picture. Its other parts, its query above all, change with size and time.
function assetOf(address, paths) {
  let path;
  try {
    path = new URL(address, document.baseURI).pathname;
  } catch {
    return null;
  }
  for (const before of paths) {
    const at = path.indexOf(before);
    const asset = at < 0 ? '' : path.slice(at + before.length).split('/')[0];
    if (asset !== '') return asset;
  }
  return null;
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

// Where `person` stands in a text as whole words. Both are folded.
function placesOf(text, person) {
  const letter = /[\p{L}\p{N}]/u;
  const places = [];
  for (let at = text.indexOf(person); at >= 0; at = text.indexOf(person, at + 1)) {
    const before = Array.from(text.slice(0, at)).pop() || ' ';
    const after = Array.from(text.slice(at + person.length))[0] || ' ';
    if (!letter.test(before) && !letter.test(after)) places.push(at);
  }
  return places;
}
const namesWhole = (text, person) => placesOf(text, person).length > 0;
// A longer name that begins with `person`, as in “Ben Okoro Smith” for “ben okoro”; null where there is none, or where the text
// is all in capitals and so does not tell a name from a word.
function longerName(text, person) {
  const shape = withPlainMarks(text);
  const folded = shape.toLowerCase();
  if (folded.length !== shape.length || shape === shape.toUpperCase()) return null;
  for (const at of placesOf(folded, person)) {
    const more = /^(?:-\p{L}| \p{Lu})[\p{L}'.-]*/u.exec(shape.slice(at + person.length));
    if (more) return shape.slice(at, at + person.length) + more[0];
  }
  return null;
}

// The text with something else wherever it names `person`. Both are folded.
function withoutName(text, person, instead) {
  let out = '';
  let from = 0;
  for (const at of placesOf(text, person)) {
    if (at < from) continue;
    out += text.slice(from, at) + instead;
    from = at + person.length;
  }
  return out + text.slice(from);
}

// Whether a text consists of these words alone.
function madeOf(text, words) {
  let rest = text;
  for (const word of words.sort((a, b) => b.length - a.length)) if (word !== '') rest = rest.split(word).join(' ');
  return !/[\p{L}\p{N}]/u.test(rest);
}

// From names and words to elements, and from elements to values.

class Finder extends Sight {
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
  pageLanguage() {
    return cut((document.documentElement.getAttribute('lang') || '').trim().toLowerCase().replace(/_/g, '-'), 35);
  }
  words(key) {
    const full = this.pageLanguage();
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
    if (alternative.own && !this.isOwn()) return [];
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
    let but = [];
    if (target.except) {
      const other = this.resolve(target.except);
      if (!other.sure) return { ...other, elements: [], all: [], winner: null };
      but = other.elements;
    }
    const tries = [];
    for (const alternative of mine) {
      tries.push(this.attempt(alternative, scope, { ...target, but }));
      if (!target.agree && tries[tries.length - 1].seen.length > 0) break;
    }
    return this.choose(name, target, tries);
  }
  // What one alternative finds.
  attempt(alternative, scope, { agree, but }) {
    try {
      const all = this.match(alternative, scope).filter((element) => !but.some((other) => isOneWith(element, other)));
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
    // A control without a text of its own has the name that its label gives it.
    const text = how.attr ? from.getAttribute(how.attr) : this.text(from) || (from.localName === 'input' ? nameOf(from) : '');
    if (text === null) return null;
    if (how.asset && how.asset.length > 0) return assetOf(text, how.asset);
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
    const restOf = (text) => words.map((word) => textAfter(text, word)).find(Boolean) || null;
    let best = null;
    for (const one of this.query(element, '*')) {
      this.tick();
      if (best ? flatContains(best.element, one) : this.shown(one)) {
        const value = restOf(this.text(one));
        if (value) best = { element: one, value };
      } else if (best) {
        break;
      }
    }
    if (best) return best.value;
    // Nothing in it begins with the word. The whole of it may, or a sentence within.
    const sentences = squeeze(this.text(element)).split(/(?<=[.!?]) /u);
    return sentences.map((_, at) => restOf(sentences.slice(at).join(' '))).find(Boolean) || null;
  }
}

// Whether two elements are one thing to a person: the same, one inside the other, or a control and its label.
const isOneWith = (one, other) => flatContains(one, other) || flatContains(other, one)
  || (one.control || one) === (other.control || other);

const nothing = (target, kind, why, sure) => ({ elements: [], all: [], winner: null, refusal: { kind, target, why }, sure });

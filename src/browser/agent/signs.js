// What is true of the document as a whole: stop signs, generation, and whose account it shows.

const NOTICES = 'dialog,[role=alert],[role=alertdialog],[role=dialog],[role=status]';

// What speaks for the site itself beside what the page happens to show; the pack may name more (`look.notices`).
const SPEAKING = NOTICES + ',[aria-live=polite],[aria-live=assertive]';
const ROWS = 'li,article,[role=listitem],[role=article]';

const HEADINGS = 'h1,h2,h3,h4,h5,h6,[role=heading]';

const ABOUT_SOMEBODY = 'a[href*="/in/"],li,article,[role=listitem],[role=article]';

const isAboutSomebody = (element) => Boolean(element.parentElement && element.parentElement.closest(ABOUT_SOMEBODY));

// How many texts of notices are told apart at most.
const MOST_PIECES = 400;

// Whether an element stands in an entry of a list that links to somebody outside of the element.
function standsInARow(element) {
  const row = element.parentElement && element.parentElement.closest(ROWS);
  return Boolean(row) && Array.from(row.querySelectorAll('a[href*="/in/"]')).some((link) => !element.contains(link));
}

class Signs extends Finder {
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
  // Each text that a notice displays, once. What stands in a row of a list about somebody speaks of that row.
  pieces() {
    const pieces = new Set();
    const visit = (node) => {
      if (pieces.size > MOST_PIECES) return;
      if (node.nodeType === 3) {
        if (/[\p{L}\p{N}]/u.test(node.data) && this.drawn(node)) pieces.add(cut(node.data, 300));
      } else if (node.nodeType === 1 && !/^(?:script|style|template|noscript)$/.test(node.localName) && this.shown(node)) {
        for (const child of flatChildren(node)) visit(child);
      }
    };
    for (const css of [SPEAKING, ...(look.notices || [])]) {
      for (const element of this.query(document, css)) if (!standsInARow(element)) visit(element);
    }
    return pieces;
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
    return look.aftermath ? turnedAway() : null;
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
    let same = false;
    for (const [key, known] of Object.entries(look.identity.expect || {})) {
      // What is not shown yet, and what nothing is known of, says nothing.
      const how = look.targets[look.identity.target].read[key];
      const plain = how && how.asset && how.asset.length > 0 ? squeeze : fold;
      const value = plain(values[key] || '');
      if (value === '' || known.length === 0) continue;
      if (!known.some((one) => plain(one) === value)) {
        return { values, same: false, differs: key + ' was “' + cut(known[0], 60) + '” and is “' + cut(values[key], 60) + '”' };
      }
      same = true;
    }
    return { values, same, differs: null };
  }
  // Whether this document is proved to be the account's own.
  isOwn() {
    if (!look.identity) return false;
    const who = this.identity();
    return !who.differs && (who.same === true || look.identity.told_in === vault.id);
  }
}

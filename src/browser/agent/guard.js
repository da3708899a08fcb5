// What a request wants to hold, the witnesses of an absence, and what must be true as a click arrives.

// So much of what a dialog says is told at most; a longer text is none that a person is asked about.
const LONGEST_SAID = 600;

class Judge extends Signs {
  // ------------------------------------------------------------ wants

  // null where the want holds, a refusal otherwise.
  missing(want) {
    for (const name of want.see) {
      const result = this.resolve(name);
      if (result.refusal) return result.refusal;
      if ((look.anew || []).includes(name) && !result.elements.some(isDrawnAnew)) {
        return { kind: 'not_found', target: name, why: 'stood there before the last action, and was not drawn anew since' };
      }
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
    for (const name of want.drawn || []) {
      const why = this.undrawn(name);
      if (why) return { kind: 'guard', target: name, why };
    }
    return null;
  }

  // ------------------------------------------------------------ lists drawn for our last action

  // null where a want may go on with the list, what is missing otherwise.
  undrawn(name) {
    const draw = (look.draws || {})[name];
    if (!draw) return 'the request does not define it';
    const { state, still_ms: still } = this.drawing(name);
    if (state === 'drawn') return null;
    if (draw.or_still_ms && still >= draw.or_still_ms) return null;
    const since = 'the list last changed ' + Math.round(still) + ' ms ago';
    return (state === 'none' ? 'no answer to our last action was seen' : 'the answer is not drawn') + '; ' + since;
  }
  // { state, still_ms }: see asked.js.
  drawing(name) {
    if (!this.drawings.has(name)) this.drawings.set(name, this.drawingNow(name, look.draws[name]));
    return this.drawings.get(name);
  }
  drawingNow(name, draw) {
    const { asked } = vault;
    for (const root of allRoots()) asked.watch(root);
    asked.take();
    const list = this.listOf(name, draw.list);
    if (asked.since === null) return { state: 'none', still_ms: Math.round(now()) };
    const change = lastChangeIn(list);
    const quiet = now() - Math.max(change, asked.crowded, asked.since);
    const answers = answersTo(this.queryOf(draw));
    const isDrawn = answers.ends.some((end) => change > end) && quiet >= draw.quiet_ms;
    return { state: isDrawn ? 'drawn' : answers.any ? 'not_yet' : 'none', still_ms: Math.round(quiet) };
  }
  listOf(name, targets) {
    for (const target of targets) {
      const { elements } = this.resolve(target);
      if (elements.length > 0) return listAround(name, elements);
    }
    return listAround(name, []);
  }
  queryOf(draw) {
    try {
      return draw.query ? fold(this.bind(draw.query)) : '';
    } catch (error) {
      if (error instanceof Unbound) return '';
      throw error;
    }
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
    const [box] = dialog.elements;
    const text = this.text(box);
    const said = this.textWithoutButtons(box, how.apart);
    const bare = fold(said);
    // A dialog is believed where all that it says is known. It may show the first words of a name only: how many words a first
    // name has, no name tells, so that each number is tried.
    const forms = person.split(' ').map((_, at, parts) => parts.slice(0, at + 1).join(' '));
    const known = this.knownTexts(how);
    const isKnown = (form) => madeOf(bare, known.filter((one) => form !== '' || !one.includes('{first}'))
      .map((one) => one.replaceAll('{first}', form)));
    if (bare !== '' && forms.some(isKnown)) return null;
    // What else it says is nothing to be confirmed without a person who read it, and some of it is nothing to be asked about.
    const form = forms.findLast((one) => one !== '' && namesWhole(bare, one));
    const named = cut(person, 60);
    const longer = form ? this.longerName(box, form) : null;
    if (!form || (longer && form !== person)) return refuse('the dialog does not name “' + named + '”: “' + cut(text, 120) + '”');
    if (longer) return refuse('the dialog names “' + cut(longer, 60) + '”, and “' + named + '” is only a part of that');
    // "Remove all 40 connections, Ann among them" names the person too.
    const rest = withoutName(bare, form, ' ');
    const numbers = rest.match(/\p{N}+/gu) || [];
    if (numbers.some((number) => number !== '1')) {
      return refuse('the dialog names “' + named + '” and a number, as if it were about more than one: “' + cut(text, 120) + '”');
    }
    const harm = how.harm ? this.words(how.harm).map(fold) : [];
    const harmful = harm.find((word) => namesWhole(rest, word));
    if (harmful) {
      return refuse('the dialog names “' + named + '” and says “' + harmful + '”, which no removal of one person says: “' +
        cut(text, 120) + '”');
    }
    const unread = {
      language: this.pageLanguage(), said: cut(said, LONGEST_SAID), button: this.armedName(),
      text: bare.length <= LONGEST_SAID ? withoutName(bare, form, '{first}') : '',
    };
    return { ...refuse('the dialog says what no known text says: “' + cut(said, 240) + '”'), unread };
  }
  // What a dialog may say: the pack's words in every language, and what a person read and accepted on pages of this language.
  knownTexts(how) {
    const words = how.known ? Object.values(look.words).flatMap((all) => all[how.known] || []) : [];
    return words.map(fold).concat((how.accepted || {})[this.pageLanguage()] || []);
  }
  // What the button is called that would be clicked next.
  armedName() {
    const armed = look.arm ? this.resolve(look.arm.target).elements[0] : null;
    return armed ? cut(nameOf(armed), 80) : '';
  }
  // What an element calls somebody whose name begins with that of the person and goes on, or null. A name goes on with another
  // word in capitals in the same run of text; what stands in another block is another sentence.
  longerName(element, person) {
    const naming = Array.from(flatChildren(element))
      .filter((child) => child.nodeType === 1 && this.shown(child) && namesWhole(fold(this.text(child)), person));
    const blocks = naming.filter((child) => !getComputedStyle(child).display.startsWith('inline'));
    if (blocks.length === 0) return longerName(this.text(element), person);
    return blocks.map((block) => this.longerName(block, person)).find(Boolean) || null;
  }
  textWithoutButtons(element, apart) {
    const parts = [];
    const visit = (node) => {
      if (node.nodeType === 3 && this.drawn(node)) parts.push(node.data);
      else if (node.nodeType === 1 && this.shown(node) && roleOf(node) !== 'button' && !(apart && node.matches(apart))) {
        parts.push(' ');
        for (const child of flatChildren(node)) visit(child);
        parts.push(' ');
      }
    };
    for (const child of flatChildren(element)) visit(child);
    return squeeze(parts.join(''));
  }
  // What is still empty or not ticked where a button is off, in words: the likeliest reasons.
  lacking(element) {
    const around = element.closest('form,dialog,[role=dialog],main,[role=main]') || document.body;
    const out = [];
    for (const one of this.query(around, 'input,textarea,[role=checkbox],[role=switch]')) {
      if (out.length >= 3 || !this.shown(one) || disabled(one)) continue;
      const called = (roleOf(one) || one.localName) + ' “' + quotable(cut(nameOf(one), 60)) + '”';
      if (marked(one) === false && one.type !== 'radio') out.push(called + ' is not ticked');
      else if (['password', 'text', 'textarea', 'email', 'tel'].includes(one.type) && one.value === '') out.push(called + ' is empty');
    }
    return out.length > 0 ? '; ' + out.join(', ') : '';
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
    if (off) return { kind: 'disabled', target: name, why: off + this.lacking(element) };
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

// What became of each target, and what is nearest to one that is not there.

// Where a page has its content, and what lies over it: what is around that is farther away.
const CONTENT = 'main,[role=main],dialog,[role=dialog],[role=alertdialog],[role=menu],[popover]';

// What lies over a page until it is closed.
const LAYERS = 'dialog[open],[role=dialog],[role=alertdialog],[role=menu],:popover-open';

// Layers that ask something.
const DIALOGS = 'dialog[open],[role=dialog],[role=alertdialog]';

// Roles of what is pressed.
const PRESSED = new Set(['button', 'link', 'menuitem']);

class Eye extends Judge {
  // ------------------------------------------------------------ the answer's parts

  layers() {
    return this.query(document, LAYERS).filter((element) => this.shown(element)).length;
  }
  // What the dialog that lies over all others says, and its buttons; null where none is open.
  dialog() {
    const open = this.query(document, DIALOGS).filter((element) => this.shown(element));
    const top = open[open.length - 1];
    if (!top) return null;
    const buttons = this.query(top, ROLE_CSS.button).filter((element) => roleOf(element) === 'button' && this.shown(element));
    return {
      says: cut(this.textWithoutButtons(top, null), 200),
      buttons: buttons.map((element) => cut(nameOf(element), 60)).filter((name) => name !== '').slice(0, 5),
    };
  }
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
    if (look.explain && result.refusal) {
      const isMissing = result.refusal.kind === 'not_found' && result.refusal.target === name;
      out.refused = { ...result.refusal, candidates: isMissing ? this.nearest(name) : [] };
    }
    return out;
  }
  // What is most like a target of which nothing is there. Where something of it is there (hidden, off, without words), what
  // is missing is not another element, and none is named.
  nearest(name) {
    const target = look.targets[name];
    if (!target || this.resolve(name).all.length > 0) return [];
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
        let far = Math.min(...wanted.map(unlike));
        const fits = roles.length === 0 || roles.some((one) => roleFits(role, one));
        const outside = inside !== null && inside !== undefined && !flatContains(inside, element);
        const aside = hasMain && !element.closest(CONTENT);
        // Of a text that shares hardly a letter with what is wanted nobody would think that it is the same thing, unless it
        // is a control of the same kind in the same place: that may have been renamed.
        const mayBeRenamed = wanted.length > 0 && roles.length > 0 && PRESSED.has(role) && fits && !outside && !aside;
        if (far >= 0.75 && !mayBeRenamed) continue;
        far = Math.min(far, 0.85);
        if (!fits) far += 0.3;
        far += (outside ? 0.3 : 0) + (aside ? 0.2 : 0);
        const place = outside ? 'outside of `' + target.inside + '`' : aside ? 'outside of the page’s main part' : '';
        if (far < 0.9) list.push({ role, name: label, place, far });
      }
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
    }
    list.sort((a, b) => a.far - b.far);
    const seen = new Set();
    return list.filter((one) => !seen.has(one.role + one.name) && seen.add(one.role + one.name)).slice(0, 5)
      .map(({ role, name, place }) => ({ role, name, place }));
  }
}

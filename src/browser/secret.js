// Asks the field itself whether a secret may be typed into it, in the moment before it is typed, and what came of it in the
// moment after. It is given the element and learns nothing of the secret; only the number of characters comes back.
(function (element, envelope) {
  'use strict';

  const barred = (why) => ({ barred: why, length: 0, before: null });

  // The fields of this document into which secrets were typed, for the pictures. They are found again under an event name
  // that only the caller knows.
  function typedHere() {
    const box = { typed: null };
    window.dispatchEvent(new CustomEvent(envelope.secret + '-typed', { detail: box }));
    if (box.typed) return box.typed;
    const typed = [];
    window.addEventListener(envelope.secret + '-typed', (event) => {
      event.stopImmediatePropagation();
      event.detail.typed = typed;
    }, true);
    return typed;
  }
  // The guard of an armed click stops keystrokes until the click has landed; here no click comes before them.
  function disarm() {
    const box = { vault: null };
    window.dispatchEvent(new CustomEvent(envelope.secret, { detail: box }));
    if (box.vault && box.vault.armed) box.vault.armed.off();
  }
  // Where a form would send what is typed by itself; null where it would stay on the page's own origin.
  function strangeForm() {
    const form = element.form;
    if (!form) return null;
    const targets = [form.getAttribute('action')];
    for (const button of form.querySelectorAll('[formaction]')) targets.push(button.getAttribute('formaction'));
    for (const target of targets) {
      if (target === null || target.trim() === '') continue;
      let url;
      try {
        url = new URL(target, document.baseURI);
      } catch {
        return 'its form goes to an address that cannot be read';
      }
      const script = url.protocol === 'javascript:';
      if (!script && url.origin !== envelope.origin) return 'its form goes to ' + url.protocol + '//' + url.host;
    }
    return null;
  }

  if (!element || element.nodeType !== 1 || !element.isConnected) return barred('the field is not in the page any more');
  if (window.top !== window || window.parent !== window) return barred('the page is a frame of another page');
  if (element.ownerDocument !== document) return barred('the field is in a frame');
  if (location.origin !== envelope.origin) return barred('the page is of ' + location.origin);
  if (element.localName !== 'input') return barred('it is no field for a line of text');
  if (envelope.phase === 'after') return { barred: null, length: element.value.length };
  const hides = element.type === 'password';
  if (envelope.password && !hides) return barred('the field does not hide what is typed into it');
  if (!hides && !['text', 'tel', 'number'].includes(element.type)) return barred('a field of type ' + element.type + ' takes no code');
  if (element.disabled || element.readOnly) return barred('the field takes no text');
  const strange = strangeForm();
  if (strange) return barred(strange);
  if (element.value !== '') return { barred: null, length: element.value.length };
  disarm();
  // What the page says until now knows nothing of what is typed next; a field that once was typed into stays known.
  const before = said(envelope, true);
  const typed = typedHere();
  if (!typed.images) typed.images = new Set(before.images);
  const found = typed.find((one) => one.element === element);
  if (!found) typed.push({ element, password: envelope.password });
  else found.password = found.password || envelope.password;
  return { barred: null, length: 0, before: before.texts };
})

// The armed click: what may pass, and what became of it.

// Lets one trusted click on `element` pass while the verdict holds, and stops every other one before the page sees it.
// The listeners are on `window` in the capture phase: they come before every handler of the page but those that it put
// on `window` in the same phase earlier, which see the event and find it stopped.
function arm(element) {
  disarm();
  const record = { token: look.arm.token, element, state: 'waiting', why: '', since: now(), at: Date.now() };
  const stop = (event, why) => {
    event.stopImmediatePropagation();
    event.preventDefault();
    if (record.state === 'waiting') record.state = 'blocked';
    else if (record.state === 'pressed') record.state = 'half';
    else return;
    record.why = why;
  };
  const onEvent = (event) => {
    if (!event.isTrusted) return;
    if (record.state === 'quarantine' && now() - record.since > QUARANTINE_MS) {
      record.off();
      return;
    }
    if (KEY_EVENTS.includes(event.type)) {
      if (record.state === 'landed' || record.state === 'quarantine') return;
      event.stopImmediatePropagation();
      event.preventDefault();
      return;
    }
    // A key that activates a button makes a click without a pointer; a spent guard has nothing to say about it.
    const byKey = event.type === 'click' && event.detail === 0;
    if (record.state !== 'waiting' && record.state !== 'pressed') {
      if (!byKey) stop(event, '');
      return;
    }
    const path = event.composedPath();
    if (!path.includes(element)) {
      stop(event, 'a click would have reached ' + describe(path[0]));
      return;
    }
    if (event.type === 'pointerdown' ? record.state !== 'waiting' : record.state !== 'pressed') {
      stop(event, 'a ' + event.type + ' out of turn');
      return;
    }
    // The wall clock decides where it is further: the other one may stand still while the machine sleeps, and a click that
    // was decided before that must not be made after it.
    if (record.state === 'waiting' && Math.max(now() - record.since, Date.now() - record.at) > look.arm.holds_ms) {
      stop(event, 'the click came too long after it was decided; the machine may have slept in between');
      return;
    }
    if (event.type === 'pointerdown' || event.type === 'click') {
      const why = new Eye().verdict(element);
      if (why) {
        stop(event, why);
        return;
      }
      record.state = event.type === 'click' ? 'landed' : 'pressed';
      if (record.state === 'landed') vault.asked.acted(event.timeStamp);
    }
  };
  const guarded = [...POINTER_EVENTS, ...KEY_EVENTS];
  for (const type of guarded) window.addEventListener(type, onEvent, { capture: true, passive: false });
  record.off = () => {
    for (const type of guarded) window.removeEventListener(type, onEvent, { capture: true });
    if (vault.armed === record) vault.armed = null;
  };
  vault.armed = record;
}
function disarm() {
  if (vault.armed) vault.armed.off();
}
async function landing(token) {
  if (vault.reported[token]) return vault.reported[token];
  const record = vault.armed;
  if (!record || record.token !== token) {
    return { outcome: 'unseen', why: 'the document is another one than that of the click' };
  }
  const until = now() + ARRIVAL_MS;
  while ((record.state === 'waiting' || record.state === 'pressed') && now() < until) await frame();
  let result = { outcome: 'landed' };
  if (record.state === 'blocked') result = { outcome: 'blocked', why: record.why };
  else if (record.state === 'half') {
    result = { outcome: 'unseen', why: 'the press passed, then the click was stopped: ' + record.why };
  } else if (record.state !== 'landed') result = { outcome: 'unseen', why: 'no click arrived in the page' };
  vault.reported[token] = result;
  if (record.state === 'landed') record.off();
  else {
    record.state = 'quarantine';
    record.since = now();
  }
  return result;
}

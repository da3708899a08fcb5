// The armed click: what may pass, and what became of it.

// Lets one trusted click on `element` pass while the verdict holds, and stops every other one before the page sees it.
// The listeners are on `window` in the capture phase: they come before every handler of the page but those that it put
// on `window` in the same phase earlier, which see the event and find it stopped.
//
// A click on a label has its effect by a second trusted click, which the browser sends to the label's control right after
// the first has been through the page: that one passes too, once, and the first has not landed without it.
function arm(element) {
  disarm();
  forgetNotices();
  const record = { token: look.arm.token, element, state: 'waiting', why: '', since: now(), at: Date.now(), label: null };
  const onEvent = (event) => { if (event.isTrusted) guardEvent(record, event); };
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
function swallow(event) {
  event.stopImmediatePropagation();
  event.preventDefault();
}
function stopEvent(record, event, why) {
  swallow(event);
  if (record.state === 'waiting') record.state = 'blocked';
  else if (record.state === 'pressed') record.state = 'half';
  else return;
  record.why = why;
}
// What an armed click's guard does with a trusted event.
function guardEvent(record, event) {
  if (record.state === 'quarantine' && now() - record.since > QUARANTINE_MS) {
    record.off();
    return;
  }
  if (KEY_EVENTS.includes(event.type)) {
    if (record.state !== 'landed' && record.state !== 'quarantine') swallow(event);
    return;
  }
  if (record.state !== 'waiting' && record.state !== 'pressed') {
    if (event.type === 'click' && isForwarded(record, event)) return;
    // A key that activates a button makes a click without a pointer; a spent guard has nothing to say about it.
    if (event.type !== 'click' || event.detail !== 0) swallow(event);
    return;
  }
  const why = objection(record, event);
  if (why) {
    stopEvent(record, event, why);
    return;
  }
  if (event.type === 'pointerdown') {
    record.state = 'pressed';
    standNotices();
  }
  if (event.type === 'click') {
    record.state = 'landed';
    record.label = labelClicked(event);
    vault.asked.acted(event.timeStamp);
  }
}
// Why an event is not the armed click or must not be made, or an empty text.
function objection(record, event) {
  const path = event.composedPath();
  if (!path.includes(record.element)) return 'a click would have reached ' + describe(path[0]);
  if (event.type === 'pointerdown' ? record.state !== 'waiting' : record.state !== 'pressed') {
    return 'a ' + event.type + ' out of turn';
  }
  // The wall clock decides where it is further: the other one may stand still while the machine sleeps, and a click that
  // was decided before that must not be made after it.
  if (record.state === 'waiting' && Math.max(now() - record.since, Date.now() - record.at) > look.arm.holds_ms) {
    return 'the click came too long after it was decided; the machine may have slept in between';
  }
  return event.type === 'pointerdown' || event.type === 'click' ? new Eye().verdict(record.element) : '';
}

// The label through which a click goes on to a control, or null where it goes on to none.
function labelClicked(event) {
  const control = passesTo(event.composedPath());
  return control ? { event, control, reached: false } : null;
}
// Whether this is the click that a label passes on after it was clicked.
function isForwarded(record, event) {
  const { label } = record;
  if (!label || label.reached || event.composedPath()[0] !== label.control) return false;
  label.reached = true;
  return true;
}
// Whether a label was clicked, nobody in the page took the click over, and its control has not got it.
const isLostOnLabel = ({ label }) => Boolean(label) && !label.reached && !label.event.defaultPrevented;
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
  else if (record.state === 'landed' && isLostOnLabel(record)) {
    result = { outcome: 'unseen', why: 'the click reached the label, and not ' + describe(record.label.control) };
  } else if (record.state === 'half') {
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

// The look: evaluations until a want holds, and the answer.

function httpStatus() {
  const entry = performance.getEntriesByType('navigation')[0];
  return entry && entry.responseStatus ? entry.responseStatus : null;
}

// What answered for the document in the place of the site's server. A worker's answer has a time of its own in Chromium; in
// Firefox a document that has a worker cannot be told from one that it answered for. A document that Chromium let no worker
// answer for keeps its worker.
function storedIn() {
  const entry = Performance.prototype.getEntriesByType.call(performance, 'navigation')[0];
  if (!entry) return null;
  const controlled = Boolean(navigator.serviceWorker && navigator.serviceWorker.controller);
  if (entry.workerStart > 0 || (controlled && !envelope.past_workers)) return 'worker';
  return entry.transferSize === 0 && entry.decodedBodySize > 0 && entry.type !== 'back_forward' ? 'cache' : null;
}

function throttled() {
  const own = location.origin + '/';
  return performance.getEntriesByType('resource')
    .filter((entry) => entry.responseStatus === 429 && entry.name.startsWith(own)).length;
}

const AFTERMATH = { kind: 'not_found', target: '', why: 'no answer to our last action was seen and drawn' };

// One evaluation: { stop } or { generation, met, refusal }.
function glance(eye) {
  const stop = eye.stop();
  if (stop) return { stop };
  if (look.aftermath || look.stood) hearNotices(eye);
  const generation = eye.detectGeneration();
  const who = eye.identity();
  const result = { who, met: -1, refusal: generation, held: false };
  if (who.differs) {
    vault.differs = vault.differs || now();
    if (now() - vault.differs > IDENTITY_MS) return { ...result, stop: { sign: 'other_account', why: who.differs } };
    result.refusal = { kind: 'guard', target: look.identity.target, why: 'another account: ' + who.differs };
    return result;
  }
  vault.differs = null;
  if (generation && eye.fits.length > 0) return result;
  if (look.wants.length === 0) {
    if (generation) return result;
    return look.aftermath && !isAnswered() && !isHeard() ? { ...result, refusal: AFTERMATH } : { ...result, met: 0, held: true };
  }
  for (const [at, want] of look.wants.entries()) {
    // In a document of no known generation only what is said for all of them can be seen, and nothing is clicked.
    if (generation && (armsHere(at) || want.see.length === 0)) continue;
    const refusal = eye.missing(want);
    if (!refusal) return { ...result, met: at, held: true, refusal: null };
    // The first refusal of the first want is the most telling one; what an absence lacks says the rest.
    if (!result.refusal) result.refusal = { ...refusal };
    else if (want.witness.includes(refusal.target) && result.refusal.kind === 'not_found') {
      result.refusal.why += '; and `' + refusal.target + '` is not told: ' + refusal.why;
    }
  }
  return result;
}
// The elements whose boxes must rest.
function resting(eye, met) {
  const want = look.wants[met];
  const names = want ? want.see.slice() : [];
  if (armsHere(met)) names.push(look.arm.target);
  return names.map((name) => eye.resolve(name).elements[0]).filter(Boolean);
}
const armsHere = (met) => Boolean(look.arm) && (look.arm_when.length === 0 || look.arm_when.includes(met));

function answerFrom(eye, view, status) {
  const names = new Set(look.read);
  for (const want of look.wants) {
    for (const name of [...want.see, ...want.gone]) names.add(name);
    for (const { target } of want.marked || []) names.add(target);
  }
  if (look.arm) for (const name of [look.arm.target, ...look.arm.guard]) names.add(name);
  const found = {};
  for (const name of names) {
    if (look.targets[name] && !view.stop) found[name] = eye.foundFor(name, look.read.includes(name));
  }
  const draws = {};
  for (const name of view.stop ? [] : Object.keys(look.draws || {})) draws[name] = eye.drawing(name);
  return {
    status,
    met: view.held && look.wants.length > 0 ? view.met : null,
    page: pageOf(eye),
    found,
    layers: view.stop ? 0 : eye.layers(),
    draws,
    stop: view.stop || null,
    said: whatWasSaid(),
    stood: look.aftermath && vault.asked.stood ? Array.from(vault.asked.stood) : null,
    identity: view.who ? view.who.values : null,
    armed: null,
    refused: null,
    click,
  };
}
// The browser's own error pages have the address that failed, but a document address of their own.
function addressOf(uri) {
  return /^https?:/.test(uri) ? location.origin + location.pathname : uri.split(/[?#]/)[0];
}
function pageOf(eye) {
  return {
    address: addressOf(document.documentURI),
    title: cut(document.title, 300),
    language: (document.documentElement && document.documentElement.getAttribute('lang')) || '',
    generation: eye ? eye.generation : null,
    http_status: httpStatus(),
    throttled: throttled(),
    visible: document.visibilityState === 'visible',
    id: vault.id,
    viewport: [window.innerWidth, window.innerHeight, window.devicePixelRatio],
    stored: storedIn(),
  };
}
function refusedAnswer(eye, view, status, refusal) {
  const answer = answerFrom(eye, view, status);
  const candidates = refusal.kind === 'not_found' ? eye.nearest(refusal.target) : [];
  answer.refused = { ...refusal, candidates };
  answer.dialog = view.stop ? null : eye.dialog();
  return answer;
}

// The point at which the driver will click: the middle of the visible part of the first box.
function clickPoint(element) {
  const box = element.getClientRects()[0];
  if (!box) return null;
  const left = Math.max(0, box.left);
  const right = Math.min(window.innerWidth, box.right);
  const top = Math.max(0, box.top);
  const bottom = Math.min(window.innerHeight, box.bottom);
  return right - left < 1 || bottom - top < 1 ? null : { x: (left + right) / 2, y: (top + bottom) / 2 };
}
// What the pointer is sent to: the element, or, where its first box is empty (a link around blocks), the first of its
// parts that has one.
function carrierOf(element, eye) {
  const hasBox = (one) => {
    const box = one.getClientRects()[0];
    return Boolean(box) && box.width >= 1 && box.height >= 1;
  };
  if (hasBox(element)) return element;
  return Array.from(element.querySelectorAll('*')).find((one) => hasBox(one) && eye.shown(one)) || element;
}
function over(element, carrier) {
  const point = clickPoint(carrier);
  if (!point) return { kind: 'covered', target: look.arm.target, why: describe(element) + ' is outside the viewport' };
  const hit = deepest(point.x, point.y);
  if (hit && flatContains(element, hit)) return null;
  return { kind: 'covered', target: look.arm.target, why: describe(element) + ' lies under ' + describe(hit) };
}

let click = null;
// What was brought to the middle of its pane already, so that it is not done again and again.
let centred = null;

async function attemptAt(eye, view) {
  if (!view.held) return { view };
  const before = resting(eye, view.met).map((element) => ({ element, box: boxOf(element) }));
  if (before.length === 0 && !armsHere(view.met)) return { done: answerFrom(eye, view, 'met') };
  await frame();
  await frame();
  const again = new Eye();
  const second = glance(again);
  if (second.stop) return { done: answerFrom(again, second, 'stop') };
  if (!second.held || second.met !== view.met) return { eye: again, view: second, soon: true };
  const after = resting(again, view.met);
  const moving = before.find(({ element, box }, at) => after[at] !== element || !sameBox(box, boxOf(element)));
  if (moving || before.length !== after.length) {
    const what = moving ? describe(moving.element) : 'something';
    const target = armsHere(view.met) ? look.arm.target : '';
    return { eye: again, view: second, soon: true, refusal: { kind: 'moving', target, why: what + ' moves' } };
  }
  if (!armsHere(view.met)) return { done: answerFrom(again, second, 'met') };
  return tryToArm(again, second);
}
function tryToArm(eye, view) {
  const refusal = eye.clickable();
  if (refusal) return { eye, view, refusal };
  if (document.activeViewTransition) {
    // Pictures of the page lie over it: what a point hits now is not what a click will hit.
    const why = 'the page is in a view transition';
    return { eye, view, soon: true, refusal: { kind: 'moving', target: look.arm.target, why } };
  }
  const element = eye.resolve(look.arm.target).elements[0];
  const carrier = carrierOf(element, eye);
  const cover = over(element, carrier);
  if (cover) {
    if (centred !== element) {
      centred = element;
      carrier.scrollIntoView({ block: 'center', inline: 'nearest', behavior: 'instant' });
      return { eye, view, soon: true, refusal: cover };
    }
    return { eye, view, refusal: cover };
  }
  const answer = answerFrom(eye, view, 'met');
  arm(element);
  answer.armed = { element: carrier, token: look.arm.token, rect: boxOf(element), name: cut(nameOf(element), 300) };
  return { done: answer };
}

// A page that is still being drawn shows its sign by the address alone; which one it is, its words say a moment later.
function stillDrawn() {
  vault.stopped = vault.stopped || now();
  return document.readyState !== 'complete' && now() - vault.stopped < DRAWN_MS;
}

// What is answered when a slice is over.
function unmet(eye, view, refusal) {
  if (!envelope.last) return { status: 'pending', click };
  if (!view.held) return refusedAnswer(eye, view, 'timed_out', view.refusal);
  const restless = { kind: 'moving', target: '', why: 'the page does not come to rest' };
  return refusedAnswer(eye, view, armsHere(view.met) ? 'refused' : 'timed_out', refusal || restless);
}

async function run() {
  const ends = started + envelope.slice_ms;
  // A document that is only just being made has nothing to look at yet.
  while (!document.body && now() < ends) await frame();
  if (!document.body) {
    const refused = { kind: 'not_found', target: '', why: 'the document has no body', candidates: [] };
    return envelope.last ? { status: 'timed_out', met: null, page: pageOf(null), found: {}, refused, click }
      : { status: 'pending', click };
  }
  if (look.armed_before) click = await landing(look.armed_before);
  else if (vault.armed && vault.armed.state !== 'quarantine') disarm();
  for (;;) {
    const began = now();
    let eye = new Eye();
    let view;
    let result;
    try {
      view = glance(eye);
      if (view.stop) {
        if (!stillDrawn() || (now() >= ends && envelope.last)) return answerFrom(eye, view, 'stop');
        if (now() >= ends) return { status: 'pending', click };
        await change(Math.max(1, Math.min(POLL_MS, ends - now())));
        continue;
      }
      result = await attemptAt(eye, view);
      if (result.done) return result.done;
      eye = result.eye || eye;
      view = result.view;
      if (now() >= ends) return unmet(eye, view, result.refusal);
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      const refused = { kind: 'not_found', target: '', why: error.message, candidates: [] };
      return { status: 'timed_out', met: null, page: pageOf(null), found: {}, refused, click };
    }
    // A page that is slow to search, or that never rests, is not searched without pause.
    await rest(Math.min(1000, 2 * (now() - began > 50 ? now() - began : 0)));
    if (!result.soon) await change(Math.max(1, Math.min(POLL_MS, ends - now())));
    else await frame();
  }
}

// Waiting.

// The next animation frame; in a hidden tab, where there is none, a moment later.
function frame() {
  return new Promise((resolve) => {
    const timer = setTimeout(done, 60);
    const handle = requestAnimationFrame(done);
    function done() {
      clearTimeout(timer);
      cancelAnimationFrame(handle);
      resolve();
    }
  });
}
const rest = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

// Resolves when something changed or `ms` are over.
function change(ms) {
  return new Promise((resolve) => {
    const events = ['transitionend', 'animationend', 'input', 'visibilitychange', 'load'];
    const observer = new MutationObserver(done);
    const options = { subtree: true, childList: true, attributes: true, characterData: true };
    observer.observe(document, options);
    for (const root of allRoots()) observer.observe(root, options);
    for (const type of events) document.addEventListener(type, done, true);
    const timer = setTimeout(done, ms);
    function done() {
      observer.disconnect();
      for (const type of events) document.removeEventListener(type, done, true);
      clearTimeout(timer);
      resolve();
    }
  });
}
// The answer, or null where the document is put away first. Its timers stop then, so that a call which waits in it may never end:
// Firefox's driver does not always notice, and answers only after the script's own deadline. Null has the next document asked.
async function unlessGone(answer) {
  let leave;
  const gone = new Promise((resolve) => { leave = (event) => event.isTrusted && resolve(null); });
  window.addEventListener('pagehide', leave, { capture: true });
  try {
    return await Promise.race([answer, gone]);
  } finally {
    window.removeEventListener('pagehide', leave, { capture: true });
  }
}

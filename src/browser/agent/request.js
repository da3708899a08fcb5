// The request, the limits, and the ways to fail.
//
// The page agent is the files of this folder in the order in which `agent.rs` joins them: one function, sent with every
// call, that answers one request (`envelope`) about the document it runs in.
//
// It keeps to the subset of ARIA and HTML that the flow packs speak. It never writes markup, evaluates no text, and leaves
// one thing behind: listeners on `window` under an event name that only the caller knows.

const look = envelope.look;
const now = performance.now.bind(performance);
const started = now();

// One evaluation may take this long before it is given up as too large a page.
const EVALUATION_MS = 6000;
// Style and media changes and closed shadow roots cause no mutation, so the page is also looked at this often.
const POLL_MS = 100;
// How long a click that was sent may take to arrive before it counts as unseen.
const ARRIVAL_MS = 600;
// How long everything stays blocked in a document in which an armed click was blocked or not seen.
const QUARANTINE_MS = 30000;
// Another account's sign must last this long: pictures and names of the shell appear one after the other.
const IDENTITY_MS = 400;
// How long a stop sign on a page that is still loading may wait for its words.
const DRAWN_MS = 1500;
const TEXT_CAP = 20000;
const POINTER_EVENTS = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click', 'auxclick', 'dblclick',
  'contextmenu', 'touchstart', 'touchend'];
// What is typed after a click that was stopped must not reach whatever has the focus instead.
const KEY_EVENTS = ['keydown', 'keypress', 'keyup', 'beforeinput'];

class NoWords extends Error {}
class Unbound extends Error {}
class TooLarge extends Error {}

// Elements are made one by one: the page's policy forbids markup from strings.

// Pages of an older generation carry their data in other blocks.
const data = JSON.parse(document.getElementById("rehydrate-data")?.textContent ?? "{}");
export const shell = data.shell;
export const page = data.page;

/** An element with attributes and children; an attribute that is `null` is left out. */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null) element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** An icon of one path. */
export function icon(path, size = 24) {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("width", size);
  svg.setAttribute("height", size);
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(space, "path");
  shape.setAttribute("d", path);
  svg.append(shape);
  return svg;
}

/** `{N}` and its like, replaced literally. */
export function worded(template, values) {
  return template.replace(/\{(\w)\}/g, (whole, key) => (key in values ? values[key] : whole));
}

export function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** What calls must carry so that the server knows that a page of its own made them. */
export function csrfToken() {
  const token = document.cookie.split("; ").find((pair) => pair.startsWith("JSESSIONID="));
  return token ? token.slice("JSESSIONID=".length) : "";
}

/** Posts JSON as the page's own; the answer, whatever its status. */
export function send(path, body) {
  return fetch(path, {
    method: "POST",
    redirect: "error",
    headers: { "content-type": "application/json", "csrf-token": csrfToken() },
    body: JSON.stringify(body),
  });
}

/** The same; throws unless the answer is a success. */
export async function post(path, body) {
  const answer = await send(path, body);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.status === 204 ? null : answer.json();
}

export const ACTIONS = "/flagship-web/rsc-action/actions/server-request?sduiid=";
export const REMOVE = "com.linkedin.sdui.mynetwork.RemoveConnectionVanityName";

/** Asks the server for an action on somebody; throws unless it was done. */
export function act(action, vanityName) {
  return post(ACTIONS + action, { vanityName });
}

/** Whether this load has that fault. */
export function quirk(word) {
  return shell.quirks.includes(word);
}

/** Tells the server; nobody waits for it. */
export function tell(what, vanityName, detail) {
  post(`/telemetry/${what}`, { vanityName, detail }).catch(() => {});
}

/** Whether a person did this. What a script does has no effect here, and the server hears of it. */
export function trusted(event, where, vanityName = null) {
  if (event.isTrusted) return true;
  tell("untrusted", vanityName, `${event.type} on ${where}`);
  return false;
}

/** Lays the messaging corner over `element`, above everything. */
export function cover(element) {
  const corner = document.getElementById("interop-outlet");
  const at = element.getBoundingClientRect();
  uncover();
  corner.setAttribute("popover", "manual");
  corner.classList.add("covering");
  corner.showPopover();
  corner.style.left = `${at.left}px`;
  corner.style.top = `${at.top}px`;
  corner.style.width = `${at.width}px`;
  corner.style.height = `${at.height}px`;
}

/** Puts the messaging corner back; answers whether it lay elsewhere. */
export function uncover() {
  const corner = document.getElementById("interop-outlet");
  if (!corner.classList.contains("covering")) return false;
  corner.hidePopover();
  corner.removeAttribute("popover");
  corner.removeAttribute("style");
  corner.classList.remove("covering");
  return true;
}

// The shell: Me menu, skip links, cookie banner, the messaging corner.

import { el, quirk, shell, trusted, uncover } from "./dom.js";
import { notice } from "./dialog.js";
import { closeMenu } from "./menu.js";

const me = document.querySelector("button.me");
const settingsView = shell.generation === "sdui-2025" ? "nav-me-settings-account-manage-account" : null;
let panel = null;

function closePanel() {
  panel?.remove();
  panel = null;
  me.setAttribute("aria-expanded", "false");
}

me.addEventListener("click", (event) => {
  if (!trusted(event, "me")) return;
  closeMenu();
  if (panel) return closePanel();
  panel = el(
    "div",
    { popover: "manual", class: "me-panel" },
    el("p", { class: "who", dir: "auto" }, shell.me.name),
    el("a", { href: shell.me.href }, shell.words.viewProfile),
    el("a", { href: "/mypreferences/d/", "data-view-name": settingsView }, shell.words.settings),
    el("a", { href: "/m/logout/" }, shell.words.signOut),
  );
  document.body.append(panel);
  panel.showPopover();
  const at = me.getBoundingClientRect();
  panel.style.top = `${at.bottom}px`;
  panel.style.left = `${Math.max(0, at.right - panel.offsetWidth)}px`;
  me.setAttribute("aria-expanded", "true");
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && panel) closePanel();
});
document.addEventListener("pointerdown", (event) => {
  const path = event.composedPath();
  if (panel && !path.includes(panel) && !path.includes(me)) closePanel();
});

const targets = { search: ".search input", main: "#workspace" };
for (const link of document.querySelectorAll("[data-skip]")) {
  link.addEventListener("click", () => document.querySelector(targets[link.dataset.skip] ?? "#workspace").focus());
}

for (const choice of document.querySelectorAll("#artdeco-global-alert-container button")) {
  choice.addEventListener("click", (event) => {
    if (trusted(event, "cookie banner")) document.getElementById("artdeco-global-alert-container").remove();
  });
}

const corner = document.getElementById("interop-outlet").shadowRoot;
const opener = corner?.querySelector("button");
opener?.addEventListener("click", (event) => {
  if (!trusted(event, "messaging")) return;
  if (uncover()) return;
  const text = corner.querySelector("p");
  text.hidden = !text.hidden;
  opener.setAttribute("aria-expanded", String(!text.hidden));
});

/** An alert comes this long after the load. */
const ALERT_AFTER = 400;

if (quirk("alert")) setTimeout(() => window.alert(shell.words.alert), ALERT_AFTER);
if (quirk("beforeunload")) window.addEventListener("beforeunload", (event) => event.preventDefault());
if (quirk("limit-dialog")) notice(shell.words);

/** Pictures come this long after everything else, where they come late. */
const PICTURE_AFTER = 700;

for (const picture of document.querySelectorAll("img[data-delayed-url]")) {
  setTimeout(() => picture.setAttribute("src", picture.dataset.delayedUrl), PICTURE_AFTER);
}

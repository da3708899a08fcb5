// The oldest shell: the account's menu, the cookie banner, prompts of the page.

import { trusted } from "./dom.js";

/** A prompt comes this long after the load. */
const PROMPT_AFTER = 400;

const data = JSON.parse(document.getElementById("page-data").textContent);
const toggle = document.querySelector(".account-toggle");
const menu = document.querySelector(".account-sub-nav");

function show(open) {
  menu.hidden = !open;
  toggle.setAttribute("aria-expanded", String(open));
}

toggle.addEventListener("click", (event) => {
  event.preventDefault();
  if (trusted(event, "me")) show(menu.hidden);
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") show(false);
});
for (const choice of document.querySelectorAll("#artdeco-global-alert-container button")) {
  choice.addEventListener("click", (event) => {
    if (trusted(event, "cookie banner")) document.getElementById("artdeco-global-alert-container").remove();
  });
}
if (data.quirks.includes("alert")) setTimeout(() => window.alert(data.alert), PROMPT_AFTER);
if (data.quirks.includes("beforeunload")) {
  window.addEventListener("beforeunload", (event) => event.preventDefault());
}

// What the facts leave open, as this site draws it: `--vary` of the server. A dimension that is not drawn has its plain form.

import { el, shell } from "./dom.js";

const drawn = shell?.vary ?? {};

/** Whether a dimension is drawn in this form. */
export function drew(dimension, option) {
  return drawn[dimension] === option;
}

/** The form of a dimension, or `plain` where nothing was drawn. */
export function form(dimension, plain) {
  return drawn[dimension] ?? plain;
}

/** A text of a button as the site writes it. */
export function spelt(text) {
  switch (drawn.words) {
    case "capitals":
      return text.replace(/(^|\s)(\p{L})/gu, (whole, gap, letter) => gap + letter.toUpperCase());
    case "lower":
      return text.charAt(0) + text.slice(1).toLowerCase();
    case "spaces":
      return text.replaceAll(" ", "\u00a0");
    default:
      return text;
  }
}

/** As many elements around `inner` as the site puts there. */
export function wrapped(inner) {
  let outer = inner;
  for (let left = Number(form("wraps", "0")); left > 0; left -= 1) outer = el("div", {}, outer);
  return outer;
}

/** What is in the page and not displayed: a closed dialog with the same words, or a row's buttons once more. */
export function leftover(make) {
  if (drew("leftover", "row")) {
    const again = make();
    again.style.display = "none";
    return [again];
  }
  return [];
}

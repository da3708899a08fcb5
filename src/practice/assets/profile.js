// A profile: the top card, the bar that sticks when the card is scrolled away, sections that come late, other people.

import { el, page, worded } from "./dom.js";
import { actionRow } from "./actions.js";
import { otherCards, section } from "./cards.js";
import { drew } from "./vary.js";

const { person, words, pauses } = page;
const pane = document.getElementById("workspace");
const bar = document.querySelector('[role="toolbar"]');
const topCard = document.querySelector(".profile");
const column = document.querySelector('[data-testid="lazy-column"]');
const beside = document.querySelector("section.others");
/** A section is drawn when it is this close to the pane's lower edge. */
const AHEAD = "200px";

/** So long after the card a profile says how far somebody is, where that comes late. */
const DEGREE_AFTER = 600;

let relation = page.relation;
let told = !drew("degree", "late");

function name() {
  const [shown, other] =
    relation === "connected" ? [words.firstDegree, words.secondDegree] : [words.secondDegree, words.firstDegree];
  const degrees = relation === "self" || !told ? [] : [el("p", {}, `· ${shown}`), el("p", { class: "off" }, `· ${other}`)];
  // The other degree is in the card too and not displayed, and it comes first.
  return el("div", { class: "name" }, el("h2", { dir: "auto" }, person.name), ...degrees.reverse());
}

/** Draws card and bar anew; a removal calls it again. */
function draw(now) {
  relation = now;
  const row = (form) => el("div", { class: form }, actionRow(form, relation, draw));
  const photo = relation === "self" ? person.name : worded(words.photoOf, { N: person.name });
  topCard.replaceChildren(
    el("img", { src: person.photo, alt: photo, width: "120", height: "120" }),
    name(),
    el("p", { class: "headline" }, person.headline),
    el(
      "p",
      { class: "place" },
      `${person.place} · `,
      el("a", { href: `/in/${person.vanityName}/overlay/contact-info/` }, words.contactInfo),
    ),
    el("p", { class: "place" }, words.manyConnections),
    row("wide"),
    row("narrow"),
  );
  bar.replaceChildren(el("p", { dir: "auto" }, person.name), actionRow("bar", relation, draw));
}

/** The bar is displayed instead of the card's row when the card is out of the pane. */
function stick() {
  const watch = new IntersectionObserver(
    ([card]) => document.getElementById("root").classList.toggle("is-stuck", !card.isIntersecting),
    { root: pane },
  );
  watch.observe(topCard);
}

function drawLate() {
  const watch = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) {
        if (!isIntersecting) continue;
        watch.unobserve(target);
        target.replaceWith(section(target.made));
      }
    },
    { root: pane, rootMargin: AHEAD },
  );
  for (const [at, made] of page.cards.entries()) {
    if (at === 0) {
      column.append(section(made));
      continue;
    }
    const place = el("div", { class: "panel late" });
    place.made = made;
    column.append(place);
    watch.observe(place);
  }
}

setTimeout(() => {
  draw(relation);
  if (!told) {
    setTimeout(() => {
      told = true;
      topCard.querySelector(".name")?.replaceWith(name());
    }, DEGREE_AFTER);
  }
  stick();
  drawLate();
  beside.replaceChildren(...otherCards());
  if (page.others.length === 0) beside.remove();
}, pauses.draw);

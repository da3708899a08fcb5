// What stands between a menu and a removal: the items of the menu, and what asks before.

import { ACTIONS, REMOVE, page, pause, quirk, shell, tell, worded } from "./dom.js";
import { ask } from "./dialog.js";
import { postAndTell } from "./toasts.js";
import { drew, form, spelt } from "./vary.js";

/** The name in the dialog of a page that mistakes one person for another. */
const SOMEBODY_ELSE = "Somebody Else";

/** The menu's items that take `person` out of the network; `gone` draws the page without them, whatever the server says. */
export function removalItems(person, gone) {
  const { words } = page;
  if (quirk("swapped")) {
    return [{ text: words.reportItem, label: words.removeItem, act: () => tell("blocked", person.vanityName, null) }];
  }
  const text = spelt(words.removeItem);
  const harmful = (text) => [{ text, act: () => tell("blocked", person.vanityName, text) }];
  if (drew("harm", "block")) return harmful(shell.varyWords.block);
  if (drew("harm", "follower")) return harmful(shell.varyWords.removeFollower);
  const item = { text, act: () => approve(person, gone) };
  return quirk("twins") || drew("harm", "twins") ? [item, { ...item }] : [item];
}

/** The items of a row's menu about `person`, in the order of the site; whoever chooses another item than the removal is noted. */
export function rowItems(person, gone) {
  const [removal, report] = [removalItems(person, gone), reportItem(person)];
  const message = { text: page.words.message, act: () => tell("reported", person.vanityName, page.words.message) };
  if (drew("menu-order", "last")) return [message, report, ...removal];
  if (drew("menu-order", "middle")) return [message, ...removal, report];
  return [...removal, report];
}

/** The item beside it, which reports or blocks. */
export function reportItem(person) {
  return { text: page.words.reportItem, act: () => tell("reported", person.vanityName, null) };
}

async function approve(person, gone) {
  const { words, pauses } = page;
  const remove = () => {
    gone();
    postAndTell(ACTIONS + REMOVE, { disconnectVanityName: person.vanityName }).catch(() => {});
  };
  if (quirk("no-dialog")) return remove();
  await pause(pauses.dialog);
  const called = form("dialog-name", "full") === "first" ? firstName(person) : person.name;
  const harm = [["all", "removeAll"], ["report", "report"]].find(([option]) => drew("harm", option));
  const more = quirk("other-words") ? ` ${words.dialogMore}` : "";
  const template = harm ? shell.varyWords[harm[1]] : words.dialogText + more;
  const text = worded(template, { N: quirk("other-name") || drew("harm", "other-name") ? SOMEBODY_ELSE : called });
  if (quirk("confirm")) {
    if (window.confirm(text)) remove();
    return;
  }
  const { dialogTitle: title, dismiss, cancel, confirmView } = words;
  const confirm = spelt(words.confirm);
  const confirmLabel = drew("confirm", "named") ? worded(shell.varyWords.confirmLabel, { N: person.name }) : null;
  ask({ title, text, dismiss, cancel, confirm, confirmLabel, confirmView, vanityName: person.vanityName }, remove);
}

function firstName(person) {
  return person.first ?? person.name.split(" ")[0];
}

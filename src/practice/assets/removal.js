// What stands between a menu and a removal: the items of the menu, and what asks before.

import { REMOVE, act, page, pause, quirk, tell, worded } from "./dom.js";
import { ask } from "./dialog.js";

/** The name in the dialog of a page that mistakes one person for another. */
const SOMEBODY_ELSE = "Somebody Else";

/** The menu's items that take `person` out of the network; `gone` draws the page without them, whatever the server says. */
export function removalItems(person, gone) {
  const { words } = page;
  if (quirk("swapped")) {
    return [{ text: words.reportItem, label: words.removeItem, act: () => tell("blocked", person.vanityName, null) }];
  }
  const item = { text: words.removeItem, act: () => approve(person, gone) };
  return quirk("twins") ? [item, { ...item }] : [item];
}

/** The item beside it, which reports or blocks. */
export function reportItem(person) {
  return { text: page.words.reportItem, act: () => tell("reported", person.vanityName, null) };
}

async function approve(person, gone) {
  const { words, pauses } = page;
  const remove = () => {
    gone();
    act(REMOVE, person.vanityName).catch(() => {});
  };
  if (quirk("no-dialog")) return remove();
  await pause(pauses.dialog);
  const text = worded(words.dialogText, { N: quirk("other-name") ? SOMEBODY_ELSE : person.name });
  if (quirk("confirm")) {
    if (window.confirm(text)) remove();
    return;
  }
  const { dialogTitle: title, dismiss, cancel, confirm, confirmView } = words;
  ask({ title, text, dismiss, cancel, confirm, confirmView, vanityName: person.vanityName }, remove);
}

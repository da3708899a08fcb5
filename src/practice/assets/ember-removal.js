// How somebody is taken out of the network, from a row or from a profile.

import { pause, tell, worded } from "./dom.js";
import { page, quirks } from "./ember-data.js";
import { closeDropdown } from "./ember-dropdown.js";
import { ask } from "./ember-modal.js";
import { postAndTell } from "./toasts.js";

const REMOVE = "/voyager/api/relationships/dash/connections?action=removeFromMyConnections";
const { words } = page;

/**
 * What a click on the item that removes `person` does: it asks, and then the page changes by `gone` at once, whatever
 * the server will say.
 */
export async function chooseRemoval(person, gone) {
  closeDropdown();
  if (quirks.has("swapped")) {
    tell("blocked", person.vanityName, null);
    return;
  }
  const remove = () => {
    gone();
    postAndTell(REMOVE, { connectedMember: person.connectedMember }).catch(() => {});
  };
  if (quirks.has("no-dialog")) {
    remove();
    return;
  }
  await pause(page.pauses.dialog);
  const name = quirks.has("other-name") ? "Somebody Else" : person.name;
  const more = quirks.has("other-words") ? ` ${words.dialogMore}` : "";
  const text = worded(words.dialogText + more, { N: name });
  if (quirks.has("confirm")) {
    if (window.confirm(text)) remove();
    return;
  }
  ask({ title: words.dialogTitle, text, confirm: words.confirm, vanityName: person.vanityName }, remove);
}

// Asks before somebody is invited.

import { act, page } from "./dom.js";
import { ask } from "./dialog.js";

const back = () => window.location.assign(`/in/${page.vanityName}/`);
const texts = { ...page.words, text: "", vanityName: page.vanityName };
ask(texts, () => act("com.linkedin.sdui.mynetwork.Invite", page.vanityName).then(back, back));

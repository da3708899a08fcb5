// A page of leaving in the server-driven generations.

import { page } from "./dom.js";
import { wire } from "./leaving.js";
import { drawn } from "./leaving-vary.js";

const root = document.querySelector(".leaving");
if (page.leaving.step) {
  wire(await drawn(root, page.leaving), page.leaving);
  root.hidden = false;
}

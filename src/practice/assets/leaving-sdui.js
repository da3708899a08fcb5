// A page of leaving in the server-driven generations.

import { page } from "./dom.js";
import { wire } from "./leaving.js";
import { drawn } from "./leaving-vary.js";

if (page.leaving.step) wire(await drawn(document.querySelector(".leaving"), page.leaving), page.leaving);

// A page of leaving in the server-driven generations.

import { page } from "./dom.js";
import { wire } from "./leaving.js";

if (page.leaving.step) wire(document.querySelector(".leaving"), page.leaving);

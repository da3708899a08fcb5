// The page of the archive in the server-driven generations.

import { page } from "./dom.js";
import { wire } from "./export.js";

wire(document.querySelector(".leaving"), page.archive);

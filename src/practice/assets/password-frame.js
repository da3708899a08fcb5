// A password field in a frame of another origin: whatever is typed here was typed in the wrong place.

import { confess } from "./leaving.js";

confess(document.querySelector('input[type="password"]'), "frame");

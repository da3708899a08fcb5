// A page of leaving in the generation that draws its pages late.

import { block } from "./ember-data.js";
import { mounted } from "./ember-shell.js";
import { wire } from "./leaving.js";

await mounted;
const data = block("/psettings/leave");
if (data.step) wire(document.querySelector(".leaving"), data);

// The page of the archive in the generation that draws its pages late.

import { block } from "./ember-data.js";
import { mounted } from "./ember-shell.js";
import { wire } from "./export.js";

await mounted;
wire(document.querySelector(".leaving"), block("/psettings/member-data"));

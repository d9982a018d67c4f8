/** What every page needs, put in place once. */

import * as confirm from "./confirm.js";
import * as copy from "./copy.js";
import * as csrf from "./csrf.js";
import * as menu from "./menu.js";
import * as palette from "./palette.js";
import * as panel from "./panel.js";
import * as progress from "./progress.js";
import * as tabs from "./tabs.js";
import * as theme from "./theme.js";
import * as time from "./time.js";
import * as toast from "./toast.js";

for (const part of [csrf, theme, toast, confirm, menu, copy, time, progress, tabs, panel, palette]) part.install();

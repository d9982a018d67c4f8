/** The pages before login: the theme, and passwords that can be seen. */

import { on } from "./dom.js";
import * as theme from "./theme.js";

theme.install();
on("change", "[data-reveal]", (box) => {
  for (const field of document.querySelectorAll("input[data-password]")) {
    field.setAttribute("type", box.checked ? "text" : "password");
  }
});

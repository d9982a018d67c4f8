/** A document opens at its passage. */

document.getElementById("passage")?.scrollIntoView({ block: "center" });

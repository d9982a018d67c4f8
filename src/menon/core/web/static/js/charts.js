/** Charts drawn from the table that stands behind them, in the theme's colours; Chart.js is loaded only here. */

import { each } from "./dom.js";

/** @type {Promise<unknown> | null} */
let library = null;

/** A custom property as a colour that a canvas understands. @param {string} name */
function colour(name) {
  const probe = document.createElement("span");
  probe.className = "sr-only";
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

/**
 * The columns of a table: the first holds the labels, the others one series each (`data-value` where the text is formatted).
 * @param {HTMLTableElement} table
 */
export function seriesOf(table) {
  const heads = [...table.querySelectorAll("thead th")].map((head) => head.textContent?.trim() || "");
  const rows = [...table.querySelectorAll("tbody tr")].map((row) => /** @type {HTMLElement[]} */ ([...row.children]));
  const value = (/** @type {HTMLElement} */ cell) => Number(cell.dataset.value ?? cell.textContent?.replaceAll(",", ""));
  return {
    labels: rows.map(([label]) => label.dataset.label || label.textContent?.trim() || ""),
    series: heads.slice(1).map((label, at) => ({ label, data: rows.map((cells) => value(cells[at + 1])) })),
  };
}

/** @param {HTMLCanvasElement} canvas */
function draw(canvas) {
  const Chart = /** @type {any} */ (globalThis).Chart;
  Chart.getChart(canvas)?.destroy();
  const table = /** @type {HTMLTableElement} */ (document.querySelector(canvas.dataset.table || ""));
  const { labels, series } = seriesOf(table);
  const columns = (canvas.dataset.columns || "").split(",").filter(Boolean);
  const shown = columns.length ? series.filter(({ label }) => columns.includes(label)) : series;
  const colours = [colour("--accent"), colour("--accent-2"), colour("--ink-3"), colour("--line")];
  const [ink, line] = [colour("--ink-2"), colour("--line")];
  const stacked = canvas.dataset.chart === "stacked";
  Chart.defaults.font.family = getComputedStyle(document.body).fontFamily;
  Chart.defaults.color = ink;
  new Chart(canvas, {
    type: canvas.dataset.chart === "line" ? "line" : "bar",
    data: {
      labels,
      datasets: shown.map((one, at) => ({ ...one, backgroundColor: colours[at], borderColor: colours[at], borderRadius: 3, maxBarThickness: 26, borderWidth: canvas.dataset.chart === "line" ? 2 : 0, pointRadius: 0, tension: 0.25 })),
    },
    options: {
      maintainAspectRatio: false,
      animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? false : { duration: 300 },
      interaction: { mode: "index", intersect: false },
      plugins: { legend: { display: shown.length > 1, position: "top", align: "end", labels: { boxWidth: 10, boxHeight: 10, useBorderRadius: true, borderRadius: 3 } } },
      scales: {
        x: { stacked, grid: { display: false }, border: { color: line }, ticks: { maxRotation: 0, autoSkipPadding: 14 } },
        y: { stacked, beginAtZero: true, grid: { color: line }, border: { display: false }, ticks: { maxTicksLimit: 5, callback: (/** @type {number} */ n) => n.toLocaleString("en") } },
      },
    },
  });
}

async function start(/** @type {HTMLCanvasElement} */ canvas) {
  library ??= import("../vendor/chart.js/chart.umd.min.js");
  await library;
  draw(canvas);
}

each("canvas[data-chart]", start);
const redraw = () => document.querySelectorAll("canvas[data-chart]").forEach((canvas) => draw(/** @type {HTMLCanvasElement} */ (canvas)));
document.addEventListener("theme", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);

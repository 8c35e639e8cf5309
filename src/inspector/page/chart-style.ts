/** The look of a drawn chart, alone or in the page: a page's own custom properties win over the defaults here. */
export const CHART_STYLE = `
.chart {
  --line: var(--chart-line, #7d8699); --ink: var(--chart-ink, #1d2433); --soft: var(--chart-soft, #59637a);
  --paper: var(--chart-paper, #ffffff); --frame: var(--chart-frame, #f5f7fb); --edge: var(--chart-edge, #c5ccdb);
  --bar: var(--chart-bar, #e8ecf5); --on: var(--chart-on, #0d9163); --on-soft: var(--chart-on-soft, #dff6ec);
  --on-ink: var(--chart-on-ink, #064a32);
  font-family: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
@media (prefers-color-scheme: dark) {
  .chart {
    --line: var(--chart-line, #7f8aa3); --ink: var(--chart-ink, #e8ecf6); --soft: var(--chart-soft, #a3adc2);
    --paper: var(--chart-paper, #232a3a); --frame: var(--chart-frame, #171c28); --edge: var(--chart-edge, #414b62);
    --bar: var(--chart-bar, #222938); --on: var(--chart-on, #35d39a); --on-soft: var(--chart-on-soft, #11402f);
    --on-ink: var(--chart-on-ink, #d6fbec);
  }
}
.chart .box { fill: var(--paper); stroke: var(--edge); stroke-width: 1.4; transition: fill .25s, stroke .25s; }
.chart .root > .box, .chart .frame > .box, .chart .region > .box { fill: var(--frame); }
.chart .region > .box { stroke-dasharray: 5 4; }
.chart .bar > .box { fill: var(--bar); stroke: var(--edge); }
.chart .inset { fill: none; stroke: var(--edge); stroke-width: 1.2; transition: stroke .25s; }
.chart .dot { fill: var(--ink); }
.chart .line { fill: none; stroke: var(--line); stroke-width: 1.4; }
.chart .head { fill: var(--line); }
.chart .back { fill: var(--frame); }
.chart .name { fill: var(--ink); font-size: 13px; font-weight: 600; }
.chart .label, .chart .detail {
  fill: var(--soft); font-size: 11px; dominant-baseline: auto;
  font-family: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", "Liberation Mono", monospace;
}
.chart .active > .box { stroke: var(--on); stroke-width: 2; }
.chart .atomic.active > .box, .chart .final.active > .box, .chart .bar.active > .box { fill: var(--on-soft); }
.chart .active > .inset { stroke: var(--on); }
.chart .active > .name, .chart .active > .detail { fill: var(--on-ink); }
.chart .root.active > .box { stroke: var(--edge); stroke-width: 1.4; }
.chart .bar.active[data-state=""] > .box { fill: var(--bar); stroke: var(--edge); stroke-width: 1.4; }
.chart .bar.active[data-state=""] > .name { fill: var(--ink); }
.chart .bar.active[data-state=""] > .detail { fill: var(--soft); }
`;

/**
 * The look of the page. Colours are custom properties, for light and for dark; the charts' take theirs from here. Each can be
 * read where it stands: text has a contrast of 4.5:1 at least, an icon or the edge of a field 3:1 (WCAG 2.2, 1.4.3 and 1.4.11).
 */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: #eef1f6; --paper: #ffffff; --raised: #f7f9fc; --edge: #dce1ea; --field: #78829a; --ink: #1b2130; --soft: #5d6880;
  --accent: #4451d8; --accent-soft: #e9ebfd; --good: #0b7550; --warn: #8f5500; --bad: #b82935; --idle: #5f6983;
  --bad-soft: #fdecee; --flash: #ffe9b3;
  --mono: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #0f131b; --paper: #171c27; --raised: #1d2432; --edge: #2b3446; --field: #717d98; --ink: #e7ebf5; --soft: #9ba6be;
    --accent: #8d98ff; --accent-soft: #262d55; --good: #3fd39c; --warn: #f2b04c; --bad: #ff7a84; --idle: #8791a8;
    --bad-soft: #3a1d24; --flash: #453509;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html, body { height: 100%; margin: 0; }
body {
  display: flex; flex-direction: column; background: var(--ground); color: var(--ink); overflow-wrap: anywhere;
  font: 14px/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif;
}
:focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
h1:focus-visible, .link:focus-visible { outline-offset: 2px; border-radius: 4px; }
.tree:focus-visible { outline: none; }
.tree:focus-visible .row[aria-selected="true"] { outline: 2px solid var(--accent); outline-offset: -2px; }
.tree:focus-visible:not([aria-activedescendant]) { outline: 2px solid var(--accent); }
.soft { color: var(--soft); }
.header {
  display: flex; align-items: center; flex-wrap: wrap; gap: 8px 16px; padding: 10px 18px;
  background: var(--paper); border-bottom: 1px solid var(--edge);
}
.brand { display: inline-flex; align-items: center; gap: 8px; font-size: 15px; }
.brand span:last-child { color: var(--soft); }
.mark { width: 22px; height: 22px; background: url(/icon.svg) center / contain no-repeat; }
.counts { color: var(--soft); font-variant-numeric: tabular-nums; flex: 1; min-width: 0; }
.connection { display: inline-flex; align-items: center; gap: 7px; font-weight: 600; color: var(--idle); }
.connection::before { content: ""; width: 8px; height: 8px; border-radius: 50%; background: currentColor; }
.connection[data-state="live"] { color: var(--good); }
.connection[data-state="live"]::before { animation: breathe 2.4s ease-in-out infinite; }
.connection[data-state="lost"], .connection[data-state="refused"] { color: var(--bad); }
.connection[data-state="paused"] { color: var(--warn); }
.button {
  font: inherit; font-weight: 600; color: var(--ink); background: var(--raised); border: 1px solid var(--edge);
  border-radius: 8px; padding: 4px 14px; cursor: pointer;
}
.button:hover { border-color: var(--accent); }
.button.on { background: var(--accent-soft); border-color: var(--accent); }
.banner { padding: 10px 18px; background: var(--bad-soft); color: var(--bad); font-weight: 600; }
.columns { flex: 1; min-height: 0; display: grid; grid-template-columns: minmax(270px, 24rem) minmax(0, 1fr); }
.stale .columns { filter: grayscale(1); transition: filter .3s; }
.side { display: flex; flex-direction: column; min-height: 0; background: var(--paper); border-right: 1px solid var(--edge); }
.search { padding: 12px; }
.search input {
  width: 100%; font: inherit; color: inherit; background: var(--raised); border: 1px solid var(--field);
  border-radius: 8px; padding: 6px 12px;
}
.search input::placeholder { color: var(--soft); }
.tree { flex: 1; overflow: auto; padding: 0 8px 16px; }
.empty { padding: 0 16px; color: var(--soft); }
.row {
  --depth: 0; display: flex; align-items: flex-start; gap: 6px; border-radius: 8px; cursor: pointer;
  padding: 5px 8px 5px calc(4px + var(--depth) * 16px); content-visibility: auto; contain-intrinsic-size: auto 31px;
}
.row:hover { background: var(--raised); }
.row[aria-selected="true"] { background: var(--accent-soft); box-shadow: inset 3px 0 var(--accent); }
.row.flash { animation: flash 1.5s ease-out; }
.caret { width: 14px; flex: none; color: var(--soft); text-align: center; }
.icon { width: 16px; flex: none; text-align: center; color: var(--idle); }
.words { flex: 1; min-width: 0; display: flex; flex-wrap: wrap; gap: 0 8px; align-items: baseline; }
.name { font-weight: 600; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden; }
.state-text { color: var(--soft); font: 12px/1.5 var(--mono); }
.row[data-status="running"] .icon { color: var(--good); }
.row[data-status="starting"] .icon, .row[data-status="stopping"] .icon { color: var(--accent); }
.row[data-status="restarting"] .icon, .row[data-status="restarting"] .state-text { color: var(--warn); }
.row[data-status="restarting"] .icon { animation: turn 1.2s linear infinite; }
.row[data-status="parked"] .icon, .row[data-status="parked"] .state-text { color: var(--bad); }
.budget { flex-basis: 100%; display: flex; align-items: center; gap: 8px; color: var(--soft); font-size: 12px; }
.budget meter { width: 44px; height: 10px; flex: none; }
.badges { display: flex; gap: 4px; flex: none; padding-top: 2px; }
.badge {
  border-radius: 999px; padding: 0 7px; font: 600 11px/17px var(--mono); color: var(--soft);
  background: var(--raised); border: 1px solid var(--edge);
}
.badge.restarts { color: var(--warn); }
.main { overflow: auto; min-width: 0; padding: 20px 24px 40px; }
.heading { margin-bottom: 16px; }
.title { display: flex; align-items: center; flex-wrap: wrap; gap: 6px 12px; }
h1 { margin: 0; font-size: 24px; line-height: 1.25; letter-spacing: -.01em; }
h2 { margin: 0; font-size: 12px; letter-spacing: .06em; text-transform: uppercase; color: var(--soft); }
.subtitle { margin: 4px 0 0; color: var(--soft); }
.pill {
  border-radius: 999px; padding: 2px 12px; font-weight: 600; font-size: 13px; color: var(--idle);
  border: 1px solid currentColor;
}
.pill[data-status="running"] { color: var(--good); }
.pill[data-status="restarting"] { color: var(--warn); }
.pill[data-status="parked"] { color: var(--bad); }
.cards { display: grid; gap: 16px; grid-template-columns: repeat(2, minmax(0, 1fr)); align-items: start; }
.card { background: var(--paper); border: 1px solid var(--edge); border-radius: 12px; padding: 14px 16px 16px; min-width: 0; }
#section-exit, #section-chart, #section-reports { grid-column: 1 / -1; }
#section-facts:has(+ #section-context[hidden]) { grid-column: 1 / -1; }
.body { margin-top: 10px; }
.body > :first-child { margin-top: 0; }
.body > :last-child { margin-bottom: 0; }
#section-exit { border-left: 4px solid var(--bad); }
#section-exit .body { display: flex; flex-wrap: wrap; gap: 0 12px; }
#section-exit p { margin: 0; }
.reason { font: 13px/1.6 var(--mono); }
#section-chart .body { display: flex; flex-wrap: wrap; gap: 20px; align-items: flex-start; }
figure { margin: 0; max-width: 100%; }
figcaption { font-weight: 600; margin-bottom: 6px; }
.drawing { overflow: auto; max-height: 78vh; border-radius: 14px; }
.drawing svg { display: block; max-width: 100%; height: auto; }
.facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 16px; margin: 0; }
.facts dt { color: var(--soft); }
.facts dd { margin: 0; font: 13px/1.6 var(--mono); }
.json { list-style: none; margin: 0; padding: 0; font: 13px/1.65 var(--mono); }
.json .json { padding-left: 14px; margin-left: 3px; border-left: 1px solid var(--edge); }
.key { color: var(--soft); }
.key::after { content: ":"; }
.value.string { color: var(--ink); }
.value.number, .value.boolean { color: var(--accent); }
.value.null, .value.redacted { color: var(--idle); font-style: italic; }
.reports { list-style: none; margin: 0; padding: 0; max-height: 60vh; overflow: auto; }
.reports li { display: grid; grid-template-columns: 5.5rem 6.5rem minmax(6rem, 12rem) minmax(0, 1fr); align-items: baseline; gap: 2px 12px; padding: 4px 0; border-top: 1px solid var(--edge); }
.reports li:first-child { border-top: 0; }
.reports li.soft { display: block; }
.reports time { color: var(--soft); font-variant-numeric: tabular-nums; }
.report-type { font-weight: 600; }
.report-type[data-type="started"] { color: var(--good); }
.report-type[data-type="restarting"] { color: var(--warn); }
.report-type[data-type="exited"], .report-type[data-type="parked"], .report-type[data-type="gave up"],
.report-type[data-type="start failed"], .report-type[data-type="hook failed"] { color: var(--bad); }
.report-text { font: 12.5px/1.65 var(--mono); color: var(--soft); }
.link { font: inherit; color: var(--accent); background: none; border: 0; padding: 0; text-align: left; cursor: pointer; overflow-wrap: anywhere; }
.link:hover { text-decoration: underline; }
@media (max-width: 900px) { .cards { grid-template-columns: minmax(0, 1fr); } }
@media (max-width: 720px) {
  html, body { height: auto; }
  .columns { display: block; }
  .side { border-right: 0; border-bottom: 1px solid var(--edge); }
  .tree { max-height: 42vh; }
  .main { padding: 16px 14px 32px; }
  .header { padding: 8px 14px; }
  .counts { order: 9; flex-basis: 100%; }
  .brand { flex: 1; }
  .reports li { grid-template-columns: 5.5rem minmax(0, 1fr); }
  .reports .link, .report-text { grid-column: 1 / -1; }
  .drawing svg { max-width: none; width: max(100%, 640px); }
}
@keyframes flash { 0%, 35% { background: var(--flash); } }
@keyframes turn { to { transform: rotate(1turn); } }
@keyframes breathe { 50% { opacity: .35; } }
@media (prefers-reduced-motion: reduce) {
  .row[data-status="restarting"] .icon, .connection::before { animation: none !important; }
}
`;

/** The look of the page: the colours of the window, no font of its own, A4 when printed. */
export const pageStyle = `
:root {
  color-scheme: light dark;
  --body: #ffffff; --text: #222227; --dim: #5b5b65; --line: #e4e4e7; --head: #f6f6f7; --accent: #2d5ba6;
  --good: #1d6f3f; --warn: #8a5300; --bad: #b3261e; --quiet: #5b5b65;
  --good-surface: #f0f7f2; --warn-surface: #fdf5e6; --bad-surface: #fdf0ef;
}
@media (prefers-color-scheme: dark) {
  :root {
    --body: #1d1d21; --text: #dcdce1; --dim: #a0a0ab; --line: #34343b; --head: #232328; --accent: #96b6e4;
    --good: #6cc48d; --warn: #e0ad55; --bad: #f08a82; --quiet: #a0a0ab;
    --good-surface: #1e2822; --warn-surface: #2b2519; --bad-surface: #2f1f1f;
  }
}
* { box-sizing: border-box; }
html { background: var(--body); color: var(--text); }
body {
  margin: 0 auto; max-width: 1120px; padding: 24px 32px 64px;
  font: 14px/20px 'Inter Variable', Inter, system-ui, -apple-system, 'Segoe UI', sans-serif;
  font-variant-numeric: tabular-nums;
}
header, .top { display: flex; flex-wrap: wrap; gap: 4px 24px; justify-content: space-between; color: var(--dim); }
header { padding-bottom: 16px; font-size: 13px; }
header b { color: var(--text); font-weight: 600; }
h1 { display: flex; align-items: center; gap: 12px; margin: 0 0 8px; font-size: 28px; line-height: 36px; font-weight: 600; }
h1 .icon { width: 32px; height: 32px; }
h2 { margin: 0 0 12px; font-size: 20px; line-height: 28px; font-weight: 600; }
h3 { margin: 24px 0 8px; font-size: 14px; line-height: 20px; font-weight: 600; }
h4 { margin: 0 0 4px; font-size: 14px; line-height: 20px; font-weight: 600; }
h3 .dim { font-weight: 400; margin-left: 4px; }
h4 .dim { font-weight: 400; }
p { margin: 0 0 8px; max-width: 104ch; }
section { margin-top: 40px; }
.verdict { margin-top: 0; padding: 20px 24px; border-left: 4px solid var(--line); border-radius: 0 6px 6px 0; }
.verdict p { max-width: 104ch; margin-bottom: 6px; }
.edge-good { border-color: var(--good); background: var(--good-surface); }
.edge-bad { border-color: var(--bad); background: var(--bad-surface); }
.edge-warn { border-color: var(--warn); background: var(--warn-surface); }
p.lead { font-size: 16px; line-height: 24px; }
.facts { display: flex; flex-wrap: wrap; gap: 8px 40px; margin: 16px 0 0; }
.facts dt { font-size: 12px; line-height: 16px; color: var(--dim); }
.facts dd { margin: 0; }
nav { margin: 16px 0 0; display: flex; flex-wrap: wrap; gap: 4px 20px; font-size: 13px; }
a { color: var(--accent); text-decoration: none; }
a:hover { text-decoration: underline; }
.dim { color: var(--dim); font-size: 13px; }
.bad { color: var(--bad); }
.icons { display: none; }
.icon { width: 16px; height: 16px; flex: none; fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
.icon.good { color: var(--good); } .icon.warn { color: var(--warn); } .icon.bad { color: var(--bad); } .icon.quiet { color: var(--quiet); }
.mark { display: inline-flex; align-items: center; vertical-align: top; gap: 6px; white-space: nowrap; }
.severity { display: flex; align-items: center; gap: 6px; margin: 24px 0 12px; font-size: 16px; }
.scores { display: grid; grid-template-columns: repeat(4, 1fr); gap: 16px 24px; margin-bottom: 12px; }
.score { border-top: 2px solid var(--good); padding-top: 8px; }
.score.is-wrong { border-color: var(--bad); }
.score.is-unknown { border-color: var(--line); }
.score .value { font-size: 24px; line-height: 32px; font-weight: 600; }
.score.is-wrong .value { color: var(--bad); }
code, pre, .mono { font-family: ui-monospace, 'SF Mono', 'Cascadia Mono', Consolas, 'DejaVu Sans Mono', monospace; font-size: 12px; }
code { overflow-wrap: anywhere; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; font-weight: 500; font-size: 12px; line-height: 16px; color: var(--dim); vertical-align: bottom; white-space: nowrap; }
th, td { padding: 6px 16px 6px 0; border-bottom: 1px solid var(--line); }
th:last-child, td:last-child { padding-right: 0; }
td { vertical-align: top; }
.n { text-align: right; white-space: nowrap; }
th button { all: unset; cursor: pointer; }
th button:hover, th button:focus-visible { color: var(--text); text-decoration: underline; }
th[aria-sort=ascending] button::after { content: ' \\2191'; }
th[aria-sort=descending] button::after { content: ' \\2193'; }
tfoot td { font-weight: 600; border-bottom: 0; }
.counts { width: auto; margin-bottom: 16px; }
.counts th, .counts td { padding-top: 4px; padding-bottom: 4px; padding-right: 32px; }
.is-zero td { color: var(--dim); }
.is-zero .icon { color: var(--dim); }
.totals td:not(.n) code { display: inline-block; min-width: 17ch; }
.totals .day { white-space: nowrap; }
.totals th { white-space: normal; min-width: 56px; }
.totals .differs tr:not(:last-child) td:not([rowspan]) { border-bottom: 0; padding-bottom: 0; }
.totals .differs tr + tr td { padding-top: 2px; }
.files td, .totals td, .checks td { font-size: 13px; }
.files .path { width: 100%; min-width: 220px; overflow-wrap: anywhere; }
.files td.mono { font-size: 12px; }
.off { color: var(--bad); font-weight: 600; }
.group { margin: 0 0 24px; }
.group > .dim { margin-bottom: 4px; }
.findings { list-style: none; margin: 8px 0 0; padding: 0; }
.finding { padding: 8px 0 8px 12px; border-left: 2px solid var(--line); margin-bottom: 8px; }
.findings:not(.is-list) .finding > div, .advice { max-width: 104ch; }
.finding > div, .advice { overflow-wrap: anywhere; }
.finding .advice { margin: 4px 0 0; }
.is-list .finding { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 0 24px; padding: 3px 0 3px 12px; margin: 0; }
.is-list .finding .advice { grid-column: 1 / -1; }
.finding .dim { white-space: nowrap; }
.advice b { font-weight: 600; margin-right: 4px; }
details { margin-top: 16px; }
summary { cursor: pointer; padding: 4px 0; font-weight: 500; }
summary:hover { color: var(--accent); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.filter { margin: 16px 0 0; }
.filter input { font: inherit; width: 320px; margin-left: 8px; padding: 5px 10px; color: inherit; background: var(--body); border: 1px solid var(--line); border-radius: 6px; }
.rows { display: grid; grid-template-columns: max-content 1fr; gap: 6px 32px; margin: 0; }
.rows dt { color: var(--dim); }
.rows dd { margin: 0; overflow-wrap: anywhere; }
.steps { margin: 0; padding-left: 20px; }
.steps li { margin-bottom: 12px; }
pre { margin: 6px 0 0; padding: 10px 12px; background: var(--head); border-radius: 6px; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 18px; }
footer { margin-top: 40px; padding-top: 12px; border-top: 1px solid var(--line); color: var(--dim); font-size: 12px; }
[hidden] { display: none !important; }
@media (max-width: 760px) {
  body { padding: 16px; }
  .scores { grid-template-columns: repeat(2, 1fr); }
  .is-list .finding { grid-template-columns: 1fr; }
  .rows { grid-template-columns: 1fr; gap: 0; }
  .rows dd { margin-bottom: 8px; }
}
@media print {
  @page { size: A4; margin: 14mm 12mm; }
  :root {
    --body: #ffffff; --text: #111113; --dim: #4b4b54; --line: #cfcfd4; --head: #f6f6f7;
    --good: #1d6f3f; --warn: #8a5300; --bad: #b3261e; --quiet: #4b4b54;
    --good-surface: #ffffff; --warn-surface: #ffffff; --bad-surface: #ffffff;
  }
  body { max-width: none; padding: 0; font-size: 10pt; line-height: 14pt; }
  section { margin-top: 20pt; }
  nav, .filter { display: none; }
  h2, h3, h4, thead { break-after: avoid; }
  tr, .finding, .score, pre { break-inside: avoid; }
  .scores { grid-template-columns: repeat(4, 1fr); }
  .wide { overflow: visible; }
  th, td { padding-right: 8pt; }
  td, th, .dim, .files td, .totals td, .checks td { font-size: 8pt; line-height: 11pt; }
  code, pre, .mono, .files td.mono { font-size: 7pt; }
  .finding { font-size: 8.5pt; line-height: 12pt; }
  .files .path { min-width: 0; }
  .totals td:not(.n) code { display: inline-block; min-width: 17ch; }
.totals .day { white-space: nowrap; }
.totals th { min-width: 0; }
}
`;

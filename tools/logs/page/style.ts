/** The page's own style: no font, no picture, nothing that would have to be fetched. */
export const STYLE = `
:root { --back: #f4f5f7; --panel: #fff; --text: #1d2129; --quiet: #5b6472; --line: #dcdfe4; }
@media (prefers-color-scheme: dark) {
  :root { --back: #14171c; --panel: #1d2128; --text: #e4e7ec; --quiet: #9aa4b2; --line: #343a45; }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1400px; padding: 1.5rem; background: var(--back); color: var(--text);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", sans-serif; }
h1 { margin: 0; font-size: 1.6rem; }
h2 { margin: 0 0 .5rem; font-size: 1rem; }
header p { margin: .25rem 0; }
.of, .about, .none, .beside, footer { color: var(--quiet); }
.of, td, th, li { overflow-wrap: anywhere; }
.about, .none { margin: 0 0 .5rem; }
.row { display: flex; flex-wrap: wrap; gap: 1rem; margin-top: 1rem; }
.panel, .summary { background: var(--panel); border: 1px solid var(--line); border-radius: 8px; padding: 1rem; }
.summary { margin-top: 1rem; }
.panel { flex: 1 1 420px; min-width: 0; }
.panel.number { flex-basis: 200px; }
.number > p { margin: 0; }
.number strong { font-size: 2rem; font-weight: 600; margin-right: .5rem; }
.chart { height: 300px; }
summary { cursor: pointer; color: var(--quiet); }
ul { margin: .5rem 0 0; padding-left: 1.25rem; }
.scrolled { max-height: 420px; overflow: auto; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
th, td { padding: .3rem .6rem; text-align: left; border-bottom: 1px solid var(--line); }
th { position: sticky; top: 0; background: var(--panel); color: var(--quiet); font-weight: 600; }
th.number, td.number { text-align: right; font-variant-numeric: tabular-nums; }
footer { margin-top: 1.5rem; font-size: .85rem; }
@media print { body { max-width: none; padding: 0; } .panel { break-inside: avoid; } .scrolled { max-height: none; } }
`;

// A self-contained page: sections, tiles and tables, for screens of any width, and for paper.

import { CHART_STYLE, escaped } from './svg.js';

const STYLE = `
:root { color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --paper: #ffffff;
  --card: #f6f8fa; --edge: #d1d9e0; --wrong: #cf222e; --fine: #1a7f37; --care: #9a6700; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --paper: #0d1117;
  --card: #151b23; --edge: #30363d; --wrong: #f85149; --fine: #3fb950; --care: #d29922; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1180px; margin: 0 auto; padding: 24px 20px 60px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0; }
h2 { font-size: 18px; margin: 0 0 4px; }
.lead { color: var(--soft); margin: 4px 0 18px; }
.note { color: var(--soft); font-size: 13px; margin: 4px 0 10px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 10px;
  margin-bottom: 26px; }
.tile { background: var(--card); border: 1px solid var(--edge); border-radius: 8px;
  padding: 10px 12px; }
.tile b { display: block; font-size: 20px; font-variant-numeric: tabular-nums; }
.tile span { color: var(--soft); font-size: 12px; }
section { margin: 0 0 34px; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 440px), 1fr));
  gap: 24px; }
svg.chart { width: 100%; height: auto; display: block; }
.pair svg.chart { max-width: 600px; }
.scroll { overflow-x: auto; }
.wide svg.chart { min-width: 640px; }
table { border-collapse: collapse; width: 100%; font-size: 13px;
  font-variant-numeric: tabular-nums; }
th { text-align: left; color: var(--soft); font-weight: 500; }
th, td { padding: 4px 10px 4px 0; border-bottom: 1px solid var(--edge); white-space: nowrap; }
th.number, td.number { text-align: right; }
.number + :not(.number) { padding-left: 12px; }
.wrong { color: var(--wrong); font-weight: 600; }
.fine { color: var(--fine); }
.care { color: var(--care); font-weight: 600; }
.bar { position: relative; height: 10px; min-width: 90px; background: var(--card);
  border: 1px solid var(--edge); border-radius: 5px; overflow: hidden; }
.bar i { position: absolute; inset: 0 auto 0 0; background: var(--fine); }
.bar i.care { background: var(--care); }
.bar i.wrong { background: var(--wrong); }
footer li { color: var(--soft); font-size: 13px; }
footer ul { padding-left: 18px; }
@media print { @page { margin: 12mm; } main { max-width: none; padding: 0; }
  section, .tile, tr, svg.chart { break-inside: avoid; } .scroll { overflow: visible; }
  .wide svg.chart { min-width: 0; } .pair svg.chart { max-width: 480px; }
  th, td { padding-right: 6px; font-size: 11px; } }
${CHART_STYLE}`;

/** Width of charts that stand beside each other, readable on a phone too. */
export const NARROW = 520;

/** Width of a chart that has the page to itself. */
export const WIDE = 900;

/** A cell: its text, and how it stands. */
export interface Cell {
  readonly text: string;
  readonly tone?: 'fine' | 'care' | 'wrong';
  /** A bar in place of the text, a share of its width. */
  readonly bar?: number;
}

/** A column of a table. */
export interface Column {
  readonly head: string;
  readonly isNumber?: boolean;
}

/** A table that scrolls within itself where it is wider than the page. */
export function tableHtml(
  columns: readonly Column[],
  rows: readonly (readonly (string | Cell)[])[],
): string {
  const kind = (at: number, tone = ''): string => {
    const names = [columns[at]?.isNumber === true ? 'number' : '', tone].filter(Boolean).join(' ');
    return names === '' ? '' : ` class="${names}"`;
  };
  const head = columns.map(({ head: text }, at) => `<th${kind(at)}>${escaped(text)}</th>`);
  const body = rows.map((row) => {
    const cells = row.map((value, at) => {
      const cell: Cell = typeof value === 'string' ? { text: value } : value;
      if (cell.bar === undefined) return `<td${kind(at, cell.tone)}>${escaped(cell.text)}</td>`;
      const width = Math.round(Math.max(0, Math.min(1, cell.bar)) * 100);
      const label = escaped(cell.text);
      return `<td><div class="bar" role="img" aria-label="${label}"><i class="${cell.tone ?? ''}" style="width:${width}%"></i></div></td>`;
    });
    return `<tr>${cells.join('')}</tr>`;
  });
  return [
    `<div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>`,
    ...body,
    '</tbody></table></div>',
  ].join('\n');
}

/** A chart that scrolls within itself on a phone, where it could not be read at full width. */
export function wideHtml(chart: string): string {
  return `<div class="scroll wide">${chart}</div>`;
}

/** Figures to see first: a value and what it is. */
export function tilesHtml(tiles: readonly (readonly [value: string, label: string])[]): string {
  const drawn = tiles.map(
    ([value, label]) =>
      `<div class="tile"><b>${escaped(value)}</b><span>${escaped(label)}</span></div>`,
  );
  return `<div class="tiles">${drawn.join('\n')}</div>`;
}

/** A section: a heading, a sentence on how to read it, and what is in it, as HTML. */
export function sectionHtml(heading: string, note: string, ...parts: readonly string[]): string {
  return `<section><h2>${escaped(heading)}</h2><p class="note">${escaped(note)}</p>${parts.join('\n')}</section>`;
}

/** A page. `parts` are HTML; the other texts are plain. */
export function pageHtml(page: {
  readonly title: string;
  readonly lead: string;
  readonly parts: readonly string[];
  readonly notes: readonly string[];
}): string {
  const { title, lead, parts, notes } = page;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body><main>
<h1>${escaped(title)}</h1>
<p class="lead">${escaped(lead)}</p>
${parts.join('\n')}
<footer><h2>How to read this</h2><ul>
${notes.map((note) => `<li>${escaped(note)}</li>`).join('\n')}
</ul></footer>
</main></body>
</html>
`;
}

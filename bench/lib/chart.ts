// Bar charts as SVG, readable on light and dark pages, without a library.

import { short } from './number-text.js';

/** One bar. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Drawn as a thin line from here to there: the range of the rounds. */
  readonly low: number;
  readonly high: number;
  /** Ours stand out. */
  readonly isOwn: boolean;
}

/** A chart. */
export interface Chart {
  readonly title: string;
  /** Under the title: unit, and which way is better. */
  readonly subtitle: string;
  readonly bars: readonly Bar[];
}

// Units: pixels of the picture's own grid.
const WIDTH = 720;
const LABELS = 190;
const VALUES = 90;
const TOP = 62;
const ROW = 30;
const BAR = 18;

/** Colours by the reader's scheme; an image on a page follows it too. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #24292f; }
  .title { font-size: 15px; font-weight: 600; }
  .quiet { fill: #57606a; font-size: 12px; }
  .own { fill: #0969da; } .peer { fill: #afb8c1; } .range { stroke: #24292f; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; } .quiet { fill: #9198a1; }
    .own { fill: #4493f8; } .peer { fill: #656c76; } .range { stroke: #e6edf3; }
  }`;

/** Draws a chart: bars from zero, so that their lengths compare as their values do. */
export function barChart({ title, subtitle, bars }: Chart): string {
  const most = Math.max(...bars.map(({ high }) => high), Number.MIN_VALUE);
  const scale = (value: number): number => (value / most) * (WIDTH - LABELS - VALUES);
  const height = TOP + bars.length * ROW + 8;
  const drawn = bars.map((bar, index) => drawBar(bar, TOP + index * ROW, scale));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${STYLE}</style>`,
    `<text class="title" x="12" y="24">${escaped(title)}</text>`,
    `<text class="quiet" x="12" y="44">${escaped(subtitle)}</text>`,
    ...drawn,
    '</svg>',
    '',
  ].join('\n');
}

function drawBar(bar: Bar, y: number, scale: (value: number) => number): string {
  const middle = y + BAR / 2;
  const width = Math.max(1, scale(bar.value));
  const from = LABELS + scale(bar.low);
  const to = LABELS + scale(bar.high);
  const style = bar.isOwn ? 'own' : 'peer';
  const end = Math.max(LABELS + width, to) + 8;
  return [
    `<text x="${LABELS - 10}" y="${middle + 4.5}" text-anchor="end">${escaped(bar.label)}</text>`,
    `<rect class="${style}" x="${LABELS}" y="${y}" width="${fixed(width)}" height="${BAR}" rx="2"/>`,
    `<line class="range" x1="${fixed(from)}" x2="${fixed(to)}" y1="${middle}" y2="${middle}"/>`,
    `<text x="${fixed(end)}" y="${middle + 4.5}">${short(bar.value)}</text>`,
  ].join('\n');
}

function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

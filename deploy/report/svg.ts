// What every chart is made of: one look for light and dark pages, safe text, round numbers.

/**
 * Roles of a mark. `own` is what the chart is about, `warm` what it is held against, `bad` what
 * went wrong, `good` its opposite, `quiet` the ground.
 */
export type Tone = 'own' | 'warm' | 'bad' | 'good' | 'quiet';

/** Type of the labels. Units: pixels of a picture's own grid. */
const FONT = 13;

/** Colours by the reader's scheme; contrast with the paper is at least 3 to 1 for every mark. */
export const CHART_STYLE = `
.chart text { font: ${FONT}px system-ui, sans-serif; fill: #24292f; }
.chart .title { font-size: 15px; font-weight: 600; }
.chart .small { fill: #57606a; font-size: 12px; }
.chart .paper { fill: #ffffff; }
.chart .rule { stroke: #d0d7de; fill: none; }
.chart .base { stroke: #6e7781; fill: none; }
.chart .line { fill: none; stroke-width: 1.5; stroke-linejoin: round; }
.chart .hair { fill: none; stroke-width: 0.8; }
.chart { --own: #0969da; --warm: #9a6700; --bad: #cf222e; --good: #1a7f37; --quiet: #8c959f; }
@media (prefers-color-scheme: dark) {
  .chart text { fill: #e6edf3; }
  .chart .small { fill: #9198a1; }
  .chart .paper { fill: #0d1117; }
  .chart .rule { stroke: #30363d; }
  .chart .base { stroke: #8b949e; }
  .chart { --own: #4493f8; --warm: #d29922; --bad: #f85149; --good: #3fb950; --quiet: #6e7681; }
}`;

/** A picture and its size. */
export interface Picture {
  /** Read by those who cannot see it. */
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly body: readonly string[];
}

/** A picture as part of a page that carries `CHART_STYLE` itself. */
export function inlineSvg({ title, width, height, body }: Picture): string {
  return [
    `<svg class="chart" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)}">`,
    ...body,
    '</svg>',
  ].join('\n');
}

/** A picture as a file of its own, on paper of its own. */
export function svgFile({ title, width, height, body }: Picture): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>${CHART_STYLE}</style>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}

/** A text at a place; `end` and `middle` anchor it there. */
export function textAt(
  [x, y]: readonly [number, number],
  text: string,
  anchor: 'start' | 'middle' | 'end' = 'start',
  name = '',
): string {
  const kind = name === '' ? '' : ` class="${name}"`;
  return `<text${kind} x="${fixed(x)}" y="${fixed(y)}" text-anchor="${anchor}">${escaped(text)}</text>`;
}

/** What a tone looks like as a colour of a mark. */
export function colour(tone: Tone): string {
  return `var(--${tone})`;
}

/** A coordinate, to a tenth of a pixel. */
export function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

/** Text that is safe within SVG and HTML, in elements and in attributes. */
export function escaped(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A share as per cent with so many decimals; a dash for what is not a number. */
export function percent(value: number, decimals = 1): string {
  if (!Number.isFinite(value)) return '-';
  const text = (value * 100).toFixed(decimals);
  // What rounds to nothing has no sign.
  return `${Number(text) === 0 ? text.replace('-', '') : text} %`;
}

/** Round steps of an axis, within the bounds: about `count` of 1, 2 or 5 times a power of ten. */
export function axisSteps(low: number, high: number, count: number): number[] {
  const rough = (high - low) / count;
  if (!(rough > 0)) return [low];
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((times) => times * power).find((size) => size >= rough)!;
  const steps: number[] = [];
  for (let at = Math.ceil(low / step); at * step <= high + step * 1e-9; at++) steps.push(at * step);
  return steps;
}

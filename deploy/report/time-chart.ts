// Charts over sessions: panels one above the other, of columns, lines, areas and marks.

import { axisSteps, colour, fixed, type Picture, percent, type Tone, textAt } from './svg.js';

/** One series of a panel, a value for each date; NaN draws nothing. Units: fractions. */
export interface TimeSeries {
  readonly label: string;
  readonly kind: 'columns' | 'line' | 'area' | 'marks';
  readonly tone: Tone;
  readonly values: ArrayLike<number>;
}

/** One panel. */
export interface TimePanel {
  readonly title: string;
  readonly series: readonly TimeSeries[];
}

/** A chart whose panels share their dates. */
export interface TimeChart {
  readonly title: string;
  readonly subtitle: string;
  /** Yyyymmdd, ascending. */
  readonly dates: ArrayLike<number>;
  readonly panels: readonly TimePanel[];
  readonly width?: number;
  readonly panelHeight?: number;
}

// Units: pixels of the picture's own grid.
const LEFT = 58;
const RIGHT = 12;
const TOP = 72;
const PANEL_TOP = 26;
const PANEL_BOTTOM = 24;

/** The place of the date at a share of a chart's width; undefined beside the panels. */
export function dateAt(share: number, width: number, count: number): number | undefined {
  const part = (share * width - LEFT) / (width - LEFT - RIGHT);
  return part >= 0 && part <= 1 && count > 0 ? Math.round(part * (count - 1)) : undefined;
}

/** Draws a chart; the legend is that of the first panel. */
export function timeChart(chart: TimeChart): Picture {
  const { title, subtitle, dates, panels, width = 760, panelHeight = 150 } = chart;
  const each = PANEL_TOP + panelHeight + PANEL_BOTTOM;
  const { entries, height } = legend(panels[0]?.series ?? [], width);
  const below = TOP + height;
  return {
    title,
    width,
    height: below + panels.length * each,
    body: [
      textAt([12, 22], title, 'start', 'title'),
      textAt([12, 41], subtitle, 'start', 'small'),
      ...entries,
      ...panels.flatMap((panel, index) =>
        drawPanel(panel, dates, { top: below + index * each + PANEL_TOP, width, panelHeight }),
      ),
    ],
  };
}

/** Width of a letter of the legend, generously. */
const LETTER = 6.6;

/** Height of another line of the legend. */
const LEGEND_LINE = 17;

/** The legend, in as many lines as it needs, and the height of those beyond the first. */
function legend(
  series: readonly TimeSeries[],
  width: number,
): { readonly entries: string[]; readonly height: number } {
  let x = 12;
  let height = 0;
  const entries = series.flatMap(({ label, tone }) => {
    const size = 26 + label.length * LETTER;
    if (x > 12 && x + size > width) {
      x = 12;
      height += LEGEND_LINE;
    }
    const at = x;
    x += size;
    return [
      `<rect x="${fixed(at)}" y="${52 + height}" width="11" height="11" rx="2" fill="${colour(tone)}"/>`,
      textAt([at + 16, 62 + height], label, 'start', 'small'),
    ];
  });
  return { entries, height };
}

interface Frame {
  readonly top: number;
  readonly width: number;
  readonly panelHeight: number;
}

function drawPanel(panel: TimePanel, dates: ArrayLike<number>, frame: Frame): string[] {
  const { top, width, panelHeight } = frame;
  const [low, high] = domainOf(panel.series);
  const x = (at: number): number =>
    LEFT + (at / Math.max(1, dates.length - 1)) * (width - LEFT - RIGHT);
  const y = (value: number): number => top + ((high - value) / (high - low)) * panelHeight;
  const steps = axisSteps(low, high, 4);
  const decimals = (steps[1] ?? 1) - (steps[0] ?? 0) < 0.01 ? 1 : 0;
  const right = fixed(width - RIGHT);
  return [
    textAt([12, top - 9], panel.title),
    ...steps.flatMap((value) => [
      `<path class="${value === 0 ? 'base' : 'rule'}" d="M${LEFT} ${fixed(y(value))}H${right}"/>`,
      textAt([LEFT - 6, y(value) + 4], percent(value, decimals), 'end', 'small'),
    ]),
    ...dateTicks(dates).map(({ at, text }) =>
      textAt([x(at), top + panelHeight + 16], text, 'start', 'small'),
    ),
    ...panel.series.map((series) => drawSeries(series, x, y)),
  ];
}

/** From the least to the largest value, zero always within, with a little air. */
function domainOf(series: readonly TimeSeries[]): readonly [number, number] {
  let low = 0;
  let high = 0;
  for (const { values } of series) {
    for (let at = 0; at < values.length; at++) {
      if (values[at]! < low) low = values[at]!;
      if (values[at]! > high) high = values[at]!;
    }
  }
  const air = (high - low) * 0.04 || 0.01;
  return [low === 0 ? 0 : low - air, high === 0 ? (low === 0 ? air : 0) : high + air];
}

/** Sessions up to which an axis tells months: a year and a half. */
const MONTHS_MAX = 380;

const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** Where a year begins, of a short chart a month, and its name. */
function dateTicks(dates: ArrayLike<number>): { readonly at: number; readonly text: string }[] {
  const isShort = dates.length <= MONTHS_MAX;
  const periodOf = (at: number): number => Math.floor(dates[at]! / (isShort ? 100 : 10_000));
  const ticks: { at: number; text: string }[] = [];
  for (let at = 0; at < dates.length; at++) {
    const period = periodOf(at);
    if (at > 0 && period === periodOf(at - 1)) continue;
    // A period that only begins within the last sessions has no room for its name.
    if (at > 0 && dates.length - at < dates.length / 16) continue;
    ticks.push({ at, text: isShort ? monthOf(period) : String(period) });
  }
  // So has a first one that is nearly over.
  if ((ticks[1]?.at ?? dates.length) < dates.length / 16) ticks.shift();
  const every = Math.ceil(ticks.length / TICKS_MAX);
  return ticks.filter((_, index) => index % every === 0);
}

/** Names that an axis has room for. */
const TICKS_MAX = 10;

function monthOf(yearAndMonth: number): string {
  return `${MONTHS[(yearAndMonth % 100) - 1]} ${Math.floor(yearAndMonth / 100)}`;
}

function drawSeries(
  { kind, tone, values }: TimeSeries,
  x: (at: number) => number,
  y: (value: number) => number,
): string {
  const parts: string[] = [];
  const ground = fixed(y(0));
  let isOpen = false;
  let from = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at]!;
    if (!Number.isFinite(value)) {
      if (isOpen && kind === 'area') parts.push(`V${ground}H${fixed(x(from))}Z`);
      isOpen = false;
      continue;
    }
    const point = `${fixed(x(at))} ${fixed(y(value))}`;
    if (kind === 'columns') parts.push(`M${fixed(x(at))} ${ground}V${fixed(y(value))}`);
    else if (kind === 'marks') {
      parts.push(`<circle cx="${fixed(x(at))}" cy="${fixed(y(value))}" r="2.6"/>`);
    } else {
      if (!isOpen) from = at;
      const start = kind === 'area' ? `M${fixed(x(at))} ${ground}L${point}` : `M${point}`;
      parts.push(isOpen ? `L${point}` : start);
      isOpen = true;
    }
  }
  const paint = colour(tone);
  if (kind === 'marks') return `<g fill="${paint}">${parts.join('')}</g>`;
  if (kind === 'area') {
    if (isOpen) parts.push(`V${ground}H${fixed(x(from))}Z`);
    return `<path fill="${paint}" fill-opacity="0.3" stroke="${paint}" d="${parts.join('')}"/>`;
  }
  const name = kind === 'columns' ? 'hair' : 'line';
  return `<path class="${name}" stroke="${paint}" d="${parts.join('')}"/>`;
}

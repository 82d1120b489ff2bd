// Signed bars from one zero, one a row, with their values written beside.

import { colour, fixed, type Picture, type Tone, textAt } from './svg.js';

/** One bar. */
export interface SignedBar {
  readonly label: string;
  readonly value: number;
  /** The value as it is written. */
  readonly text: string;
  readonly tone: Tone;
}

/** A chart of bars. */
export interface BarChart {
  readonly title: string;
  readonly subtitle: string;
  readonly bars: readonly SignedBar[];
  /** A value to mark with a line across all bars. */
  readonly mark?: number;
  readonly width?: number;
}

// Units: pixels of the picture's own grid.
const TOP = 58;
const ROW = 24;
const BAR = 15;
const LETTER = 7.2;
const LABELS_MAX = 230;

/** Draws bars, so that their lengths compare as their values do. */
export function barChart({ title, subtitle, bars, mark, width = 760 }: BarChart): Picture {
  const letters = Math.max(0, ...bars.map(({ label }) => label.length));
  const labels = Math.min(LABELS_MAX, 20 + letters * LETTER);
  const values = 18 + Math.max(0, ...bars.map(({ text }) => text.length)) * LETTER;
  const low = Math.min(0, mark ?? 0, ...bars.map(({ value }) => value));
  const high = Math.max(0, mark ?? 0, ...bars.map(({ value }) => value));
  const span = high - low || 1;
  const x = (value: number): number => labels + ((value - low) / span) * (width - labels - values);
  const height = TOP + bars.length * ROW + 8;
  const drawn = bars.flatMap(({ label, value, text, tone }, index) => {
    const top = TOP + index * ROW;
    const from = Math.min(x(0), x(value));
    const size = Math.max(1, Math.abs(x(value) - x(0)));
    return [
      textAt([labels - 8, top + 12], shortened(label, labels), 'end'),
      `<rect x="${fixed(from)}" y="${top}" width="${fixed(size)}" height="${BAR}" rx="2" fill="${colour(tone)}"/>`,
      textAt([Math.max(x(0), x(value)) + 6, top + 12], text, 'start', 'small'),
    ];
  });
  const line = (at: number, name: string): string =>
    `<path class="${name}" d="M${fixed(x(at))} ${TOP - 6}V${height - 6}"/>`;
  return {
    title,
    width,
    height,
    body: [
      textAt([12, 22], title, 'start', 'title'),
      textAt([12, 41], subtitle, 'start', 'small'),
      ...drawn,
      line(0, 'base'),
      ...(mark === undefined ? [] : [line(mark, 'base')]),
    ],
  };
}

function shortened(label: string, room: number): string {
  // A hair more, for rounding: the room was made of the longest label.
  const most = Math.floor((room - 20) / LETTER + 0.01);
  return label.length <= most ? label : `${label.slice(0, most - 1)}…`;
}

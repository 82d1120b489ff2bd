// A square of correlations as colours: red for together, blue for against, paper for neither.

import { escaped, fixed, type Picture, textAt } from './svg.js';

/** A square to draw. */
export interface HeatMap {
  readonly title: string;
  readonly subtitle: string;
  readonly labels: readonly string[];
  /** `values[row][column]`, from -1 to 1. */
  readonly values: readonly ArrayLike<number>[];
  readonly width?: number;
}

// Units: pixels of the picture's own grid.
const LEFT = 62;
const RIGHT = 12;
const TOP = 52;

/** Labels fit, and numbers are written, up to so many rows. */
const LABELS_MAX = 45;
const NUMBERS_MAX = 14;

/** A cell has so much of its colour at most: its number is read at 4.5 to 1 (WCAG 1.4.3). */
const STRENGTH_MAX = 0.6;

/** Draws the square. Tooltips tell each pair. */
export function heatMap({ title, subtitle, labels, values, width = 560 }: HeatMap): Picture {
  const count = Math.max(1, labels.length);
  const cell = (width - LEFT - RIGHT) / count;
  const bottom = TOP + cell * count;
  const cells = labels.flatMap((rowLabel, row) =>
    labels.map((columnLabel, column) => {
      const value = values[row]![column]!;
      // Nothing to correlate is told, not painted as no correlation.
      const known = Number.isFinite(value);
      const paint = value >= 0 ? 'var(--bad)' : 'var(--own)';
      const strength = known ? fixed3(Math.min(1, Math.abs(value)) * STRENGTH_MAX) : '0';
      const [x, y] = [LEFT + column * cell, TOP + row * cell];
      const text = known ? value.toFixed(2) : 'unknown';
      return `<rect x="${fixed(x)}" y="${fixed(y)}" width="${fixed(cell)}" height="${fixed(cell)}" fill="${paint}" fill-opacity="${strength}"><title>${escaped(`${rowLabel} ${columnLabel} ${text}`)}</title></rect>`;
    }),
  );
  const named = count <= LABELS_MAX ? labels : [];
  const size = Math.min(12, cell * 0.9);
  const style = `style="font-size:${fixed(size)}px"`;
  const rows = named.map(
    (label, at) =>
      `<text ${style} x="${LEFT - 5}" y="${fixed(TOP + (at + 0.5) * cell + size / 3)}" text-anchor="end">${escaped(label)}</text>`,
  );
  const columns = named.map((label, at) => {
    const x = fixed(LEFT + (at + 0.5) * cell + size / 3);
    return `<text ${style} text-anchor="end" transform="translate(${x} ${fixed(bottom + 6)}) rotate(-90)">${escaped(label)}</text>`;
  });
  return {
    title,
    width,
    height: bottom + (named.length > 0 ? 58 : 12),
    body: [
      textAt([12, 22], title, 'start', 'title'),
      textAt([12, 41], subtitle, 'start', 'small'),
      ...cells,
      ...(count <= NUMBERS_MAX ? numbersOf(values, cell) : []),
      ...rows,
      ...columns,
    ],
  };
}

function numbersOf(values: readonly ArrayLike<number>[], cell: number): string[] {
  const size = fixed(Math.min(12, cell * 0.4));
  return values.flatMap((row, at) =>
    Array.from(row, (value, column) => {
      const x = fixed(LEFT + (column + 0.5) * cell);
      const y = fixed(TOP + (at + 0.5) * cell + 4);
      const text = Number.isFinite(value) ? value.toFixed(1) : '';
      return `<text style="font-size:${size}px" x="${x}" y="${y}" text-anchor="middle">${text}</text>`;
    }),
  );
}

function fixed3(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

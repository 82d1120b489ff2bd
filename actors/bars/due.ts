// When bars of time are due to close: the clock of the feed ends them, not their own next print.

import { createGrid } from './grid.js';
import type { BarSeries } from './series.js';

/** The first end of an interval after an instant; Infinity where none is open. */
export type NextEnd = (timeUs: number) => number;

/** The ends of all series of time; undefined where there are none. Units: microseconds. */
export function nextEndOf(series: readonly BarSeries[]): NextEnd | undefined {
  const grids = series.flatMap(({ style }) =>
    'every' in style ? [createGrid(style.every, style.hours)] : [],
  );
  if (grids.length === 0) return undefined;
  return (timeUs) => {
    let endUs = Number.POSITIVE_INFINITY;
    for (const grid of grids) endUs = Math.min(endUs, grid(timeUs)?.endUs ?? endUs);
    return endUs;
  };
}

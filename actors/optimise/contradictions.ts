// Views that can't all hold: one speaks of a portfolio that the others add up to, and differs.

import { dot, type Matrix } from '../linear/index.js';

/** A view that others contradict. Units: those of the returns. */
export interface Contradiction {
  /** Row of the view, and of those that it is a sum of: all before it. */
  readonly view: number;
  readonly others: readonly number[];
  /** Its return, and what the others add up to. */
  readonly stated: number;
  readonly implied: number;
}

/** What rounding leaves of a row that is a sum of others, and of returns that agree. */
const ROUNDING = 1e-9;

/**
 * The views that contradict those before them, by Gram and Schmidt's elimination. A blend of views
 * with errors has them meet in between, which is a finding and no refusal.
 */
export function contradictions(views: Matrix, returns: ArrayLike<number>): Contradiction[] {
  const found: Contradiction[] = [];
  const basis: { readonly direction: Float64Array; readonly parts: Float64Array }[] = [];
  for (let view = 0; view < views.rows; view++) {
    const from = view * views.columns;
    let rest = views.values.slice(from, from + views.columns);
    let parts = new Float64Array(views.rows);
    parts[view] = 1;
    const whole = Math.sqrt(dot(rest, rest));
    for (const one of basis) {
      const share = dot(rest, one.direction);
      rest = rest.map((value, at) => value - share * one.direction[at]!);
      parts = parts.map((value, at) => value - share * one.parts[at]!);
    }
    const size = Math.sqrt(dot(rest, rest));
    if (size > ROUNDING * whole) {
      const scaled = (value: number): number => value / size;
      basis.push({ direction: rest.map(scaled), parts: parts.map(scaled) });
      continue;
    }
    const others = [...parts.keys()].filter((at) => at < view && Math.abs(parts[at]!) > ROUNDING);
    const implied = -others.reduce((sum, at) => sum + parts[at]! * returns[at]!, 0);
    const stated = returns[view]!;
    if (Math.abs(stated - implied) > ROUNDING) found.push({ view, others, stated, implied });
  }
  return found;
}

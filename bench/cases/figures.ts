// Figures that several benchmarks give, by name and unit, and the size that their cases share.

import type { Case, FigureSpec, Suite } from '../lib/case.js';

/** So many a second. */
export function rate(unit: string): FigureSpec {
  return { name: 'rate', unit, better: 'higher' };
}

/** What is the better the lower it is. */
export function low(name: string, unit: string): FigureSpec {
  return { name, unit, better: 'lower' };
}

/** Times of a message there and back. */
export const TRIP: readonly FigureSpec[] = [low('p50', 'us'), low('p99', 'us')];

/** Cases of one size. */
export function casesOf(suite: Suite, cases: readonly Omit<Case, 'suite'>[]): readonly Case[] {
  return cases.map((one) => ({ ...one, suite }));
}

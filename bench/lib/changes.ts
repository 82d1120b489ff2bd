// What changed between two revisions, figure by figure, and which changes are real.

import { short } from './number-text.js';
import type { Measured } from './rounds.js';
import {
  type Better,
  type Interval,
  median,
  ratioInterval,
  regressionOf,
  type Verdict,
  verdictOf,
} from './statistics.js';
import { markdown } from './table.js';

/** Fewest rounds of each side: of two, resampling tells next to nothing. */
const ROUNDS_MIN = 3;

/** One figure on both sides. */
export interface Change {
  /** `subject.contender.figure`. */
  readonly id: string;
  readonly unit: string;
  readonly better: Better;
  readonly base: number;
  readonly head: number;
  /** head / base, with its interval of 95 %. */
  readonly ratio: Interval;
  readonly verdict: Verdict | 'too few rounds';
}

/** Pairs the figures of both sides; one that a side lacks is left out, see `brokenOf`. */
export function changesOf(base: readonly Measured[], head: readonly Measured[]): Change[] {
  return head.flatMap(({ one, values }) => {
    const other = base.find((measured) => measured.one.name === one.name);
    return one.figures.flatMap(({ name, unit, better }) => {
      const before = other?.values[name] ?? [];
      const after = values[name] ?? [];
      if (before.length === 0 || after.length === 0) return [];
      const ratio = ratioInterval(before, after);
      const isEnough = Math.min(before.length, after.length) >= ROUNDS_MIN;
      const verdict = isEnough ? verdictOf(ratio, better) : 'too few rounds';
      const figures = { base: median(before), head: median(after) };
      return [{ id: `${one.name}.${name}`, unit, better, ...figures, ratio, verdict }];
    });
  });
}

/** What base can do and head can't any more. */
export interface Broken {
  readonly name: string;
  /** Why, as the benchmark tells it. */
  readonly note: string;
}

/** Cases that ran on base and fail on head, or lack a figure there: no change tells of them. */
export function brokenOf(base: readonly Measured[], head: readonly Measured[]): Broken[] {
  return head.flatMap(({ one, values, note }) => {
    const other = base.find((measured) => measured.one.name === one.name);
    if (other === undefined || FAILED.test(other.note)) return [];
    if (FAILED.test(note)) return [{ name: one.name, note }];
    // Out of time is no failure: the other figures of the case are not there either.
    if (note !== '') return [];
    const lost = one.figures.filter(
      ({ name }) => (other.values[name]?.length ?? 0) > 0 && (values[name]?.length ?? 0) === 0,
    );
    return lost.map(({ name }) => ({ name: one.name, note: `no figure ${name}` }));
  });
}

/** Notes of rounds that ended a case, other than by the time. */
const FAILED = /^(failed|unavailable): /;

/** Changes for the worse that are real and larger than so many per cent. */
export function regressions(changes: readonly Change[], percent: number): Change[] {
  return changes.filter(
    ({ verdict, ratio, better }) =>
      verdict === 'worse' && regressionOf(ratio, better) * 100 > percent,
  );
}

/** One row a figure. */
export function changeTable(changes: readonly Change[]): string {
  const rows = changes.map(({ id, unit, base, head, ratio, verdict }) => {
    const interval = `${ratio.low.toFixed(3)} to ${ratio.high.toFixed(3)}`;
    const cells = [short(base), short(head), unit, ratio.estimate.toFixed(3), interval];
    return [id, ...cells, verdict];
  });
  const head = ['figure', 'base', 'head', 'unit', 'head / base', '95 %', 'change'];
  return markdown(head, ['-', '>', '>', '-', '>', '>', '-'], rows);
}

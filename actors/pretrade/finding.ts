// What rules of the pre-trade check find, and how a number is judged against its bound.

import type { OrderFacts, PortfolioSide } from './facts.js';

/** What a rule says; a warning lets the order pass. */
export type Verdict = 'pass' | 'warn' | 'no';

/** What numbers of a finding are. */
export type FindingUnit =
  | 'dollars'
  | 'shares'
  | 'equity'
  | 'price'
  | 'trades'
  | 'scenarios'
  | 'days'
  | '';

/** One thing that a rule has found, with its numbers; NaN where one can't be computed. */
export interface Finding {
  readonly rule: string;
  readonly verdict: Verdict;
  /** Stable code; empty where the rule passes. */
  readonly code: string;
  readonly before: number;
  readonly after: number;
  readonly limit: number;
  readonly unit: FindingUnit;
  readonly text: string;
}

/** A number that is to stay at or below its bound. */
export interface Bound {
  readonly rule: string;
  /** Code where it is beyond the bound, and where it can't be computed. */
  readonly code: string;
  readonly unknown: string;
  readonly unit: FindingUnit;
  readonly before: number;
  readonly after: number;
  readonly limit: number;
  readonly verdict: 'warn' | 'no';
  readonly what: string;
  /** Whether a smaller position may be a lost hedge, which makes the measure larger. */
  readonly hedges?: boolean;
}

/** Judges a number. Fails closed: one that is unknown is a no, whatever the bound. */
export function judgeBound(bound: Bound): Finding {
  const { rule, unit, before, after, limit, what } = bound;
  if (!Number.isFinite(after)) {
    const text = `expected ${what} after the trade, it can't be computed`;
    return { rule, verdict: 'no', code: bound.unknown, before, after, limit, unit, text };
  }
  if (after <= limit) return passed(bound);
  const text = `expected ${what} of at most ${shown(limit, unit)} after the trade, was ${shown(after, unit)} (${shown(before, unit)} before)`;
  return { rule, verdict: bound.verdict, code: bound.code, before, after, limit, unit, text };
}

/**
 * Judges a measure of size or risk. The way out of a breach is an order that brings it down, or one
 * that only makes its position smaller, which costs at most its fee; what a hedge was for must be
 * known to be borne. A turn to the other side is no way out.
 */
export function judgeRisk({ before, after }: OrderFacts, bound: Bound): Finding {
  const isTurned = before.held * after.held < 0;
  const isDown = Number.isFinite(bound.after) && bound.after <= bound.before && !isTurned;
  const isOut =
    isSmaller(before, after) && (bound.hedges !== true || !Number.isFinite(bound.after));
  return isDown || isOut ? passed(bound) : judgeBound(bound);
}

function passed({ rule, before, after, limit, unit }: Bound): Finding {
  return { rule, verdict: 'pass', code: '', before, after, limit, unit, text: '' };
}

/** Whether an order does nothing but make its position smaller. */
export function isSmaller(before: PortfolioSide, after: PortfolioSide): boolean {
  return Math.abs(after.held) < Math.abs(before.held) && after.held * before.held >= 0;
}

/** Why a fraction of equity is unknown: there is no equity, or else the reason given. */
export function unknownCode({ equity }: PortfolioSide, reason: string): string {
  return equity > 0 || Number.isNaN(equity) ? reason : 'pretrade.no_equity';
}

/** A number in its unit. */
export function shown(value: number, unit: FindingUnit): string {
  if (unit === 'equity') return `${(value * 100).toFixed(2)} % of equity`;
  if (unit === 'dollars') return `${value.toFixed(2)} dollars`;
  if (unit === 'price') return `${(value * 100).toFixed(2)} % of the price`;
  if (unit === 'scenarios') return `${(value * 100).toFixed(1)} % of the scenarios`;
  return `${value} ${unit}`;
}

/** A finding without numbers. */
export function stateOf(rule: string, verdict: Verdict, code: string, text: string): Finding {
  const nothing = { before: Number.NaN, after: Number.NaN, limit: Number.NaN };
  return { rule, verdict, code, ...nothing, unit: '', text };
}

// What limits are judged by: sizes as fractions of equity, and the fall from the highest equity.

import type { LimitMeasure } from './limits.js';

/** What a portfolio or a group is worth and holds. Units: dollars. */
export interface Held {
  readonly equity: number;
  readonly gross: number;
  /** Signed. */
  readonly net: number;
  /** Size of the largest position in one name. */
  readonly largest: number;
  /** One-day value at risk at 99 %. */
  readonly var99: number;
  /** What a rise of 1 % changes the exposure of options by delta, signed; 0 without options. */
  readonly gamma: number;
  /** What a point of volatility brings, signed; 0 without options. */
  readonly vega: number;
  /** What positions ask of equity, by the rates of margin. */
  readonly margin: number;
  /** Highest equity, moved by what was paid in and out: see `peakAfterFlow`. */
  readonly peak: number;
}

/** A value of each measure: NaN where it is unknown, Infinity where nothing bears what is held. */
export type Measures = Readonly<Record<LimitMeasure, number>>;

/** The measures of what is held. */
export function measuresOf(held: Held): Measures {
  const { equity, gross, net, largest, var99, gamma, vega, margin, peak } = held;
  return {
    gross_exposure: shareOf(gross, equity),
    net_exposure: shareOf(Math.abs(net), equity),
    single_name: shareOf(largest, equity),
    drawdown: peak > 0 ? 1 - equity / peak : 0,
    var99: shareOf(var99, equity),
    gamma: shareOf(Math.abs(gamma), equity),
    vega: shareOf(Math.abs(vega), equity),
    margin: shareOf(margin, equity),
  };
}

/**
 * A size as a fraction of equity. Where there is no equity left any size is too large; nothing
 * stays nothing.
 */
export function shareOf(size: number, equity: number): number {
  if (equity > 0) return size / equity;
  // NaN of either stays unknown.
  return size > 0 && equity <= 0 ? Number.POSITIVE_INFINITY : 0 * (size + equity);
}

/** The share of equity that a signed value is; without equity there is none (NaN). */
export function weightOf(value: number, equity: number): number {
  return equity > 0 ? value / equity : Number.NaN;
}

/**
 * The peak that a fall is measured from, after money was paid in (or out, below zero) while there
 * was so much equity: in proportion, so that cash alone is neither a gain nor a loss.
 */
export function peakAfterFlow(peak: number, equity: number, flow: number): number {
  if (flow === 0) return peak;
  const after = equity + flow;
  // Without equity there is no proportion: then the peak moves with the money.
  if (!(equity > 0)) return Math.max(0, peak + flow);
  // Who takes all of it out has nothing left that could have fallen.
  return after > 0 ? (peak * after) / equity : 0;
}

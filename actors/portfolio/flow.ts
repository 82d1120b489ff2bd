// What comes into a portfolio from outside or leaves it: no profit, and no fall.

import { peakAfterFlow } from '../limits/index.js';
import { type Account, quantityOf } from './account.js';
import { notionalOf, toFloat } from './money.js';
import { type Moved, type PortfolioState, rateOf } from './state.js';

/** What has come from outside: cash and cost by currency, and shares of a symbol that is moved. */
export interface Outside {
  readonly sums: ReadonlyMap<string, bigint>;
  readonly shares: bigint;
}

/** What an event tells beside its entry of what it brings from outside. */
export interface Brought {
  /** What a transfer moves, or the correction of one, at its last price; absent without a price. */
  readonly moved?: Moved | undefined;
  /** Equity at the last prices before it. Units: dollars. */
  readonly equityBefore?: number | undefined;
}

/** What an account has from outside. Shares that are moved count by their price, not their cost. */
export function outsideOf(account: Account, moved: Moved | undefined): Outside {
  const sums = new Map<string, bigint>();
  for (const [currency, { deposited, transferred }] of account.sums) {
    sums.set(currency, moved === undefined ? deposited + transferred : deposited);
  }
  const position = moved === undefined ? undefined : account.positions.get(moved.symbol);
  return { sums, shares: position === undefined ? 0n : quantityOf(position) };
}

/**
 * Notes what an entry has brought from outside or taken there: it is no profit, and the peak that a
 * fall is measured from moves with it, so that a fall stays the share that it was. The equity that
 * share is of is `equityBefore`, that of the last prices; where an entry of long ago does not tell
 * it, that of the last point and what was moved since.
 */
export function noteFlow(
  state: PortfolioState,
  before: Outside,
  { moved, equityBefore }: Brought,
): void {
  const after = outsideOf(state.account, moved);
  // Positions are in the account's own currency.
  let value = moved === undefined ? 0n : notionalOf(moved.price, after.shares - before.shares);
  for (const [currency, sum] of after.sums) {
    const change = sum - (before.sums.get(currency) ?? 0n);
    value += notionalOf(rateOf(state.account, currency) ?? 0n, change);
  }
  if (value === 0n) return;
  const flow = toFloat(value);
  state.flow += flow;
  // Before the first point there is no peak.
  if (state.marked === undefined) return;
  const equity = equityBefore ?? state.marked.equity + state.flowSincePoint;
  state.flowSincePoint += flow;
  state.equityPeak = peakAfterFlow(state.equityPeak, equity, flow);
}

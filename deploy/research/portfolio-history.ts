// What the sample portfolios would have earned over history, by the rule of their holdings.

import { Fault } from '../../engine/index.js';
import type { Member } from '../config/members.js';
import type { PortfolioConfig } from '../config/portfolio-config.js';
import { selectedRows } from '../config/portfolio-opening.js';
import { meanReturns, type ReturnHistory } from './return-history.js';

/** How a portfolio's weights go on from its rule. */
export const HOLDINGS = ['rebalanced', 'held'] as const;

/**
 * `rebalanced`: every close sets the sides back to equal weights of the names that trade then.
 * `held`: bought at the first session in equal weights of the names that trade then, and left.
 */
export type Holdings = (typeof HOLDINGS)[number];

/** One side of a portfolio: rows in equal weights, and their share of equity, below 0 if short. */
export interface Side {
  readonly rows: readonly number[];
  readonly share: number;
}

/** A portfolio's returns. */
export interface PortfolioHistory {
  readonly id: string;
  readonly name: string;
  /** Yyyymmdd of each return. */
  readonly dates: Int32Array;
  /** Fractions of equity; cash earns nothing. */
  readonly returns: Float64Array;
  /** Names of the rule that the file has, and those that traded at the first session. */
  readonly names: number;
  readonly namesAtFirst: number;
}

/** The sides of a portfolio over a file's symbols. Errors: `data.no_bars` for a rule of no name. */
export function sidesOf(
  config: PortfolioConfig,
  symbols: readonly string[],
  members: ReadonlyMap<string, Member>,
): Side[] {
  const sides: Side[] = [];
  const add = (selection: PortfolioConfig['long'], share: number): void => {
    if (share === 0) return;
    const rows = selectedRows(selection, symbols, members);
    if (rows.length === 0) {
      throw new Fault(
        'data.no_bars',
        `expected symbols of portfolio ${config.id} in the data, was none of ${symbols.length}`,
      );
    }
    sides.push({ rows, share });
  };
  add(config.long, config.longShare);
  if (config.short !== undefined) add(config.short, -config.shortShare);
  return sides;
}

/**
 * Daily returns of a portfolio over all history. Costs, interest and borrow fees are left out.
 * Errors: `data.no_bars`; `portfolio.wiped_out` where a held portfolio loses all its equity.
 */
export function portfolioHistory(
  config: PortfolioConfig,
  history: ReturnHistory,
  members: ReadonlyMap<string, Member>,
  holdings: Holdings,
): PortfolioHistory {
  const sides = sidesOf(config, history.symbols, members);
  const returns =
    holdings === 'rebalanced'
      ? rebalancedReturns(history, sides)
      : heldReturns(history, sides, config.id);
  const rows = sides.flatMap((side) => side.rows);
  return {
    id: config.id,
    name: config.name,
    dates: history.dates.slice(1),
    returns,
    names: rows.length,
    namesAtFirst: rows.filter((row) => tradesAtFirst(history, row)).length,
  };
}

/** A first return at the second session rests on a close at the first. */
function tradesAtFirst(history: ReturnHistory, row: number): boolean {
  return !Number.isNaN(history.returns[row]![1]!);
}

function rebalancedReturns(history: ReturnHistory, sides: readonly Side[]): Float64Array {
  const out = new Float64Array(history.dates.length - 1);
  for (const { rows, share } of sides) {
    const means = meanReturns(history, rows);
    // A session at which no name of a side trades leaves that side as it was.
    for (let at = 0; at < out.length; at++) out[at] = out[at]! + share * (means[at + 1]! || 0);
  }
  return out;
}

function heldReturns(history: ReturnHistory, sides: readonly Side[], id: string): Float64Array {
  const values: { readonly row: number; value: number }[] = sides.flatMap(({ rows, share }) => {
    const bought = rows.filter((row) => tradesAtFirst(history, row));
    return bought.map((row) => ({ row, value: share / bought.length }));
  });
  const out = new Float64Array(history.dates.length - 1);
  let equity = 1;
  for (let at = 0; at < out.length; at++) {
    let profit = 0;
    for (const held of values) {
      // A name that does not trade keeps its last value.
      const gain = held.value * (history.returns[held.row]![at + 1]! || 0);
      held.value += gain;
      profit += gain;
    }
    out[at] = profit / equity;
    equity += profit;
    if (!(equity > 0)) {
      throw new Fault(
        'portfolio.wiped_out',
        `expected ${id} to keep some equity when held, was ${equity.toFixed(4)} of its cash at ${history.dates[at + 1]}; use rebalanced holdings`,
      );
    }
  }
  return out;
}

/** Weight of every row that a portfolio's rule holds at the last session, as shares of equity. */
export function weightsNow(
  sides: readonly Side[],
  history: ReturnHistory,
): ReadonlyMap<number, number> {
  const weights = new Map<number, number>();
  for (const { rows, share } of sides) {
    const priced = rows.filter((row) => history.lastCloses[row]! > 0);
    for (const row of priced) weights.set(row, (weights.get(row) ?? 0) + share / priced.length);
  }
  return weights;
}

// What the rules may know of an order: the portfolio before and after it, and the circumstances.

import { type LimitConfig, measuresOf, type Standing, shareOf } from '../limits/index.js';
import { contractOf } from '../options/index.js';
import type { OrderFacts, PortfolioSide, PretradePolicy, TradingState } from '../pretrade/index.js';
import type { ScenarioTrial, TailRisk } from '../risk/index.js';
import { quantityOf } from './account.js';
import { type BookNow, bookAfter, bookNow } from './book-now.js';
import {
  greeksAfter,
  greeksOf,
  type OptionGreeks,
  optionBookNow,
  optionMarginNow,
  owedShares,
  tryOptionsNow,
  tryUnits,
  type UnitNow,
  unitNow,
} from './check-options.js';
import type { Traded } from './decide.js';
import { notionalOf, toFloat } from './money.js';
import { ratesByAge } from './rate-age.js';
import { type PortfolioState, rowOf, worthOf } from './state.js';

/** What a check stands on. */
export interface CheckDeps {
  readonly policy: PretradePolicy;
  readonly trial: ScenarioTrial;
  readonly limits: readonly LimitConfig[];
  tradingOf(row: number): TradingState;
  standingOf(broken: readonly boolean[], nowUs: number, row?: number): Standing;
  /** Whether a limit, by its place, is set aside at an event time. */
  isOverridden(limit: number, nowUs: number): boolean;
}

/** What of a trade an order is judged by. */
export type Order = Pick<Traded, 'symbol' | 'quantity' | 'price' | 'fee' | 'multiplier'>;

/** Gathers what the rules may know. The portfolio is read, never written. */
export function factsOf(
  state: PortfolioState,
  { symbol, quantity, price, fee, multiplier = 1n }: Order,
  deps: CheckDeps,
  nowUs: number,
): OrderFacts {
  const { trial, policy } = deps;
  const unit = unitNow(state, symbol);
  const { options, now, books, side: before } = lookNow(state, unit, deps);
  const units = toFloat(quantity);
  tryUnits(state, trial, unit, units);
  const paid = notionalOf(price, quantity * multiplier) + fee;
  const after = bookAfter(now, unit, { held: books.held, units, margin: policy.margin });
  const booksAfter = {
    cash: books.cash - paid,
    worth: books.worth - paid,
    held: books.held + units,
    owed: owedShares(state.account, options, unit, units),
    margin: after.margin + optionMarginNow(state, options, policy.margin, { unit, units }),
  };
  return {
    symbol,
    underlying: unit.underlying,
    quantity: units,
    multiplier: unit.multiplier,
    price: toFloat(price),
    last: unit.last,
    reference: unit.reference,
    before,
    after: sideOf(state, booksAfter, after, {
      tail: trial.tail(0.99),
      options: greeksAfter(state, options, unit, units),
    }),
    ...circumstancesOf(state, unit, deps, nowUs),
  };
}

/** A portfolio as it is, with one instrument in view; `trial` then holds its risk. */
export function lookNow(state: PortfolioState, unit: UnitNow, { trial, policy }: CheckDeps) {
  const { account } = state;
  const options = optionBookNow(state)?.held ?? [];
  const now = bookNow(state, unit, options, policy.margin);
  beginTrial(state, trial);
  tryOptionsNow(state, trial, options);
  const books: Books = {
    cash: account.sums.get(account.currency)?.cash ?? 0n,
    worth: worthOf(account),
    held: heldOf(state, unit.contract?.symbol ?? unit.underlying),
    owed: owedShares(account, options, unit),
    margin: now.margin + optionMarginNow(state, options, policy.margin),
  };
  const risk = { tail: trial.tail(0.99), options: greeksOf(options) };
  return { options, now, books, side: sideOf(state, books, now, risk) };
}

/** What the rules may know besides the portfolio before and after. */
export function circumstancesOf(
  state: PortfolioState,
  { row }: UnitNow,
  deps: CheckDeps,
  nowUs: number,
): Pick<
  OrderFacts,
  'limits' | 'overridden' | 'historyMissing' | 'standing' | 'trading' | 'tradesInWindow' | 'rates'
> {
  const { policy, trial, limits } = deps;
  return {
    limits,
    overridden: limits.map((_, index) => deps.isOverridden(index, nowUs)),
    historyMissing: trial.missing(row),
    standing: deps.standingOf(state.breached, nowUs, row),
    trading: deps.tradingOf(row),
    tradesInWindow: tradesBetween(state, nowUs - policy.rateWindowUs, nowUs),
    rates: ratesByAge(state),
  };
}

/** Starts from the book's last risk, with what was traded since. */
function beginTrial(state: PortfolioState, trial: ScenarioTrial): void {
  const { book, rows, quantities, directory } = state;
  trial.begin(book);
  if (!state.isStale) return;
  const held = new Map<number, number>();
  for (const [symbol, position] of state.account.positions) {
    if (contractOf(symbol) !== undefined) continue;
    held.set(rowOf(directory, symbol), toFloat(quantityOf(position)));
  }
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    const quantity = held.get(row) ?? 0;
    held.delete(row);
    if (quantity === quantities[index]) continue;
    const exposure = quantity === 0 ? 0 : quantity * directory.lastPrice(row);
    trial.move(row, exposure - book.appliedAt(index));
  }
  for (const [row, quantity] of held) trial.move(row, quantity * directory.lastPrice(row));
}

/** Signed shares of a symbol. */
function heldOf({ account }: PortfolioState, symbol: string): number {
  const position = account.positions.get(symbol);
  return position === undefined ? 0 : toFloat(quantityOf(position));
}

/** What a trade changes besides positions, exact; shares as a float. */
interface Books {
  readonly cash: bigint;
  /** Cash of all currencies and accruals. */
  readonly worth: bigint;
  readonly held: number;
  readonly owed: number;
  /** Of all positions. Units: dollars. */
  readonly margin: number;
}

/** What scenarios and options say of a portfolio. */
interface RiskNow {
  readonly tail: TailRisk;
  readonly options: OptionGreeks;
}

function sideOf(
  state: PortfolioState,
  { cash, worth, held, owed, margin }: Books,
  { market, net, gross, largestOther, name }: BookNow,
  { tail, options }: RiskNow,
): PortfolioSide {
  const equity = toFloat(worth) + market;
  const own = Math.abs(name);
  return {
    cash: toFloat(cash),
    equity,
    held,
    owed,
    margin,
    weight: shareOf(own, equity),
    grossExposure: gross,
    netExposure: net,
    var99: tail.valueAtRisk,
    cvar99: tail.tailMean,
    measures: measuresOf({
      equity,
      gross,
      net,
      largest: Math.max(own, largestOther),
      var99: tail.valueAtRisk,
      gamma: options.gamma,
      vega: options.vega,
      margin,
      peak: Math.max(state.equityPeak, equity),
    }),
  };
}

/** Trades of a replay told before this one may be of a time that is yet to come. */
function tradesBetween({ tradeTimesUs }: PortfolioState, fromUs: number, nowUs: number): number {
  let count = 0;
  for (const timeUs of tradeTimesUs) if (timeUs >= fromUs && timeUs <= nowUs) count++;
  return count;
}

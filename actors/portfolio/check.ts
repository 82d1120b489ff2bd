// The pre-trade check of one portfolio: what an order would make of it, judged by every rule.

import { type Refusal, refusal } from '../../engine/index.js';
import { type LimitConfig, measuresOf, type Standing, shareOf } from '../limits/index.js';
import { contractOf } from '../options/index.js';
import {
  judgeOrder,
  type MarginPolicy,
  type OrderFacts,
  type PortfolioSide,
  type PretradePolicy,
  stockMargin,
  type TradingState,
} from '../pretrade/index.js';
import type { ScenarioTrial, TailRisk } from '../risk/index.js';
import { costOf, quantityOf } from './account.js';
import type { Reversed } from './account-event.js';
import type { OrderChecked } from './answers.js';
import {
  addOptions,
  type BookNow,
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
import { readTrade, type Traded } from './decide.js';
import { todayOf } from './enter.js';
import { statedById } from './history.js';
import type { CheckOrder, TradeCommand } from './messages.js';
import { notionalOf, toFloat } from './money.js';
import type { HeldOption } from './option-book.js';
import { type PortfolioState, rowOf, worthOf } from './state.js';

/** What a check stands on. */
export interface CheckDeps {
  readonly policy: PretradePolicy;
  readonly trial: ScenarioTrial;
  readonly limits: readonly LimitConfig[];
  tradingOf(row: number): TradingState;
  standingOf(broken: readonly boolean[], nowUs: number, row?: number): Standing;
}

/** Answers `check_order`. Errors: `portfolio.*` refusals of an order that can't be read. */
export function checkOrder(
  state: PortfolioState,
  order: CheckOrder,
  deps: CheckDeps,
  nowUs: number,
): OrderChecked | Refusal {
  const trade = readToday(state, { ...order, kind: 'trade', commandId: '' });
  return trade.kind === 'refusal'
    ? trade
    : checkedBy(state, factsOf(state, trade, deps, nowUs), deps, nowUs);
}

/** What the rules say of facts. */
export function checkedBy(
  state: PortfolioState,
  facts: OrderFacts,
  deps: CheckDeps,
  nowUs: number,
): OrderChecked {
  return {
    kind: 'order_checked',
    ...judgeOrder(facts, deps.policy),
    facts,
    enforced: deps.policy.enforce,
    asOfUs: nowUs,
    riskAsOfUs: state.marked?.riskAsOfUs ?? Number.NaN,
  };
}

/**
 * Why a trade may not be made; undefined where it may. Without `enforce` the kill switch alone is
 * asked. Errors: `pretrade.killed`, `pretrade.refused` with every reason, those of an unread trade.
 */
export function refuseTrade(
  state: PortfolioState,
  command: TradeCommand,
  deps: CheckDeps,
  nowUs: number,
): Refusal | undefined {
  if (!deps.policy.enforce) return refuseKilled(state, deps, nowUs);
  const trade = readToday(state, command);
  return trade.kind === 'refusal' ? trade : refuseOrder(state, trade, deps, nowUs);
}

/** Why an order may not be made: as `refuseTrade`, of what has been read. */
export function refuseOrder(
  state: PortfolioState,
  order: Order,
  deps: CheckDeps,
  nowUs: number,
): Refusal | undefined {
  if (!deps.policy.enforce) return refuseKilled(state, deps, nowUs);
  return refuseFacts(factsOf(state, order, deps, nowUs), deps);
}

/** Why what facts tell of may not be; undefined where it may. Errors: `pretrade.refused`. */
export function refuseFacts(facts: OrderFacts, { policy }: CheckDeps): Refusal | undefined {
  const { allowed, findings } = judgeOrder(facts, policy);
  if (allowed) return undefined;
  const reasons = findings.filter(({ verdict }) => verdict === 'no');
  return refusal(
    'pretrade.refused',
    reasons.map(({ code, text }) => `${code}: ${text}`).join('; '),
  );
}

/** Why nothing may be traded; undefined where it may. Errors: `pretrade.killed`. */
export function refuseKilled(
  state: PortfolioState,
  deps: CheckDeps,
  nowUs: number,
): Refusal | undefined {
  const { action, why } = deps.standingOf(state.breached, nowUs);
  return action === 'kill' ? refusal('pretrade.killed', `expected no kill: ${why}`) : undefined;
}

/** What of a trade an order is judged by. */
type Order = Pick<Traded, 'symbol' | 'quantity' | 'price' | 'fee' | 'multiplier'>;

/**
 * The order that a correction comes to: what its trade has beyond the one it replaces. Undefined
 * where it takes an entry back, or mends a trade that stays one of the same side and no larger.
 */
export function orderOf(
  { history }: PortfolioState,
  { reversedId, replacement }: Reversed,
): Order | undefined {
  if (replacement?.kind !== 'traded') return undefined;
  const { symbol, quantity, price, fee, multiplier } = replacement;
  const before = statedById(history, reversedId);
  const replaced = before?.kind === 'traded' && before.symbol === symbol ? before.quantity : 0n;
  const more = quantity - replaced;
  const isMended = quantity > 0n ? replaced > 0n && more <= 0n : replaced < 0n && more >= 0n;
  if (isMended) return undefined;
  return { symbol, quantity: more, price, fee, ...(multiplier !== undefined && { multiplier }) };
}

function readToday(state: PortfolioState, command: TradeCommand): Traded | Refusal {
  return readTrade(state, command, { eventId: command.commandId, day: todayOf(state) });
}

/** Gathers what the rules may know. The portfolio is read, never written. */
function factsOf(
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
): Pick<OrderFacts, 'limits' | 'historyMissing' | 'standing' | 'trading' | 'tradesInWindow'> {
  const { policy, trial, limits } = deps;
  return {
    limits,
    historyMissing: trial.missing(row),
    standing: deps.standingOf(state.breached, nowUs, row),
    trading: deps.tradingOf(row),
    tradesInWindow: tradesBetween(state, nowUs - policy.rateWindowUs, nowUs),
  };
}

/** The book with so many units more. */
function bookAfter(
  now: BookNow,
  unit: UnitNow,
  { held, units, margin }: { held: number; units: number; margin: MarginPolicy },
): BookNow {
  const exposure = (held + units) * unit.exposure;
  const isStock = unit.contract === undefined;
  // A stock without a price was carried at cost, an option's value is not its exposure.
  const before = isStock ? now.exposure : held * unit.value;
  return {
    market: now.market - before + (held + units) * unit.value,
    net: now.net - now.exposure + exposure,
    gross: now.gross - Math.abs(now.exposure) + Math.abs(exposure),
    largestOther: now.largestOther,
    name: now.name - now.exposure + exposure,
    exposure,
    margin: isStock
      ? now.margin -
        stockMargin(held, now.exposure, margin) +
        stockMargin(held + units, exposure, margin)
      : now.margin,
  };
}

function bookNow(
  state: PortfolioState,
  unit: UnitNow,
  options: readonly HeldOption[],
  margin: MarginPolicy,
): BookNow {
  const now = emptyBook();
  const names = options.length === 0 ? undefined : new Map<number, number>();
  const { directory } = state;
  if (state.isStale) {
    for (const [symbol, position] of state.account.positions) {
      if (contractOf(symbol) !== undefined) continue;
      const row = rowOf(directory, symbol);
      const [quantity, cost] = [toFloat(quantityOf(position)), toFloat(costOf(position))];
      const exposure = exposureOf(quantity, cost, directory.lastPrice(row));
      now.margin += stockMargin(quantity, exposure, margin);
      addStock(now, row, exposure, unit, names);
    }
  } else {
    const { rows, quantities, costs } = state;
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!;
      const last = directory.lastPrice(row);
      const exposure = exposureOf(quantities[index]!, costs[index]!, last);
      now.margin += stockMargin(quantities[index]!, exposure, margin);
      addStock(now, row, exposure, unit, names);
    }
  }
  now.net = now.market;
  if (names !== undefined) addOptions(now, options, names, unit);
  return now;
}

function emptyBook(): BookNow {
  return { market: 0, net: 0, gross: 0, largestOther: 0, name: 0, exposure: 0, margin: 0 };
}

/** A position without a price is carried at cost, as marks do. */
function exposureOf(quantity: number, cost: number, price: number): number {
  return price === price ? quantity * price : cost;
}

function addStock(
  now: BookNow,
  row: number,
  exposure: number,
  unit: UnitNow,
  names: Map<number, number> | undefined,
): void {
  const size = Math.abs(exposure);
  now.market += exposure;
  now.gross += size;
  if (row === unit.row) {
    now.name = exposure;
    if (unit.contract === undefined) now.exposure = exposure;
  } else if (size > now.largestOther) now.largestOther = size;
  names?.set(row, exposure);
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

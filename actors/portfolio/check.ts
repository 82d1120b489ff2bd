// The pre-trade check of one portfolio: what an order would make of it, judged by every rule.

import { type Refusal, refusal } from '../../engine/index.js';
import { type LimitConfig, measuresOf, type Standing, shareOf } from '../limits/index.js';
import {
  judgeOrder,
  type OrderFacts,
  type PortfolioSide,
  type PretradePolicy,
  type TradingState,
} from '../pretrade/index.js';
import type { ScenarioTrial, TailRisk } from '../risk/index.js';
import { costOf, quantityOf } from './account.js';
import type { Reversed } from './account-event.js';
import { readTrade, type Traded } from './decide.js';
import type { Directory } from './directory.js';
import { todayOf } from './enter.js';
import { statedIn } from './history.js';
import type { CheckOrder, OrderChecked, TradeCommand } from './messages.js';
import { notionalOf, toFloat } from './money.js';
import { type PortfolioState, rowOf, worthOf } from './state.js';

/** What a check stands on. */
export interface CheckDeps {
  readonly directory: Directory;
  readonly policy: PretradePolicy;
  readonly trial: ScenarioTrial;
  readonly limits: readonly LimitConfig[];
  tradingOf(row: number): TradingState;
  standingOf(broken: readonly boolean[], nowUs: number): Standing;
}

/** A portfolio at the last prices, and within it the order's symbol. Units: dollars. */
interface BookNow {
  market: number;
  gross: number;
  /** Largest position of another symbol. */
  largestOther: number;
  /** The symbol's own, signed. */
  exposure: number;
}

/** Answers `check_order`. Errors: `portfolio.*` refusals of an order that can't be read. */
export function checkOrder(
  state: PortfolioState,
  order: CheckOrder,
  deps: CheckDeps,
  nowUs: number,
): OrderChecked | Refusal {
  const trade = readToday(state, { ...order, kind: 'trade', commandId: '' });
  if (trade.kind === 'refusal') return trade;
  const facts = factsOf(state, trade, deps, nowUs);
  return {
    kind: 'order_checked',
    ...judgeOrder(facts, deps.policy),
    facts,
    enforced: deps.policy.enforce,
    asOfUs: nowUs,
    riskAsOfUs: state.figures?.riskAsOfUs ?? Number.NaN,
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
  const { allowed, findings } = judgeOrder(factsOf(state, order, deps, nowUs), deps.policy);
  if (allowed) return undefined;
  const reasons = findings.filter(({ verdict }) => verdict === 'no');
  return refusal(
    'pretrade.refused',
    reasons.map(({ code, text }) => `${code}: ${text}`).join('; '),
  );
}

function refuseKilled(state: PortfolioState, deps: CheckDeps, nowUs: number): Refusal | undefined {
  const { action, why } = deps.standingOf(state.breached, nowUs);
  return action === 'kill' ? refusal('pretrade.killed', `expected no kill: ${why}`) : undefined;
}

/** What of a trade an order is judged by. */
type Order = Pick<Traded, 'symbol' | 'quantity' | 'price' | 'fee'>;

/**
 * The order that a correction comes to: what its trade has beyond the one it replaces. Undefined
 * where it takes an entry back, or mends a trade that stays one of the same side and no larger.
 */
export function orderOf(
  { history }: PortfolioState,
  { reversedId, replacement }: Reversed,
): Order | undefined {
  if (replacement?.kind !== 'traded') return undefined;
  const { symbol, quantity, price, fee } = replacement;
  const before = statedIn(history).find(({ eventId }) => eventId === reversedId);
  const replaced = before?.kind === 'traded' && before.symbol === symbol ? before.quantity : 0n;
  const more = quantity - replaced;
  const isMended = quantity > 0n ? replaced > 0n && more <= 0n : replaced < 0n && more >= 0n;
  return isMended ? undefined : { symbol, quantity: more, price, fee };
}

function readToday(state: PortfolioState, command: TradeCommand): Traded | Refusal {
  return readTrade(state, command, { eventId: command.commandId, day: todayOf(state) });
}

/** Gathers what the rules may know. The portfolio is read, never written. */
function factsOf(
  state: PortfolioState,
  { symbol, quantity, price, fee }: Order,
  deps: CheckDeps,
  nowUs: number,
): OrderFacts {
  const { directory, policy, trial, limits } = deps;
  const row = rowOf(directory, symbol);
  const last = directory.lastPrice(row);
  const now = bookNow(state, row, directory);
  const shares = toFloat(quantity);
  const held = heldOf(state, symbol);
  beginTrial(state, trial, directory);
  const tail = trial.tail(0.99);
  trial.move(row, shares * last);
  const tailAfter = trial.tail(0.99);
  const { account } = state;
  const cash = account.sums.get(account.currency)?.cash ?? 0n;
  const worth = worthOf(account);
  const paid = notionalOf(price, quantity) + fee;
  const exposureAfter = (held + shares) * last;
  const after: BookNow = {
    market: now.market - now.exposure + exposureAfter,
    gross: now.gross - Math.abs(now.exposure) + Math.abs(exposureAfter),
    largestOther: now.largestOther,
    exposure: exposureAfter,
  };
  return {
    symbol,
    quantity: shares,
    price: toFloat(price),
    last,
    before: sideOf(state, { cash, worth, held }, now, tail),
    after: sideOf(
      state,
      { cash: cash - paid, worth: worth - paid, held: held + shares },
      after,
      tailAfter,
    ),
    limits,
    historyMissing: trial.missing(row),
    standing: deps.standingOf(state.breached, nowUs),
    trading: deps.tradingOf(row),
    tradesInWindow: tradesBetween(state, nowUs - policy.rateWindowUs, nowUs),
  };
}

function bookNow(state: PortfolioState, row: number, directory: Directory): BookNow {
  const now: BookNow = { market: 0, gross: 0, largestOther: 0, exposure: 0 };
  if (state.isStale) {
    for (const [symbol, position] of state.account.positions) {
      const held = rowOf(directory, symbol);
      const [quantity, cost] = [quantityOf(position), costOf(position)];
      add(
        now,
        exposureOf(toFloat(quantity), toFloat(cost), directory.lastPrice(held)),
        held === row,
      );
    }
    return now;
  }
  const { rows, quantities, costs } = state;
  for (let index = 0; index < rows.length; index++) {
    const held = rows[index]!;
    const price = directory.lastPrice(held);
    add(now, exposureOf(quantities[index]!, costs[index]!, price), held === row);
  }
  return now;
}

/** A position without a price is carried at cost, as marks do. */
function exposureOf(quantity: number, cost: number, price: number): number {
  return price === price ? quantity * price : cost;
}

function add(now: BookNow, exposure: number, isOwn: boolean): void {
  const size = Math.abs(exposure);
  now.market += exposure;
  now.gross += size;
  if (isOwn) now.exposure = exposure;
  else if (size > now.largestOther) now.largestOther = size;
}

/** Starts from the book's last risk, with what was traded since. */
function beginTrial(state: PortfolioState, trial: ScenarioTrial, directory: Directory): void {
  const { book, rows, quantities } = state;
  trial.begin(book);
  if (!state.isStale) return;
  const held = new Map<number, number>();
  for (const [symbol, position] of state.account.positions) {
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
}

function sideOf(
  state: PortfolioState,
  { cash, worth, held }: Books,
  { market, gross, largestOther, exposure }: BookNow,
  tail: TailRisk,
): PortfolioSide {
  const equity = toFloat(worth) + market;
  const own = Math.abs(exposure);
  return {
    cash: toFloat(cash),
    equity,
    held,
    weight: shareOf(own, equity),
    grossExposure: gross,
    netExposure: market,
    var99: tail.valueAtRisk,
    cvar99: tail.tailMean,
    measures: measuresOf({
      equity,
      gross,
      net: market,
      largest: Math.max(own, largestOther),
      var99: tail.valueAtRisk,
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

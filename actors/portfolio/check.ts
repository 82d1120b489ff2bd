// The pre-trade check of one portfolio: what an order would make of it, judged by every rule.

import { type Refusal, refusal } from '../../engine/index.js';
import type { LimitConfig, Standing } from '../limits/index.js';
import {
  judgeOrder,
  type OrderFacts,
  type PortfolioSide,
  type PretradePolicy,
  type TradingState,
} from '../pretrade/index.js';
import type { ScenarioTrial, TailRisk } from '../risk/index.js';
import { type Directory, readTrade } from './decide.js';
import type { Traded } from './ledger.js';
import type { CheckOrder, OrderChecked } from './messages.js';
import { notionalOf, toFloat } from './money.js';
import type { PortfolioState } from './state.js';

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
  const trade = readTrade({ ...order, kind: 'trade', commandId: '' }, deps.directory);
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

/** A trade that every rule lets pass. Errors: `pretrade.refused` with every reason. */
export function enforceRules(
  state: PortfolioState,
  trade: Traded,
  deps: CheckDeps,
  nowUs: number,
): Traded | Refusal {
  const { allowed, findings } = judgeOrder(factsOf(state, trade, deps, nowUs), deps.policy);
  if (allowed) return { ...trade, timeUs: nowUs };
  const reasons = findings.filter(({ verdict }) => verdict === 'no');
  return refusal(
    'pretrade.refused',
    reasons.map(({ code, text }) => `${code}: ${text}`).join('; '),
  );
}

/** A trade that the kill switch lets pass, whatever else is enforced. Errors: `pretrade.killed`. */
export function unlessKilled<T>(
  state: PortfolioState,
  decision: T,
  { standingOf }: CheckDeps,
  nowUs: number,
): T | Refusal {
  const { action, why } = standingOf(state.breached, nowUs);
  return action === 'kill' ? refusal('pretrade.killed', `expected no kill: ${why}`) : decision;
}

/** Gathers what the rules may know. The portfolio is read, never written. */
function factsOf(
  state: PortfolioState,
  { row, symbol, quantity, price, fee }: Traded,
  deps: CheckDeps,
  nowUs: number,
): OrderFacts {
  const { directory, policy, trial, limits } = deps;
  const last = directory.lastPrice(row);
  const now = bookNow(state, row, directory);
  const shares = toFloat(quantity);
  const held = toFloat(state.ledger.holdings.get(row)?.quantity ?? 0n);
  beginTrial(state, trial, directory);
  const tail = trial.tail(0.99);
  trial.move(row, shares * last);
  const tailAfter = trial.tail(0.99);
  const { cash } = state.ledger;
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
    before: sideOf(state, toFloat(cash), held, now, tail),
    after: sideOf(state, toFloat(cash - paid), held + shares, after, tailAfter),
    limits,
    historyMissing: trial.missing(row),
    standing: deps.standingOf(state.breached, nowUs),
    trading: deps.tradingOf(row),
    tradesInWindow: tradesSince(state, nowUs - policy.rateWindowUs),
  };
}

function bookNow(state: PortfolioState, row: number, directory: Directory): BookNow {
  const now: BookNow = { market: 0, gross: 0, largestOther: 0, exposure: 0 };
  if (state.isStale) {
    for (const [held, { quantity, cost }] of state.ledger.holdings) {
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
  const { book, rows, quantities, ledger } = state;
  trial.begin(book);
  if (!state.isStale) return;
  const known = new Set<number>();
  for (let index = 0; index < rows.length; index++) {
    const row = rows[index]!;
    known.add(row);
    const quantity = toFloat(ledger.holdings.get(row)?.quantity ?? 0n);
    if (quantity === quantities[index]) continue;
    const exposure = quantity === 0 ? 0 : quantity * directory.lastPrice(row);
    trial.move(row, exposure - book.appliedAt(index));
  }
  for (const [row, { quantity }] of ledger.holdings) {
    if (!known.has(row)) trial.move(row, toFloat(quantity) * directory.lastPrice(row));
  }
}

function sideOf(
  state: PortfolioState,
  cash: number,
  held: number,
  { market, gross, largestOther, exposure }: BookNow,
  tail: TailRisk,
): PortfolioSide {
  const equity = cash + market;
  // Without equity there is nothing that a fraction could be of.
  const whole = equity > 0 ? equity : Number.NaN;
  const own = Math.abs(exposure);
  const peak = Math.max(state.equityPeak, equity);
  return {
    cash,
    equity,
    held,
    weight: own / whole,
    grossExposure: gross,
    netExposure: market,
    var99: tail.valueAtRisk,
    cvar99: tail.tailMean,
    measures: {
      gross_exposure: gross / whole,
      net_exposure: Math.abs(market) / whole,
      single_name: Math.max(own, largestOther) / whole,
      drawdown: 1 - whole / peak,
      var99: tail.valueAtRisk / whole,
    },
  };
}

function tradesSince({ tradeTimesUs }: PortfolioState, fromUs: number): number {
  let index = tradeTimesUs.length;
  while (index > 0 && tradeTimesUs[index - 1]! >= fromUs) index--;
  return tradeTimesUs.length - index;
}

// The pre-trade check of one portfolio: what an order would make of it, judged by every rule.

import { type Refusal, refusal } from '../../engine/index.js';
import { judgeOrder, type OrderFacts } from '../pretrade/index.js';
import type { Reversed } from './account-event.js';
import type { OrderChecked } from './answers.js';
import { readTrade, type Traded } from './decide.js';
import { todayOf } from './enter.js';
import { statedById } from './history.js';
import type { CheckOrder, TradeCommand } from './messages.js';
import { type CheckDeps, factsOf, type Order } from './order-facts.js';
import type { PortfolioState } from './state.js';

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

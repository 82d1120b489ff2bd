// The pre-trade check of an exercise: an order in the shares, at the strike, that ends the option.

import { assert, type Refusal } from '../../engine/index.js';
import { contractOf } from '../options/index.js';
import type { OrderFacts } from '../pretrade/index.js';
import type { Account } from './account.js';
import type { AccountEntry, OptionEnded, Reversed } from './account-event.js';
import type { OrderChecked } from './answers.js';
import { checkedBy, refuseFacts, refuseKilled } from './check.js';
import { unitNow } from './check-options.js';
import { decideOption } from './decide-option.js';
import { accountWith, replayWith, todayOf } from './enter.js';
import { statedById } from './history.js';
import type { CheckOrder } from './messages.js';
import { toFloat } from './money.js';
import { type CheckDeps, circumstancesOf, lookNow } from './order-facts.js';
import type { PortfolioState } from './state.js';

/** Answers `check_order` of an exercise. Errors: `portfolio.*` refusals of one that can't be. */
export function checkExercise(
  state: PortfolioState,
  order: CheckOrder,
  deps: CheckDeps,
  nowUs: number,
): OrderChecked | Refusal {
  const stated = { eventId: '', day: todayOf(state) };
  const command = { ...order, kind: 'option', what: 'exercised', commandId: '' } as const;
  const event = decideOption(state, command, stated);
  if (event.kind === 'refusal') return event;
  const exercise = exerciseOf(state, event);
  assert(exercise !== undefined, 'portfolio.what_is_exercised_is_an_exercise');
  const account = accountWith(state, event);
  if ('kind' in account) return account;
  return checkedBy(state, factsOf(state, exercise, account, { deps, nowUs }), deps, nowUs);
}

/**
 * Why a decided exercise may not be made; undefined where it may. Without `enforce` the kill switch
 * alone is asked. Errors: `pretrade.killed`, `pretrade.refused` with every reason.
 */
export function refuseExercise(
  state: PortfolioState,
  decision: AccountEntry,
  exercise: OptionEnded,
  { deps, nowUs }: { readonly deps: CheckDeps; readonly nowUs: number },
): Refusal | undefined {
  if (!deps.policy.enforce) return refuseKilled(state, deps, nowUs);
  const account =
    decision.kind === 'reversed' ? correctedBy(state, decision) : accountWith(state, decision);
  if ('kind' in account) return account;
  return refuseFacts(factsOf(state, exercise, account, { deps, nowUs }), deps);
}

function correctedBy(state: PortfolioState, decision: Reversed): Account | Refusal {
  const replayed = replayWith(state, decision);
  return 'kind' in replayed ? replayed : replayed.account;
}

/**
 * The exercise that a decision comes to: also of a correction, unless that exercises no more than
 * what it replaces. Undefined of anything else: an assignment is nobody's choice.
 */
export function exerciseOf(
  { history }: PortfolioState,
  decision: AccountEntry,
): OptionEnded | undefined {
  const isReversed = decision.kind === 'reversed';
  const one = isReversed ? decision.replacement : decision;
  if (one?.kind !== 'option_ended' || one.end !== 'exercised') return undefined;
  if (!isReversed) return one;
  const before = statedById(history, decision.reversedId);
  const isSame = before?.kind === 'option_ended' && before.end === one.end;
  const isMended = isSame && before.symbol === one.symbol && before.quantity >= one.quantity;
  return isMended ? undefined : one;
}

/** The portfolio before and after, each looked at as it is: an exercise is rare. */
function factsOf(
  state: PortfolioState,
  { symbol, quantity }: OptionEnded,
  account: Account,
  { deps, nowUs }: { readonly deps: CheckDeps; readonly nowUs: number },
): OrderFacts {
  const contract = contractOf(symbol);
  assert(contract !== undefined, 'portfolio.what_is_exercised_is_an_option');
  const { underlying, type, strike, multiplier } = contract;
  const unit = unitNow(state, underlying);
  const { side: before } = lookNow(state, unit, deps);
  const { side: after } = lookNow(state.with(account), unit, deps);
  return {
    symbol,
    underlying,
    quantity: toFloat(quantity * multiplier) * (type === 'call' ? 1 : -1),
    multiplier: 1,
    price: toFloat(strike),
    last: unit.last,
    reference: unit.last,
    isExercise: true,
    before,
    after,
    ...circumstancesOf(state, unit, deps, nowUs),
  };
}

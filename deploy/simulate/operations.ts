// What clients want: a list without end made from the seed, each operation by its number.

import type { PortfolioMessage } from '../../actors/portfolio/index.js';
import { type Address, Chance, type Reply } from '../../engine/index.js';
import { type Decision, decisionAt } from './decisions.js';
import { FIRST_PRICES, SYMBOLS } from './market-walk.js';
import { moneyMessageAt } from './money.js';
import { SHARDS } from './setting.js';
import { PORTFOLIOS } from './watched.js';

/** Clients that send operations. */
const CLIENTS = 5;

/** Time from one operation to the next, at most. Units: microseconds. */
const GAP_US_MAX = 160;

/** Commands of a flood: more than the lanes of a mailbox hold together. */
const FLOOD = 2_200;

/** Share of operations that a courier passes on. */
const COURIER_SHARE = 0.2;

/** One operation. */
export interface Operation {
  readonly index: number;
  readonly client: number;
  readonly to: Address;
  readonly message: PortfolioMessage;
  /** Time to the operation before it. Units: microseconds. */
  readonly gapUs: number;
  /** Whether the client sends it once more although it was answered. */
  readonly isRepeated: boolean;
  /** Commands sent at once instead of the message; 0 for none. */
  readonly flood: number;
  /** What somebody decides about limits instead of the message, if anything. */
  readonly decision: Decision | undefined;
  /** Shard of the courier that it is given to, or -1 for the portfolio itself. */
  readonly by: number;
}

/** Operation number `index` of a seed. */
export function operationAt(seed: number, index: number): Operation {
  const chance = new Chance(seed, `operation ${index}`);
  const to = addressee(chance);
  return {
    index,
    client: chance.below(CLIENTS),
    to,
    gapUs: chance.below(GAP_US_MAX),
    isRepeated: chance.happens(0.1),
    decision: decisionAt(seed, index),
    flood: chance.happens(0.003) ? FLOOD : 0,
    by: chance.happens(COURIER_SHARE) ? chance.below(SHARDS) : -1,
    message: moneyMessageAt(seed, index) ?? messageOf(chance, index, () => before(seed, index, to)),
  };
}

function addressee(chance: Chance): Address {
  return `portfolio/${chance.pick(PORTFOLIOS)}`;
}

/** The last operation on the same portfolio before one: what a correction of it takes back. */
function before(seed: number, index: number, to: Address): string {
  let earlier = index - 1;
  while (earlier > 0 && addressee(new Chance(seed, `operation ${earlier}`)) !== to) earlier--;
  return commandIdOf(earlier);
}

/** The command id of an operation. */
function commandIdOf(index: number): string {
  return `op-${index}`;
}

/** The operation of a command id. */
export function operationOf(seed: number, commandId: string): Operation {
  return operationAt(seed, Number(commandId.slice('op-'.length)));
}

function messageOf(chance: Chance, index: number, earlier: () => string): Operation['message'] {
  const commandId = commandIdOf(index);
  const kind = chance.next();
  if (kind < 0.1) return { kind: 'show_portfolio' };
  if (kind < 0.35) {
    return {
      kind: 'cash',
      commandId,
      amount: `${chance.between(1, 20_000)}.${chance.between(100_000, 999_999)}`,
      direction: chance.happens(0.6) ? 'deposit' : 'withdraw',
    };
  }
  if (kind < 0.4) {
    const amount = `${chance.between(1, 90)}.${chance.between(100_000, 999_999)}`;
    return { kind: 'charge', commandId, what: chance.happens(0.5) ? 'fee' : 'interest', amount };
  }
  if (kind < 0.48) return { kind: 'correct', commandId, eventId: earlier(), reason: 'a mistake' };
  if (kind < 0.53) return optionMessageOf(chance, commandId);
  return {
    kind: 'trade',
    commandId,
    symbol: chance.happens(0.02) ? 'NONE' : chance.pick(SYMBOLS),
    side: chance.happens(0.55) ? 'buy' : 'sell',
    quantity: chance.happens(0.3)
      ? `${chance.between(1, 40)}.${chance.between(100_000, 999_999)}`
      : String(chance.between(1, 200)),
    price: chance.happens(0.5) ? '' : `${chance.between(10, 300)}.${chance.between(10, 99)}`,
    fee: chance.happens(0.5) ? '' : `0.${chance.between(1, 99)}`,
  };
}

/** Last days of options: the first closes of a run, and one beyond the end of any. */
const LAST_DAYS = ['210104', '210105', '210106', '230120'] as const;

/**
 * Options that clients trade: at the first price of their stock. On two stocks, for each that is
 * held is priced anew in every scenario, which takes longer than all else here.
 */
const OPTIONS = LAST_DAYS.flatMap((day) =>
  (['C', 'P'] as const).map((right, row) => {
    return `${SYMBOLS[row]}${day}${right}${String(FIRST_PRICES[row]! * 1_000).padStart(8, '0')}`;
  }),
);

/** A trade in contracts, or the exercise of one that may not be held. */
function optionMessageOf(chance: Chance, commandId: string): Operation['message'] {
  const symbol = chance.pick(OPTIONS);
  const quantity = String(chance.between(1, 4));
  if (chance.happens(0.3)) {
    return { kind: 'option', commandId, what: 'exercised', symbol, quantity, price: '' };
  }
  return {
    kind: 'trade',
    commandId,
    symbol,
    side: chance.happens(0.65) ? 'buy' : 'sell',
    quantity,
    price: `${chance.between(1, 20)}.${chance.between(10, 99)}`,
    fee: chance.happens(0.5) ? '' : `0.${chance.between(1, 99)}`,
  };
}

/** Refusals that a client takes for its answer; after all others it asks again. */
const FINAL = /^(portfolio|lots|pretrade)\./;

/** Whether an answer is one that a client takes. */
export function isFinal(reply: Reply): boolean {
  return reply.kind === 'replied' || (reply.kind === 'refused' && FINAL.test(reply.code));
}

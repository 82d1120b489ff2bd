// Every kind of command that a portfolio takes, and what each adds to what is held, whenever it is.

import { create } from '@bufbuild/protobuf';
import {
  CashMovementSchema,
  ChargeSchema,
  type CommandRequest,
  CommandRequestSchema,
  CorporateActionSchema,
  CorrectionSchema,
  ExchangeSchema,
  OptionEndSchema,
  type PortfolioDetail,
  RateSchema,
  TradeSchema,
  TransferSchema,
} from '../proto/gen/sluice/portfolio/v1/portfolio_pb.js';

/** A call on KO that is open longer than the market streams. */
const CALL = 'KO210618C00050000';

/**
 * Shares that a portfolio begins with. What is delivered of a short position makes it smaller, so
 * that the sum would depend on the order.
 */
const FIRST_SHARES = 1_000;

/** What is held, by what it is: shares and contracts whole, money in hundredths. */
export type Holding = Readonly<Record<string, number>>;

/** A kind of command, and what one that is applied adds. */
interface CommandKind {
  readonly adds: Holding;
  /** `target` is a deposit of the portfolio. */
  readonly make: (target: string) => CommandRequest['command'];
}

const cash = (amount: string, direction: string): CommandRequest['command'] => ({
  case: 'cash',
  value: create(CashMovementSchema, { amount, direction }),
});
const trade = (
  symbol: string,
  side: string,
  price: string,
  quantity = '1',
): CommandRequest['command'] => ({
  case: 'trade',
  value: create(TradeSchema, { symbol, side, quantity, price }),
});
const charge = (what: string, amount: string, currency = ''): CommandRequest['command'] => ({
  case: 'charge',
  value: create(ChargeSchema, { what, amount, currency }),
});

/** The kinds by name; the market adds nothing to KO, PEP and the call while it streams. */
const KINDS: Readonly<Record<string, CommandKind>> = {
  deposit: { adds: { USD: 100_00 }, make: () => cash('100', 'deposit') },
  withdrawal: { adds: { USD: -1_00 }, make: () => cash('1', 'withdraw') },
  purchase: { adds: { USD: -10_00, KO: 1 }, make: () => trade('KO', 'buy', '10') },
  sale: { adds: { USD: 10_00, KO: -1 }, make: () => trade('KO', 'sell', '10') },
  fee: { adds: { USD: -1_00 }, make: () => charge('fee', '1') },
  interest: { adds: { USD: 2_00 }, make: () => charge('interest', '2') },
  // Of another currency than the interest, which would pay what has accrued.
  accrual: { adds: { accrued: 3_00 }, make: () => charge('accrual', '3', 'EUR') },
  exchange: {
    adds: { USD: -10_00, EUR: 9_00 },
    make: () => {
      const given = { currency: 'USD', amount: '10', toCurrency: 'EUR', toAmount: '9' };
      return { case: 'exchange', value: create(ExchangeSchema, given) };
    },
  },
  rate: {
    adds: {},
    make: () => ({ case: 'rate', value: create(RateSchema, { currency: 'EUR', rate: '1.1' }) }),
  },
  arrival: {
    adds: { KO: 1 },
    make: () => {
      const of = { symbol: 'KO', quantity: '1', cost: '10', openedDate: 20200102 };
      return { case: 'transfer', value: create(TransferSchema, { ...of, direction: 'in' }) };
    },
  },
  delivery: {
    adds: { KO: -1 },
    make: () => {
      const given = { symbol: 'KO', quantity: '1', direction: 'out' };
      return { case: 'transfer', value: create(TransferSchema, given) };
    },
  },
  // On the shares that every portfolio begins with.
  dividend: {
    adds: { USD: FIRST_SHARES * 50 },
    make: () => {
      const given = { symbol: 'PEP', perShare: '0.5' };
      return { case: 'action', value: create(CorporateActionSchema, given) };
    },
  },
  correction: {
    adds: { USD: -100_00 },
    make: (eventId) => ({
      case: 'correct',
      value: create(CorrectionSchema, { eventId, reason: 'a drill' }),
    }),
  },
  contract: { adds: { USD: -100_00, [CALL]: 1 }, make: () => trade(CALL, 'buy', '1') },
  exercise: {
    adds: { USD: -5_000_00, [CALL]: -1, KO: 100 },
    make: () => {
      const given = { symbol: CALL, what: 'exercised', quantity: '1' };
      return { case: 'option', value: create(OptionEndSchema, given) };
    },
  },
};

/** Names of the kinds. */
export const COMMAND_KINDS: readonly string[] = Object.keys(KINDS);

/** One command of a kind. */
export interface Sent {
  readonly portfolio: string;
  readonly id: string;
  readonly kind: string;
  /** The deposit that a correction takes back. */
  readonly target: string;
}

/** A command as it is sent. */
export function requestOf({ portfolio, id, kind, target }: Sent): CommandRequest {
  const command = KINDS[kind]!.make(target);
  return create(CommandRequestSchema, { portfolio, commandId: id, command });
}

/** What a portfolio begins with: PEP for dividends, and so much KO that it is never short of it. */
export function firstShares(portfolio: string): CommandRequest[] {
  return ['PEP', 'KO'].map((symbol) => {
    const commandId = `first-${symbol}-${portfolio}`;
    const command = trade(symbol, 'buy', '10', String(FIRST_SHARES));
    return create(CommandRequestSchema, { portfolio, commandId, command });
  });
}

/** What a portfolio tells that it holds. */
export function holdingOf({ summary, positions, currencies }: PortfolioDetail): Holding {
  const held: Record<string, number> = { USD: hundredths(summary?.cash ?? '0') };
  for (const { symbol, quantity } of positions) held[symbol] = Number(quantity);
  for (const { currency, cash: amount, accrued } of currencies) {
    held[currency] = hundredths(amount);
    held['accrued'] = (held['accrued'] ?? 0) + hundredths(accrued);
  }
  return held;
}

/** What is held once commands of these kinds have been applied, in any order. */
export function holdingAfter(before: Holding, kinds: Iterable<string>): Holding {
  const held: Record<string, number> = { ...before };
  for (const kind of kinds) {
    for (const [what, count] of Object.entries(KINDS[kind]!.adds)) {
      held[what] = (held[what] ?? 0) + count;
    }
  }
  return held;
}

/** What is not held as it should be, in words. */
export function differences(expected: Holding, was: Holding): string[] {
  const names = new Set([...Object.keys(expected), ...Object.keys(was)]);
  return [...names].flatMap((name) => {
    const [wanted, found] = [expected[name] ?? 0, was[name] ?? 0];
    return wanted === found ? [] : [`${name}: expected ${wanted}, was ${found}`];
  });
}

function hundredths(decimal: string): number {
  return Math.round(Number(decimal) * 100);
}

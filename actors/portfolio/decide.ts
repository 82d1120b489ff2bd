// The decider: what a command does to a portfolio, or why not.

import { type Refusal, refusal } from '../../engine/index.js';
import type { PortfolioEvent, Traded } from './ledger.js';
import type { CashCommand, TradeCommand } from './messages.js';
import { formatDecimal, fromFloat, notionalOf, parseDecimal } from './money.js';
import type { PortfolioState } from './state.js';

/** What a portfolio may know of the market. */
export interface Directory {
  /** Row of a symbol, or undefined. */
  rowOf(symbol: string): number | undefined;
  symbolOf(row: number): string;
  /** Last raw price of a row; NaN where none is known. */
  lastPrice(row: number): number;
}

/** Largest share count of one trade, in millionths. */
const QUANTITY_MAX = 1_000_000_000n * 1_000_000n;

/** Longest command id. */
const COMMAND_ID_MAX = 64;

/** A decision: the event to persist, or a refusal. */
export type Decision = PortfolioEvent | Refusal;

/** Whether an id may name a command. */
export function checkCommandId(commandId: string): Refusal | undefined {
  if (commandId.length >= 1 && commandId.length <= COMMAND_ID_MAX) return undefined;
  return refusal(
    'portfolio.bad_command_id',
    `expected a command id of 1 to ${COMMAND_ID_MAX} characters, was ${commandId.length}`,
  );
}

/** Decides a trade. Errors: `portfolio.*` refusals with what was expected. */
export function decideTrade(
  state: PortfolioState,
  command: TradeCommand,
  directory: Directory,
): Decision {
  const trade = readTrade(command, directory);
  if (trade.kind === 'refusal') return trade;
  const needed = notionalOf(trade.price, trade.quantity) + trade.fee;
  if (trade.quantity > 0n && needed > state.ledger.cash) {
    return refusal(
      'portfolio.not_enough_cash',
      `expected at least ${formatDecimal(needed)} dollars of cash, was ${formatDecimal(state.ledger.cash)}`,
    );
  }
  return trade;
}

/** Reads a trade, whatever the portfolio holds. Errors: as of `decideTrade`. */
export function readTrade(command: TradeCommand, directory: Directory): Traded | Refusal {
  const { symbol, side } = command;
  const row = directory.rowOf(symbol);
  if (row === undefined) {
    return refusal(
      'portfolio.unknown_symbol',
      `expected a listed symbol, was "${symbol.slice(0, 32)}"`,
    );
  }
  if (side !== 'buy' && side !== 'sell') {
    return refusal('portfolio.bad_side', `expected side buy or sell, was "${side.slice(0, 32)}"`);
  }
  const quantity = parseDecimal(command.quantity);
  if (quantity === undefined || quantity <= 0n || quantity > QUANTITY_MAX) {
    return refusal(
      'portfolio.bad_quantity',
      `expected a positive decimal of at most 6 decimals up to 1,000,000,000 shares, was "${command.quantity.slice(0, 32)}"`,
    );
  }
  const price = command.price === '' ? lastPrice(row, directory) : parseDecimal(command.price);
  if (price === undefined || price <= 0n) {
    return command.price === ''
      ? refusal(
          'portfolio.no_price',
          `expected a last price for ${symbol}, there is none yet; give a price`,
        )
      : refusal(
          'portfolio.bad_price',
          `expected a positive decimal price, was "${command.price.slice(0, 32)}"`,
        );
  }
  const fee = command.fee === '' ? 0n : parseDecimal(command.fee);
  if (fee === undefined || fee < 0n) {
    return refusal(
      'portfolio.bad_fee',
      `expected a fee of 0 or more, was "${command.fee.slice(0, 32)}"`,
    );
  }
  return {
    kind: 'traded',
    commandId: command.commandId,
    row,
    symbol,
    quantity: side === 'buy' ? quantity : -quantity,
    price,
    fee,
  };
}

function lastPrice(row: number, directory: Directory): bigint | undefined {
  const price = directory.lastPrice(row);
  return price === price ? fromFloat(price) : undefined;
}

/** Decides a cash movement. Errors: `portfolio.*` refusals. */
export function decideCash(state: PortfolioState, command: CashCommand): Decision {
  const { direction } = command;
  if (direction !== 'deposit' && direction !== 'withdraw') {
    return refusal(
      'portfolio.bad_direction',
      `expected direction deposit or withdraw, was "${direction.slice(0, 32)}"`,
    );
  }
  const amount = parseDecimal(command.amount);
  if (amount === undefined || amount <= 0n) {
    return refusal(
      'portfolio.bad_amount',
      `expected a positive decimal of at most 6 decimals, was "${command.amount.slice(0, 32)}"`,
    );
  }
  if (direction === 'withdraw' && amount > state.ledger.cash) {
    return refusal(
      'portfolio.not_enough_cash',
      `expected at least ${formatDecimal(amount)} dollars of cash, was ${formatDecimal(state.ledger.cash)}`,
    );
  }
  return {
    kind: 'cash_moved',
    commandId: command.commandId,
    amount: direction === 'deposit' ? amount : -amount,
  };
}

// Commands of the services as messages of portfolio actors.

import type { CorrectCommand, EntryCommand } from '../../../actors/portfolio/index.js';
import { type Refusal, refusal } from '../../../engine/index.js';
import type {
  CommandRequest,
  Correction,
} from '../../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';

/** A command of one entry, as requests and corrections hold it. */
type EntryCase = Exclude<CommandRequest['command'], { case: 'correct' }>;

/** The message of a request. Errors: `portfolio.no_command`. */
export function commandOf({
  commandId,
  command,
}: CommandRequest): EntryCommand | CorrectCommand | Refusal {
  const message =
    command.case === 'correct'
      ? correctionOf(commandId, command.value)
      : entryOf(commandId, command);
  return message ?? refusal('portfolio.no_command', 'expected a command such as a trade or cash');
}

function correctionOf(
  commandId: string,
  { eventId, reason, replacement }: Correction,
): CorrectCommand {
  const entry = entryOf(commandId, replacement);
  const correction = { kind: 'correct', commandId, eventId, reason } as const;
  return entry === undefined ? correction : { ...correction, replacement: entry };
}

function entryOf(commandId: string, command: EntryCase): EntryCommand | undefined {
  switch (command.case) {
    case 'trade': {
      const { symbol, side, quantity, price, fee, method, lots, date } = command.value;
      const trade = { kind: 'trade', commandId, symbol, side, quantity, price, fee } as const;
      return { ...trade, method, lots, date };
    }
    case 'cash': {
      const { amount, direction, currency, date } = command.value;
      return { kind: 'cash', commandId, amount, direction, currency, date };
    }
    case 'charge': {
      const { what, amount, currency, date } = command.value;
      return { kind: 'charge', commandId, what, amount, currency, date };
    }
    case 'exchange': {
      const { currency, amount, toCurrency, toAmount, date } = command.value;
      return { kind: 'exchange', commandId, currency, amount, toCurrency, toAmount, date };
    }
    case 'rate': {
      const { currency, rate, date } = command.value;
      return { kind: 'rate', commandId, currency, rate, date };
    }
    case 'transfer': {
      const { symbol, direction, quantity, cost, openedDate, method, lots, date } = command.value;
      const transfer = { kind: 'transfer', commandId, symbol, direction, quantity } as const;
      return { ...transfer, cost, openedDate, method, lots, date };
    }
    case 'action': {
      const { symbol, perShare, newShares, oldShares, date } = command.value;
      return { kind: 'action', commandId, symbol, perShare, newShares, oldShares, date };
    }
    case 'option': {
      const { symbol, what, quantity, price, method, lots, date } = command.value;
      return { kind: 'option', commandId, symbol, what, quantity, price, method, lots, date };
    }
    case undefined:
      return undefined;
  }
}

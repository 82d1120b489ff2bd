// Whether a command whose id is known is the one that was booked under it.

import { type Refusal, refusal } from '../../engine/index.js';
import { dateOf } from '../calendar/index.js';
import type { AccountEntry } from './account-event.js';
import { eventOf } from './decide-entry.js';
import { entryById } from './history.js';
import type { CorrectCommand, EntryCommand } from './messages.js';
import { formatDecimal } from './money.js';
import type { PortfolioState } from './state.js';

/** What each command may have booked. */
const BOOKED: Readonly<Record<EntryCommand['kind'], readonly AccountEntry['kind'][]>> = {
  trade: ['traded'],
  cash: ['cash_moved'],
  charge: ['fee_charged', 'interest_paid', 'interest_accrued'],
  exchange: ['cash_exchanged'],
  rate: ['rate_set'],
  transfer: ['lot_received', 'lots_delivered'],
  action: ['dividend_paid', 'shares_split'],
  option: ['option_ended', 'option_settled'],
};

/**
 * Refuses a command that says something else than the entry of its id. What the command left to the
 * books (its day, the last price) is the entry's. An entry of before the books were closed is not
 * known any more: then the id stands for the command.
 * Errors: `portfolio.command_id_reused`.
 */
export function refuseOther(
  state: PortfolioState,
  command: EntryCommand | CorrectCommand,
): Refusal | undefined {
  const { commandId } = command;
  const entry =
    entryById(state.history, commandId) ??
    state.waiting.find((one) => one.entry.eventId === commandId)?.entry;
  if (entry === undefined || isBooked(state, command, entry)) return undefined;
  const text = `expected the command that ${commandId} was booked for (${entry.kind} of ${dateOf(entry.day)}), was another ${command.kind}`;
  return refusal('portfolio.command_id_reused', text);
}

function isBooked(
  state: PortfolioState,
  command: EntryCommand | CorrectCommand,
  entry: AccountEntry,
): boolean {
  if (command.kind === 'correct') {
    return entry.kind === 'reversed' && entry.reversedId === command.eventId;
  }
  if (!BOOKED[command.kind].includes(entry.kind)) return false;
  const date = command.date ?? 0;
  if (date !== 0 && date !== dateOf(entry.day)) return false;
  const isAtLast = command.kind === 'trade' && command.price === '' && entry.kind === 'traded';
  const stated = isAtLast ? { ...command, price: formatDecimal(entry.price) } : command;
  const event = eventOf(state, stated, { eventId: entry.eventId, day: entry.day });
  // Such as of a symbol that this run does not have: its kind has to do.
  if (event.kind === 'refusal') return true;
  const booked: Readonly<Record<string, unknown>> = { ...entry };
  return Object.entries(event).every(([name, value]) => textOf(value) === textOf(booked[name]));
}

/** A field as text: numbers, texts, and the names and sizes of lots. */
function textOf(value: unknown): string {
  return Array.isArray(value) ? value.map(textOf).join() : String(value);
}

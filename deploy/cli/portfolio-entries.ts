// Commands that make entries in the books of a running portfolio.

import { randomUUID } from 'node:crypto';
import { create, fromJson, type MessageInitShape, toJson } from '@bufbuild/protobuf';
import { Fault } from '../../engine/index.js';
import {
  CommandRequestSchema,
  type CommandResponse,
  CommandResponseSchema,
  CorrectionSchema,
  Portfolio,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { dateFlag } from '../app/settings.js';
import { type AskOptions, askSystem } from './ask.js';
import { isUnanswered, print, say } from './output.js';
import { picksOf } from './transaction-file.js';

/** Flags of every command that makes an entry. */
export interface EntryFlags extends AskOptions {
  readonly id?: string;
  readonly date?: string;
  readonly currency?: string;
}

/** Flags of commands that choose lots. */
export interface LotFlags extends EntryFlags {
  readonly method?: string;
  readonly lots?: string;
}

type CommandInit = NonNullable<MessageInitShape<typeof CommandRequestSchema>['command']>;

/**
 * Sends a command and says what became of it; its id comes first, since an answer may never come.
 * Errors: `portfolio.*` where it is refused.
 */
async function send(portfolio: string, command: CommandInit, options: EntryFlags): Promise<void> {
  const commandId = options.id ?? `cli-${randomUUID()}`;
  const request = create(CommandRequestSchema, { portfolio, commandId, command });
  if (options.id === undefined) say(`sluice: sent as command ${commandId}`);
  const again = `send it again with --id ${commandId}, and it is booked once`;
  const response = await withAdvice(again, () =>
    askSystem(Portfolio, options, async (client) => failOn(await client.call('command', request))),
  );
  const json = { commandId, ...(toJson(CommandResponseSchema, response) as object) };
  print(json, options.json === true, () =>
    response.repeatedCommand ? `${commandId}: was booked before` : `${commandId}: booked`,
  );
}

/** Passes an answer on. Errors: that of a command that was refused. */
export function failOn(response: CommandResponse, where = ''): CommandResponse {
  if (!response.accepted) throw new Fault(response.code, `${where}${response.text}`);
  return response;
}

/** Where nobody knows whether it was done, the failure says what to do about it. */
export async function withAdvice<T>(advice: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!isUnanswered(error)) throw error;
    throw new Fault(error.code, `${error.message}; ${advice}`, { cause: error });
  }
}

function dateOf({ date }: EntryFlags): number {
  return date === undefined ? 0 : dateFlag('--date', date);
}

function lotsOf({ method = '', lots = '' }: LotFlags) {
  return { method: method || (lots === '' ? '' : 'specific'), lots: picksOf(lots) };
}

/** `portfolio trade` */
export async function portfolioTrade(
  id: string,
  side: string,
  symbol: string,
  quantity: string,
  options: LotFlags & { readonly price?: string; readonly fee?: string },
): Promise<void> {
  const { price = '', fee = '' } = options;
  const trade = { symbol: symbol.toUpperCase(), side, quantity, price, fee };
  const value = { ...trade, ...lotsOf(options), date: dateOf(options) };
  await send(id, { case: 'trade', value }, options);
}

/** `portfolio option` */
export async function portfolioOption(
  id: string,
  what: string,
  symbol: string,
  quantity: string | undefined,
  options: LotFlags & { readonly price?: string },
): Promise<void> {
  const { price = '' } = options;
  const ended = { what, symbol: symbol.toUpperCase(), quantity: quantity ?? '', price };
  const value = { ...ended, ...lotsOf(options), date: dateOf(options) };
  await send(id, { case: 'option', value }, options);
}

/** `portfolio cash` */
export async function portfolioCash(
  id: string,
  direction: string,
  amount: string,
  options: EntryFlags,
): Promise<void> {
  const { currency = '' } = options;
  const value = { direction, amount, currency, date: dateOf(options) };
  await send(id, { case: 'cash', value }, options);
}

/** `portfolio charge` */
export async function portfolioCharge(
  id: string,
  what: string,
  amount: string,
  options: EntryFlags,
): Promise<void> {
  const { currency = '' } = options;
  await send(
    id,
    { case: 'charge', value: { what, amount, currency, date: dateOf(options) } },
    options,
  );
}

/** `portfolio exchange`: such as `100 USD 92.5 EUR`. */
export async function portfolioExchange(
  id: string,
  given: readonly string[],
  options: EntryFlags,
): Promise<void> {
  const [amount = '', currency = '', toAmount = '', toCurrency = ''] = given;
  const value = { amount, currency, toAmount, toCurrency, date: dateOf(options) };
  await send(id, { case: 'exchange', value }, options);
}

/** `portfolio rate` */
export async function portfolioRate(
  id: string,
  currency: string,
  rate: string,
  options: EntryFlags,
): Promise<void> {
  await send(id, { case: 'rate', value: { currency, rate, date: dateOf(options) } }, options);
}

/** `portfolio transfer` */
export async function portfolioTransfer(
  id: string,
  direction: string,
  symbol: string,
  quantity: string,
  options: LotFlags & { readonly cost?: string; readonly opened?: string },
): Promise<void> {
  const { cost = '', opened } = options;
  const openedDate = opened === undefined ? 0 : dateFlag('--opened', opened);
  const shares = { direction, symbol: symbol.toUpperCase(), quantity, cost, openedDate };
  const value = { ...shares, ...lotsOf(options), date: dateOf(options) };
  await send(id, { case: 'transfer', value }, options);
}

/** `portfolio action` */
export async function portfolioAction(
  id: string,
  symbol: string,
  options: EntryFlags & { readonly dividend?: string; readonly split?: string },
): Promise<void> {
  const [newShares = '', oldShares = ''] = (options.split ?? '').split(':');
  const action = { symbol: symbol.toUpperCase(), perShare: options.dividend ?? '' };
  const value = { ...action, newShares, oldShares, date: dateOf(options) };
  await send(id, { case: 'action', value }, options);
}

/** `portfolio correct`. Errors: `flag.invalid` where the replacement is none. */
export async function portfolioCorrect(
  id: string,
  eventId: string,
  options: EntryFlags & { readonly reason: string; readonly replacement?: string },
): Promise<void> {
  const { reason } = options;
  const { replacement } = correctionFrom(options.replacement ?? '{}');
  const value = { eventId, reason, replacement };
  await send(id, { case: 'correct', value }, options);
}

function correctionFrom(text: string) {
  try {
    return fromJson(CorrectionSchema, JSON.parse(text));
  } catch (error) {
    const expected = `--replacement: expected JSON such as {"trade": {"symbol": "KO", "side": "buy", "quantity": "5", "price": "50"}}, was ${text.slice(0, 80)}`;
    throw new Fault('flag.invalid', expected, { cause: error });
  }
}

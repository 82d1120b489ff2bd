// An account as plain data for snapshots: columns, which are written and read fast.

import { type Lot, type LotMethod, sizeOf } from '../lots/index.js';
import { type Account, type CurrencySums, emptyAccount } from './account.js';

/** What of an account is no part of its lots. */
export interface EncodedSums {
  readonly method: LotMethod;
  readonly currency: string;
  readonly rates: readonly (readonly [currency: string, rate: bigint])[];
  readonly sums: readonly (readonly [currency: string, sums: CurrencySums])[];
}

/** Lots in columns: those of a position follow each other. */
export interface EncodedLots {
  readonly symbols: readonly string[];
  readonly currencies: readonly string[];
  readonly lotCounts: Int32Array;
  readonly ids: readonly string[];
  readonly openedDays: Int32Array;
  readonly heldFromDays: Int32Array;
  readonly quantities: readonly bigint[];
  readonly costs: readonly bigint[];
  /** Of options; absent without any. */
  readonly volatilities?: readonly (readonly [symbol: string, volatility: number])[];
}

/** An account. */
export interface EncodedAccount extends EncodedSums, EncodedLots {}

/** Copies an account out. */
export function encodeAccount(account: Account): EncodedAccount {
  return { ...encodeSums(account), ...encodeLots(account) };
}

/** Copies out what cash entries change. */
export function encodeSums({ method, currency, rates, sums }: Account): EncodedSums {
  return {
    method,
    currency,
    rates: [...rates],
    sums: Array.from(sums, ([of, its]) => [of, { ...its }] as const),
  };
}

/** Copies out what is held. */
export function encodeLots({ positions, volatilities }: Account): EncodedLots {
  const held = [...positions];
  const lots = held.flatMap(([, position]) => position.lots);
  return {
    symbols: held.map(([symbol]) => symbol),
    currencies: held.map(([, { currency }]) => currency),
    lotCounts: Int32Array.from(held, ([, position]) => position.lots.length),
    ids: lots.map(({ id }) => id),
    openedDays: Int32Array.from(lots, ({ openedDay }) => openedDay),
    heldFromDays: Int32Array.from(lots, ({ heldFromDay }) => heldFromDay),
    quantities: lots.map(({ quantity }) => quantity),
    costs: lots.map(({ cost }) => cost),
    ...(volatilities.size > 0 && { volatilities: [...volatilities] }),
  };
}

/** Copies an account back in. */
export function decodeAccount(encoded: EncodedAccount): Account {
  const account = emptyAccount(encoded.method, encoded.currency);
  for (const [currency, rate] of encoded.rates) account.rates.set(currency, rate);
  for (const [currency, sums] of encoded.sums) account.sums.set(currency, { ...sums });
  for (const [symbol, one] of encoded.volatilities ?? []) account.volatilities.set(symbol, one);
  let next = 0;
  encoded.symbols.forEach((symbol, index) => {
    const lots: Lot[] = [];
    for (const end = next + encoded.lotCounts[index]!; next < end; next++) {
      lots.push({
        id: encoded.ids[next]!,
        openedDay: encoded.openedDays[next]!,
        heldFromDay: encoded.heldFromDays[next]!,
        quantity: encoded.quantities[next]!,
        cost: encoded.costs[next]!,
      });
    }
    account.positions.set(symbol, { currency: encoded.currencies[index]!, lots });
  });
  return account;
}

/** Exact state as versions before 3 kept it: average cost, one currency, fees apart. */
export interface OldLedger {
  readonly cash: bigint;
  readonly realised: bigint;
  readonly fees: bigint;
  readonly dividends: bigint;
  readonly deposited: bigint;
  readonly holdings: ReadonlyMap<number, { readonly quantity: bigint; readonly cost: bigint }>;
}

/**
 * The account that an old ledger was: one lot a position, opened on a day that stands for all, and
 * gains whose term nobody knew as short.
 */
export function accountOfLedger(
  { cash, realised, fees, dividends, deposited, holdings }: OldLedger,
  method: LotMethod,
  day: number,
  symbolOf: (row: number) => string,
): Account {
  const account = emptyAccount(method);
  account.sums.set(account.currency, {
    cash,
    realisedShort: realised,
    realisedLong: 0n,
    dividends,
    interest: 0n,
    accrued: 0n,
    charges: fees,
    deposited,
    exchanged: 0n,
    transferred: 0n,
  });
  for (const [row, { quantity, cost }] of holdings) {
    if (sizeOf(quantity) === 0n) continue;
    // Rows of symbols that its run did not have were numbered below zero, and told no name.
    const symbol = row < 0 ? `unlisted${row}` : symbolOf(row);
    const lot: Lot = { id: 'before-lots', openedDay: day, heldFromDay: day, quantity, cost };
    account.positions.set(symbol, { currency: account.currency, lots: [lot] });
  }
  return account;
}

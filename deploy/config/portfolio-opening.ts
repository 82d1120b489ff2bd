// Works out what a declared portfolio holds when streaming begins.

import { daysOf } from '../../actors/calendar/index.js';
import {
  fromFloat,
  notionalOf,
  OWN_CURRENCY,
  type PortfolioEvent,
} from '../../actors/portfolio/index.js';
import type { HeldRange, Holdings } from './holdings.js';
import type { Member } from './members.js';
import type { PortfolioConfig, Selection } from './portfolio-config.js';

/** What openings follow from beside their declarations. */
export interface OpeningMarket {
  readonly symbols: readonly string[];
  readonly rowOf: ReadonlyMap<string, number>;
  readonly members: ReadonlyMap<string, Pick<Member, 'sector'>>;
  /** Last raw close of each row before streaming; NaN where there is none. */
  readonly closes: ArrayLike<number>;
  /** The session of those closes, yyyymmdd. */
  readonly date: number;
  /** Positions of portfolios that were declared by their holdings. */
  readonly holdings?: Holdings | undefined;
}

/** A position as it is opened. */
interface Bought {
  readonly symbol: string;
  /** Units: millionths of a share. */
  readonly quantity: bigint;
  /** Units: millionths of a dollar. */
  readonly price: bigint;
}

/**
 * What a portfolio holds when streaming begins: its cash, and positions bought at the last close:
 * whole shares in equal weights, or what its holdings say. Symbols that this run does not have, or
 * that have no price, are left out.
 */
export function openingEvents(config: PortfolioConfig, market: OpeningMarket): PortfolioEvent[] {
  const { held, cash, id } = config;
  const isListed = held !== undefined && market.holdings !== undefined;
  const bought = isListed ? listed(held, market.holdings, market) : selected(config, market);
  // The cash of holdings is what is left once they are paid.
  const paid = bought.reduce((sum, { price, quantity }) => sum + notionalOf(price, quantity), 0n);
  const stated = { day: daysOf(market.date), currency: OWN_CURRENCY } as const;
  return [
    {
      kind: 'cash_moved',
      eventId: `opening-${id}`,
      ...stated,
      amount: isListed ? cash + paid : cash,
    },
    ...bought.map(({ symbol, quantity, price }) => ({
      kind: 'traded' as const,
      eventId: `opening-${id}-${symbol}`,
      ...stated,
      symbol,
      quantity,
      price,
      fee: 0n,
    })),
  ];
}

/** Positions of a portfolio that says which symbols it holds. */
function selected(
  { cash, long, longShare, short, shortShare }: PortfolioConfig,
  { symbols, members, closes }: OpeningMarket,
): Bought[] {
  const buy = (selection: Selection, share: number, sign: bigint): Bought[] => {
    const rows = selectedRows(selection, symbols, members).filter((row) => closes[row]! > 0);
    const each = (Number(cash) / 1_000_000) * (share / rows.length);
    return rows.flatMap((row) => {
      const shares = Math.floor(each / closes[row]!);
      if (shares === 0) return [];
      const quantity = BigInt(shares) * 1_000_000n * sign;
      return [{ symbol: symbols[row]!, quantity, price: fromFloat(closes[row]!) }];
    });
  };
  return [...buy(long, longShare, 1n), ...(short === undefined ? [] : buy(short, shortShare, -1n))];
}

/** Positions of a portfolio of a file of holdings. */
function listed(
  { from, count }: HeldRange,
  holdings: Holdings,
  { closes, rowOf }: OpeningMarket,
): Bought[] {
  const bought: Bought[] = [];
  for (let at = from; at < from + count; at++) {
    const symbol = holdings.symbols[holdings.names[at]!]!;
    const row = rowOf.get(symbol) ?? -1;
    const price = holdings.prices[at]!;
    const known = price === price ? BigInt(price) : priceOf(closes[row] ?? Number.NaN);
    if (row < 0 || known === undefined) continue;
    bought.push({ symbol, quantity: BigInt(holdings.quantities[at]!), price: known });
  }
  return bought;
}

function priceOf(close: number): bigint | undefined {
  return close > 0 ? fromFloat(close) : undefined;
}

/** Rows of the symbols that a selection names, ascending. */
export function selectedRows(
  selection: Selection,
  symbols: readonly string[],
  members: ReadonlyMap<string, Pick<Member, 'sector'>>,
): number[] {
  const named = new Set(selection.symbols);
  return symbols.flatMap((symbol, row) =>
    selection.all ||
    named.has(symbol) ||
    (selection.sector !== '' && members.get(symbol)?.sector === selection.sector)
      ? [row]
      : [],
  );
}

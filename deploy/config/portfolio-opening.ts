// Works out what a declared portfolio holds when streaming begins.

import { daysOf } from '../../actors/calendar/index.js';
import { fromFloat, OWN_CURRENCY, type PortfolioEvent } from '../../actors/portfolio/index.js';
import type { Member } from './members.js';
import type { PortfolioConfig, Selection } from './portfolio-config.js';

/**
 * What a portfolio holds when streaming begins: its cash, and whole shares in equal weights at
 * `priceOf`, bought on `date` (yyyymmdd). Symbols that this run does not have, or that have no price,
 * are left out.
 */
export function openingEvents(
  config: PortfolioConfig,
  symbols: readonly string[],
  members: ReadonlyMap<string, Pick<Member, 'sector'>>,
  priceOf: (row: number) => number,
  date: number,
): PortfolioEvent[] {
  const stated = { day: daysOf(date), currency: OWN_CURRENCY } as const;
  const events: PortfolioEvent[] = [
    { kind: 'cash_moved', eventId: `opening-${config.id}`, ...stated, amount: config.cash },
  ];
  const buy = (selection: Selection, share: number, sign: bigint): void => {
    const rows = selectedRows(selection, symbols, members).filter((row) => priceOf(row) > 0);
    const each = (Number(config.cash) / 1_000_000) * (share / rows.length);
    for (const row of rows) {
      const shares = Math.floor(each / priceOf(row));
      if (shares === 0) continue;
      const symbol = symbols[row]!;
      events.push({
        kind: 'traded',
        eventId: `opening-${config.id}-${symbol}`,
        ...stated,
        symbol,
        quantity: BigInt(shares) * 1_000_000n * sign,
        price: fromFloat(priceOf(row)),
        fee: 0n,
      });
    }
  };
  buy(config.long, config.longShare, 1n);
  if (config.short !== undefined) buy(config.short, config.shortShare, -1n);
  return events;
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

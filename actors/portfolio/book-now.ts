// A portfolio at the last prices, one instrument in view: as it is, and with so many units more.

import { contractOf } from '../options/index.js';
import { type MarginPolicy, stockMargin } from '../pretrade/index.js';
import { costOf, quantityOf } from './account.js';
import type { UnitNow } from './check-options.js';
import { toFloat } from './money.js';
import { type HeldOption, optionExposure, optionValue } from './option-book.js';
import { type PortfolioState, rowOf } from './state.js';

/** A portfolio at the last prices, within it the order's instrument and name. Units: dollars. */
export interface BookNow {
  market: number;
  /** By delta, signed; of shares their value. */
  net: number;
  gross: number;
  /** Largest position in another name. */
  largestOther: number;
  /** All of the name, options by delta, signed. */
  name: number;
  /** The instrument's own, signed. */
  exposure: number;
  /** What shares ask, held and sold short. */
  margin: number;
}

/** The book of now; `options` are its own, priced, and `margin` is what shares are asked by. */
export function bookNow(
  state: PortfolioState,
  unit: UnitNow,
  options: readonly HeldOption[],
  margin: MarginPolicy,
): BookNow {
  const now = emptyBook();
  const names = options.length === 0 ? undefined : new Map<number, number>();
  const { directory } = state;
  if (state.isStale) {
    for (const [symbol, position] of state.account.positions) {
      if (contractOf(symbol) !== undefined) continue;
      const row = rowOf(directory, symbol);
      const [quantity, cost] = [toFloat(quantityOf(position)), toFloat(costOf(position))];
      const exposure = exposureOf(quantity, cost, directory.lastPrice(row));
      now.margin += stockMargin(quantity, exposure, margin);
      addStock(now, row, exposure, unit, names);
    }
  } else {
    const { rows, quantities, costs } = state;
    for (let index = 0; index < rows.length; index++) {
      const row = rows[index]!;
      const last = directory.lastPrice(row);
      const exposure = exposureOf(quantities[index]!, costs[index]!, last);
      now.margin += stockMargin(quantities[index]!, exposure, margin);
      addStock(now, row, exposure, unit, names);
    }
  }
  now.net = now.market;
  if (names !== undefined) addOptions(now, options, names, unit);
  return now;
}

/** The book with so many units more of the instrument in view, of which it has `held`. */
export function bookAfter(
  now: BookNow,
  unit: UnitNow,
  { held, units, margin }: { held: number; units: number; margin: MarginPolicy },
): BookNow {
  const exposure = (held + units) * unit.exposure;
  const isStock = unit.contract === undefined;
  // A stock without a price was carried at cost, an option's value is not its exposure.
  const before = isStock ? now.exposure : held * unit.value;
  return {
    market: now.market - before + (held + units) * unit.value,
    net: now.net - now.exposure + exposure,
    gross: now.gross - Math.abs(now.exposure) + Math.abs(exposure),
    largestOther: now.largestOther,
    name: now.name - now.exposure + exposure,
    exposure,
    margin: isStock
      ? now.margin -
        stockMargin(held, now.exposure, margin) +
        stockMargin(held + units, exposure, margin)
      : now.margin,
  };
}

function emptyBook(): BookNow {
  return { market: 0, net: 0, gross: 0, largestOther: 0, name: 0, exposure: 0, margin: 0 };
}

/** A position without a price is carried at cost, as marks do. */
function exposureOf(quantity: number, cost: number, price: number): number {
  return price === price ? quantity * price : cost;
}

function addStock(
  now: BookNow,
  row: number,
  exposure: number,
  unit: UnitNow,
  names: Map<number, number> | undefined,
): void {
  const size = Math.abs(exposure);
  now.market += exposure;
  now.gross += size;
  if (row === unit.row) {
    now.name = exposure;
    if (unit.contract === undefined) now.exposure = exposure;
  } else if (size > now.largestOther) now.largestOther = size;
  names?.set(row, exposure);
}

/** Adds options to a book whose stocks are known by row. */
function addOptions(
  now: BookNow,
  options: readonly HeldOption[],
  names: Map<number, number>,
  { row, contract }: UnitNow,
): void {
  for (const option of options) {
    const exposure = optionExposure(option);
    now.market += optionValue(option);
    now.net += exposure;
    // Without a price it is carried at cost, as when it is marked.
    now.gross += Math.abs(option.greeks === undefined ? option.cost : exposure);
    names.set(option.row, (names.get(option.row) ?? 0) + exposure);
    if (option.contract.symbol === contract?.symbol) now.exposure = exposure;
  }
  now.name = names.get(row) ?? 0;
  now.largestOther = 0;
  for (const [other, exposure] of names) {
    if (other !== row) now.largestOther = Math.max(now.largestOther, Math.abs(exposure));
  }
}

// Price tables of the reference vectors, and the windows and returns that their inputs name.

/** One price file. Dates ascend; every column is as long as they are. */
export interface PriceTable {
  readonly dates: readonly string[];
  readonly columns: ReadonlyMap<string, Float64Array>;
}

/** Finds a price table by its file's name; throws where there is none. */
export type PriceTables = (file: string) => PriceTable;

/**
 * Reads a price file: a head of `date` and the names of the columns, then a row a day, by date.
 * An empty cell is NaN. Errors: throws at a row out of order or cut short, or a cell that is no
 * number.
 */
export function parsePriceTable(text: string): PriceTable {
  const [head, ...rows] = text
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','));
  const names = head!.slice(1);
  const columns = names.map(() => new Float64Array(rows.length));
  const dates = rows.map((row, index) => {
    const date = row[0]!;
    if (row.length < head!.length) {
      throw new Error(`expected ${head!.length} cells on ${date}, was ${row.length}`);
    }
    if (index > 0 && !(date > rows[index - 1]![0]!)) {
      throw new Error(`expected dates to ascend, was ${date} after ${rows[index - 1]![0]}`);
    }
    columns.forEach((column, at) => {
      const value = row[at + 1] ?? '';
      column[index] = value === '' ? Number.NaN : Number(value);
      if (value !== '' && Number.isNaN(column[index])) {
        throw new Error(`expected a number in ${names[at]} on ${date}, was ${value}`);
      }
    });
    return date;
  });
  return { dates, columns: new Map(names.map((name, at) => [name, columns[at]!])) };
}

/** Which dates `from` and `to` name: those of prices, or those of the returns that end on them. */
export type WindowOf = 'prices' | 'returns';

/** Prices of some assets over a window; a return has the date of the later of its two prices. */
export interface Panel {
  readonly assets: readonly string[];
  readonly dates: readonly string[];
  /** One per asset, as long as `dates`. */
  readonly prices: readonly Float64Array[];
  /** Simple returns, one per asset, one shorter than `dates`; `returns[k]` ends at date k + 1. */
  readonly returns: readonly Float64Array[];
}

/** What an input may say of its window. */
export interface WindowInput {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** `last N returns`, used where no dates are given. */
  readonly window?: string | undefined;
}

/** Cuts a panel out of a table. Errors: an unknown asset or an empty window throws. */
export function cutPanel(
  table: PriceTable,
  assets: readonly string[],
  input: WindowInput,
  windowOf: WindowOf,
): Panel {
  const { first, last } = windowRows(table.dates, input, windowOf);
  const prices = assets.map((asset) => {
    const column = table.columns.get(asset);
    if (column === undefined) throw new Error(`expected a column ${asset} in the price file`);
    return column.slice(first, last + 1);
  });
  return {
    assets,
    dates: table.dates.slice(first, last + 1),
    prices,
    returns: prices.map(simpleReturns),
  };
}

function windowRows(
  dates: readonly string[],
  input: WindowInput,
  windowOf: WindowOf,
): { first: number; last: number } {
  const { from = '', to = '9999' } = input;
  let last = dates.length - 1;
  while (last >= 0 && dates[last]! > to) last--;
  let first = 0;
  if (input.from !== undefined) {
    while (first <= last && dates[first]! < from) first++;
    if (windowOf === 'returns') first = Math.max(0, first - 1);
  } else if (input.window !== undefined) {
    const [, end, count] = /^(first|last) (\d+) returns$/.exec(input.window) ?? [];
    if (count === undefined) {
      throw new Error(`expected "last N returns" or "first N returns", was "${input.window}"`);
    }
    if (end === 'first') last = Math.min(last, Number(count));
    else first = last - Number(count);
  }
  if (first < 0 || last <= first) {
    throw new Error(`expected at least two prices from ${from || 'the start'} to ${to}`);
  }
  return { first, last };
}

/** Returns of prices that follow each other; one shorter than they are. */
export function simpleReturns(prices: ArrayLike<number>): Float64Array {
  return Float64Array.from(
    { length: Math.max(0, prices.length - 1) },
    (_, index) => prices[index + 1]! / prices[index]! - 1,
  );
}

/** Returns of a portfolio brought back to its weights before every return. */
export function weightedReturns(
  returns: readonly Float64Array[],
  weights: readonly number[],
): Float64Array {
  const out = new Float64Array(returns[0]?.length ?? 0);
  returns.forEach((column, asset) => {
    const weight = weights[asset]!;
    for (let index = 0; index < out.length; index++) {
      out[index] = out[index]! + weight * column[index]!;
    }
  });
  return out;
}

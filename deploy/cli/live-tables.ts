// What stands in a running system as tables of `sluice sql`: order books, and bars built live.

import { create } from '@bufbuild/protobuf';
import { BOOK_FEATURES } from '../../actors/microstructure/index.js';
import { Fault, type GivenTable } from '../../engine/index.js';
import {
  type Bar,
  Bars,
  GetBarsRequestSchema,
  ListSeriesRequestSchema,
} from '../../proto/gen/sluice/bars/v1/bars_pb.js';
import { Books, ListBooksRequestSchema } from '../../proto/gen/sluice/book/v1/book_pb.js';
import { type AskOptions, askSystem } from './ask.js';

/** Series of symbols that are asked for one by one; more are no question of a moment. */
const TABLES_MAX = 500;

/** The tables, and what each is asked with. */
const TABLES: Readonly<Record<string, (options: AskOptions) => Promise<GivenTable>>> = {
  order_books: orderBooks,
  live_bars: liveBars,
};

/** The tables that a query names after `from` or `join`, of the running system. */
export async function liveTables(
  query: string,
  options: AskOptions,
): Promise<Readonly<Record<string, GivenTable>>> {
  const given: Record<string, GivenTable> = {};
  for (const [name, ask] of Object.entries(TABLES)) {
    if (new RegExp(`\\b(?:from|join)\\s+"?${name}\\b`, 'i').test(query)) {
      given[name] = await ask(options);
    }
  }
  return given;
}

/** A row a book: what it and its trades say; null where that is not known. */
async function orderBooks(options: AskOptions): Promise<GivenTable> {
  const { books } = await askSystem(Books, options, (client) =>
    client.call('list', create(ListBooksRequestSchema)),
  );
  const names = BOOK_FEATURES.map(({ name }) => name);
  return {
    columns: { symbol: 'VARCHAR', ...doubles(names) },
    rows: books.map(({ symbol, features }) => [
      symbol,
      ...names.map((name) => features[name] ?? null),
    ]),
  };
}

const BAR_COLUMNS = [
  'id',
  'start_us',
  'end_us',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'turnover',
  'trades',
  'version',
];

/** A row a bar; version 0 is the one that is being made. Errors: `sql.too_many_series`. */
function liveBars(options: AskOptions): Promise<GivenTable> {
  return askSystem(Bars, options, async (client) => {
    const { series, symbols } = await client.call('list', create(ListSeriesRequestSchema));
    const wanted = symbols.flatMap((symbol) =>
      series.map(({ name }) => ({ symbol, series: name })),
    );
    if (wanted.length > TABLES_MAX) {
      const text = `expected at most ${TABLES_MAX} series of symbols, was ${wanted.length}`;
      throw new Fault('sql.too_many_series', `${text}; ask for one with sluice bars live`);
    }
    const rows: (string | number | null)[][] = [];
    for (const one of wanted) {
      const table = await client.call('get', create(GetBarsRequestSchema, one));
      const bars = table.forming === undefined ? table.bars : [...table.bars, table.forming];
      for (const bar of bars) rows.push([one.symbol, one.series, ...numbersOf(bar)]);
    }
    return { columns: { symbol: 'VARCHAR', series: 'VARCHAR', ...doubles(BAR_COLUMNS) }, rows };
  });
}

function numbersOf(bar: Bar): (number | null)[] {
  const { id, startUs, endUs, open, high, low, close } = bar;
  const prices = [open, high, low, close].map((price) => price ?? null);
  return [id, startUs, endUs, ...prices, bar.volume, bar.turnover, bar.trades, bar.version];
}

function doubles(names: readonly string[]): Record<string, 'DOUBLE'> {
  return Object.fromEntries(names.map((name) => [name, 'DOUBLE' as const]));
}

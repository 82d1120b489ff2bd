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
import type { NamedTables } from './named-tables.js';

/** Series of symbols that are asked for one by one; more are no question of a moment. */
const TABLES_MAX = 500;

/** Columns of books. */
const BOOK_COLUMNS: GivenTable['columns'] = {
  symbol: 'VARCHAR',
  ...doubles(BOOK_FEATURES.map(({ name }) => name)),
};

/** What is told of a bar; version 0 is of the one that is being made. */
const BAR_NUMBERS: Readonly<Record<string, (bar: Bar) => number | undefined>> = {
  id: ({ id }) => id,
  start_us: ({ startUs }) => startUs,
  end_us: ({ endUs }) => endUs,
  open: ({ open }) => open,
  high: ({ high }) => high,
  low: ({ low }) => low,
  close: ({ close }) => close,
  volume: ({ volume }) => volume,
  turnover: ({ turnover }) => turnover,
  trades: ({ trades }) => trades,
  version: ({ version }) => version,
};

const BAR_COLUMNS: GivenTable['columns'] = {
  symbol: 'VARCHAR',
  series: 'VARCHAR',
  ...doubles(Object.keys(BAR_NUMBERS)),
};

/** A table: its columns, and who is asked for its rows. */
interface LiveTable {
  readonly columns: GivenTable['columns'];
  readonly rows: (options: AskOptions) => Promise<GivenTable['rows']>;
}

const TABLES: Readonly<Record<string, LiveTable>> = {
  order_books: { columns: BOOK_COLUMNS, rows: bookRows },
  live_bars: { columns: BAR_COLUMNS, rows: barRows },
};

/**
 * The tables that a query names, of the running system; all without rows where it asks which there
 * are.
 */
export async function liveTables(
  { names, isListing }: NamedTables,
  options: AskOptions,
): Promise<Readonly<Record<string, GivenTable>>> {
  const given: Record<string, GivenTable> = {};
  for (const [name, { columns, rows }] of Object.entries(TABLES)) {
    if (names.has(name)) given[name] = { columns, rows: await rows(options) };
    else if (isListing) given[name] = { columns, rows: [] };
  }
  return given;
}

/** A row a book: what it and its trades say; null where that is not known. */
async function bookRows(options: AskOptions): Promise<GivenTable['rows']> {
  const { books } = await askSystem(Books, options, (client) =>
    client.call('list', create(ListBooksRequestSchema)),
  );
  const names = BOOK_FEATURES.map(({ name }) => name);
  return books.map(({ symbol, features }) => [
    symbol,
    ...names.map((name) => features[name] ?? null),
  ]);
}

/** A row a bar; version 0 is the one that is being made. Errors: `sql.too_many_series`. */
function barRows(options: AskOptions): Promise<GivenTable['rows']> {
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
    return rows;
  });
}

function numbersOf(bar: Bar): (number | null)[] {
  return Object.values(BAR_NUMBERS).map((numberOf) => numberOf(bar) ?? null);
}

function doubles(names: readonly string[]): Record<string, 'DOUBLE'> {
  return Object.fromEntries(names.map((name) => [name, 'DOUBLE' as const]));
}

// Transactions as files, CSV or Parquet: written from the books, read as commands that repeat them.

import { create } from '@bufbuild/protobuf';
import { DuckDb, type Fault, sqlText } from '../../engine/index.js';
import {
  type CommandRequest,
  CommandRequestSchema,
  type LotPick,
  LotPickSchema,
  type Transaction,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import {
  badRow,
  dateIn,
  strictCsv,
  type TextRow,
  textOf,
  textRows,
} from '../research/text-rows.js';
import { writeResult } from './history-options.js';

/** Columns of a file, in order: the fields of a transaction. */
const COLUMNS = [
  'id',
  'date',
  'kind',
  'symbol',
  'currency',
  'quantity',
  'price',
  'fee',
  'amount',
  'to_currency',
  'to_amount',
  'ratio',
  'opened_date',
  'method',
  'lots',
  'reverses',
  'reason',
  'in_force',
  'realised_short',
  'realised_long',
] as const;

/** Columns without which a row can't be read. */
const NEEDED = ['id', 'date', 'kind'];

/**
 * Writes transactions, Parquet where the name ends so and else CSV. Texts, since they are exact.
 * Errors: `report.unwritable`, `duckdb.failed`.
 */
export async function writeTransactions(
  path: string,
  transactions: readonly Transaction[],
): Promise<void> {
  const lines = [COLUMNS.join(','), ...transactions.map((one) => cellsOf(one).join(','))];
  if (path.endsWith('.parquet')) await writeParquet(path, transactions);
  else writeResult(path, `${lines.join('\n')}\n`);
}

async function writeParquet(path: string, transactions: readonly Transaction[]): Promise<void> {
  const db = await DuckDb.open();
  try {
    await db.run(`CREATE TABLE entries (${COLUMNS.map((name) => `${name} VARCHAR`).join(', ')})`);
    for (let from = 0; from < transactions.length; from += ROWS_AN_INSERT) {
      const rows = transactions.slice(from, from + ROWS_AN_INSERT).map((one) => {
        return `(${textsOf(one).map(sqlText).join(', ')})`;
      });
      await db.run(`INSERT INTO entries VALUES ${rows.join(', ')}`);
    }
    await db.run(`COPY entries TO ${sqlText(path)} (FORMAT parquet)`);
  } finally {
    db.close();
  }
}

/** Rows of one statement of SQL. */
const ROWS_AN_INSERT = 500;

function textsOf(one: Transaction): string[] {
  const { id, date, kind, symbol, currency, quantity, price, fee, amount } = one;
  const money = [symbol, currency, quantity, price, fee, amount, one.toCurrency, one.toAmount];
  const opened = one.openedDate === 0 ? '' : String(one.openedDate);
  const ways = [one.ratio, opened, one.method, one.lots, one.reverses, one.reason];
  const result = [String(one.inForce), one.realisedShort, one.realisedLong];
  return [id, String(date), kind, ...money, ...ways, ...result];
}

function cellsOf(one: Transaction): string[] {
  return textsOf(one).map((text) =>
    /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text,
  );
}

/** Longest id of a command. */
const ID_LENGTH_MAX = 64;

/** A row of a file as a command. */
export interface ReadRow {
  /** Its place among the rows below the header, from 0. */
  readonly index: number;
  readonly request: CommandRequest;
}

/** Where a row stands, for texts: the file, its number, its id. */
export function placeIn(path: string, { index, request }: ReadRow): string {
  return `${path}, row ${index + 1} (${request.commandId})`;
}

/**
 * Reads a file of transactions, oldest first, as commands under the ids of the file, so that a file
 * that is read twice is applied once. Reversals and what they have taken back are left out.
 * Errors: `data.*`, `data.bad_row` with its number: nothing is booked of a file with such a row.
 */
export async function readTransactions(path: string, portfolio: string): Promise<ReadRow[]> {
  const rows = await textRows(path, NEEDED, strictCsv(path));
  const known = new Map<string, number>();
  return rows
    .map((row, index) => ({ row, index }))
    .filter(({ row }) => textOf(row, 'kind') !== 'reversed' && textOf(row, 'in_force') !== 'false')
    .map(({ row, index }) => {
      const bad = (column: string, expected: string, was: string): Fault =>
        badRow(path, { index, column }, expected, was);
      const date = dayOf(row, 'date', bad);
      const commandId = commandIdOf(textOf(row, 'id'));
      if (commandId === '' || commandId.length > ID_LENGTH_MAX) {
        throw bad('id', `an id of 1 to ${ID_LENGTH_MAX} characters`, commandId);
      }
      const before = known.get(commandId);
      // Taken for sent twice, one of them would be left out.
      if (before !== undefined)
        throw bad('id', 'an id of its own', `${commandId}, as row ${before + 1}`);
      known.set(commandId, index);
      const openedDate = textOf(row, 'opened_date') === '' ? 0 : dayOf(row, 'opened_date', bad);
      const command = commandOf(row, date, openedDate);
      if (command === undefined) throw bad('kind', 'a kind such as traded', textOf(row, 'kind'));
      return {
        index,
        date,
        request: create(CommandRequestSchema, { portfolio, commandId, command }),
      };
    })
    .sort((one, other) => one.date - other.date || one.index - other.index)
    .map(({ index, request }) => ({ index, request }));
}

function dayOf(
  row: TextRow,
  column: 'date' | 'opened_date',
  bad: (column: string, expected: string, was: string) => Fault,
): number {
  const text = textOf(row, column);
  const date = dateIn(text);
  if (date === undefined) throw bad(column, 'a day such as 2021-02-16', text);
  return date;
}

/** Id that an entry is imported under: those that books give themselves may name no command. */
export function commandIdOf(entryId: string): string {
  return entryId.replace(/^market:/, 'market-').replace(/:replacement$/, '-replacement');
}

/** A command as a request takes it. */
type CommandInit = NonNullable<
  NonNullable<Parameters<typeof create<typeof CommandRequestSchema>>[1]>['command']
>;

function commandOf(row: TextRow, date: number, openedDate: number): CommandInit | undefined {
  const text = (name: (typeof COLUMNS)[number]): string => textOf(row, name);
  const [symbol, quantity, amount] = [text('symbol'), text('quantity'), text('amount')];
  const currency = text('currency');
  const lots = { method: text('method'), lots: picksOf(text('lots')) };
  const size = quantity.replace(/^-/, '');
  switch (text('kind')) {
    case 'traded': {
      const side = quantity.startsWith('-') ? 'sell' : 'buy';
      const trade = { symbol, side, quantity: size, price: text('price'), fee: text('fee') };
      return { case: 'trade', value: { ...trade, ...lots, date } };
    }
    case 'cash_moved': {
      const direction = amount.startsWith('-') ? 'withdraw' : 'deposit';
      return {
        case: 'cash',
        value: { amount: amount.replace(/^-/, ''), direction, currency, date },
      };
    }
    case 'fee_charged':
      return { case: 'charge', value: { what: 'fee', amount, currency, date } };
    case 'interest_paid':
      return { case: 'charge', value: { what: 'interest', amount, currency, date } };
    case 'interest_accrued':
      return { case: 'charge', value: { what: 'accrual', amount, currency, date } };
    case 'rate_set':
      return { case: 'rate', value: { currency, rate: amount, date } };
    case 'cash_exchanged': {
      const to = { toCurrency: text('to_currency'), toAmount: text('to_amount') };
      return { case: 'exchange', value: { currency, amount, ...to, date } };
    }
    case 'dividend_paid':
      return { case: 'action', value: { symbol, perShare: amount, date } };
    case 'shares_split': {
      const [newShares = '', oldShares = ''] = text('ratio').split(':');
      return { case: 'action', value: { symbol, newShares, oldShares, date } };
    }
    case 'option_ended': {
      const ended = { symbol, what: text('reason'), quantity, ...lots };
      return { case: 'option', value: { ...ended, date } };
    }
    case 'option_settled':
      return { case: 'option', value: { symbol, what: 'settled', price: text('price'), date } };
    case 'lot_received': {
      const lot = { symbol, direction: 'in', quantity, cost: amount, openedDate };
      return { case: 'transfer', value: { ...lot, date } };
    }
    case 'lots_delivered':
      return {
        case: 'transfer',
        value: { symbol, direction: 'out', quantity: size, ...lots, date },
      };
    default:
      return undefined;
  }
}

/** Lots as a file or a flag names them: "id=quantity;id=quantity". */
export function picksOf(text: string): LotPick[] {
  return text
    .split(';')
    .filter((one) => one !== '')
    .map((one) => {
      const cut = one.lastIndexOf('=');
      return create(LotPickSchema, { lot: one.slice(0, cut), quantity: one.slice(cut + 1) });
    });
}

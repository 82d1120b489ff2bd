// Reads a statement of an account, as brokers write them: one row a position, cash among them.

import { create } from '@bufbuild/protobuf';
import { contractOf } from '../../actors/options/index.js';
import { Fault } from '../../engine/index.js';
import {
  type StatementLine,
  StatementLineSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { badRow, dateIn, type TextRow, textOf, textRows } from '../research/text-rows.js';

/**
 * How brokers name the columns, in small letters without spaces and signs. Source: Interactive
 * Brokers Flex Query open positions, Alpaca positions, Charles Schwab and Fidelity position files.
 */
const NAMES = {
  symbol: ['symbol', 'ticker', 'instrument'],
  quantity: ['quantity', 'qty', 'shares', 'position', 'amount'],
  cost: ['cost', 'costbasis', 'costbasismoney', 'costbasistotal', 'totalcost'],
  currency: ['currency', 'currencyprimary'],
  /** What cash is worth, where its quantity is not told. */
  value: ['marketvalue', 'currentvalue', 'mktvalmarketvalue', 'mktval', 'value', 'positionvalue'],
  date: ['date', 'reportdate', 'asofdate'],
} as const;

/** What stands for cash in the column of symbols. */
const CASH = /^(cash|cash & cash investments|\$cash|spaxx\*\*)([ :.]([A-Z]{3}))?$/i;

/** A statement as it is to be reconciled. */
export interface Statement {
  /** Its day, where its rows tell one; else 0. */
  readonly date: number;
  readonly lines: readonly StatementLine[];
}

/**
 * Reads a statement, CSV or Parquet. Rows of symbols CASH, or without a symbol but with a currency,
 * are cash. Errors: `data.*`, `data.wrong_columns` where symbol or quantity is not there,
 * `data.bad_row` for a number or a day in another form, which could be taken for another one.
 */
export async function readStatement(path: string): Promise<Statement> {
  const rows = await textRows(path, []);
  const columns = columnsOf(path, Object.keys(rows[0] ?? {}));
  let date = 0;
  const lines: StatementLine[] = [];
  for (const [index, row] of rows.entries()) {
    const bad = (column: string, expected: string, was: string): Fault =>
      badRow(path, { index, column }, expected, was);
    const line = lineOf(row, columns, bad);
    if (line === undefined) continue;
    const day = cell(row, columns.date);
    const told = day === '' ? 0 : dateIn(day);
    if (told === undefined) throw bad(columns.date ?? '', 'a day such as 2021-02-16', day);
    date = Math.max(date, told);
    lines.push(line);
  }
  return { date, lines };
}

type Columns = { readonly [K in keyof typeof NAMES]: string | undefined };

function columnsOf(path: string, found: readonly string[]): Columns {
  const plain = new Map(found.map((name) => [name.toLowerCase().replace(/[^a-z]/g, ''), name]));
  const find = (names: readonly string[]): string | undefined =>
    names.flatMap((name) => plain.get(name) ?? [])[0];
  const columns: Columns = {
    symbol: find(NAMES.symbol),
    quantity: find(NAMES.quantity),
    cost: find(NAMES.cost),
    currency: find(NAMES.currency),
    value: find(NAMES.value),
    date: find(NAMES.date),
  };
  if (columns.symbol !== undefined && columns.quantity !== undefined) return columns;
  const text = `${path}: expected columns such as symbol and quantity, found ${found.join(', ') || 'no rows'}`;
  throw new Fault('data.wrong_columns', text);
}

type Bad = (column: string, expected: string, was: string) => Fault;

function lineOf(row: TextRow, columns: Columns, bad: Bad): StatementLine | undefined {
  const decimal = (column: string | undefined): string =>
    decimalIn(cell(row, column), (expected, was) => bad(column ?? '', expected, was));
  const name = cell(row, columns.symbol);
  const currency = cell(row, columns.currency);
  const cash = CASH.exec(name);
  // Totals and remarks have no symbol; what they count is nothing of ours.
  if (cash === null && name === '' && currency === '') return undefined;
  const quantity = decimal(columns.quantity);
  if (cash !== null || (name === '' && currency !== '')) {
    const amount = quantity === '' ? decimal(columns.value) : quantity;
    const unit = (cash?.[3] ?? currency ?? '').toUpperCase() || 'USD';
    return create(StatementLineSchema, { currency: unit, quantity: amount });
  }
  // Some remarks stand in the column of symbols, and have no shares.
  if (quantity === '') return undefined;
  return create(StatementLineSchema, {
    symbol: symbolOf(name.toUpperCase()),
    currency,
    quantity,
    cost: decimal(columns.cost),
  });
}

/** Options are written with blanks behind the root, and classes of shares with one or a slash. */
function symbolOf(name: string): string {
  return contractOf(name)?.symbol ?? name.replace(/[ /]/g, '.');
}

function cell(row: TextRow, column: string | undefined): string {
  return column === undefined ? '' : textOf(row, column);
}

/** A number as brokers print it, "$1,234.50" or "(12)", as a plain decimal; empty for "--". */
function decimalIn(text: string, bad: (expected: string, was: string) => Fault): string {
  const plain = text.replace(/[$\s]/g, '').replace(/^\((.*)\)$/, '-$1');
  if (/^(-+|n\/a)?$/i.test(plain)) return '';
  // A comma elsewhere may be that of a decimal: dropped, it would make the number larger.
  if (!/^[+-]?(\d{1,3}(,\d{3})+|\d+)(\.\d*)?$/.test(plain) && !/^[+-]?\.\d+$/.test(plain)) {
    throw bad('a number such as 1,234.50', text);
  }
  const digits = plain.replace(/^\+|,/g, '').replace(/^-?(?=\.)/, '$&0');
  return digits.includes('.') ? digits.replace(/\.?0*$/, '') : digits;
}

// Reads a statement of an account, as brokers write them: one row a position, cash among them.

import { create } from '@bufbuild/protobuf';
import { isDate } from '../../actors/calendar/index.js';
import { Fault } from '../../engine/index.js';
import {
  type StatementLine,
  StatementLineSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { type TextRow, textOf, textRows } from '../research/text-rows.js';

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
 * are cash. Errors: `data.*`, `data.wrong_columns` where symbol or quantity is not there.
 */
export async function readStatement(path: string): Promise<Statement> {
  const rows = await textRows(path, []);
  const columns = columnsOf(path, Object.keys(rows[0] ?? {}));
  let date = 0;
  const lines: StatementLine[] = [];
  for (const row of rows) {
    const line = lineOf(row, columns);
    if (line === undefined) continue;
    date = Math.max(date, dateOf(cell(row, columns.date)));
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
  const text = `${path}: expected columns such as symbol and quantity, found ${found.join(', ')}`;
  throw new Fault('data.wrong_columns', text);
}

function lineOf(row: TextRow, columns: Columns): StatementLine | undefined {
  const name = cell(row, columns.symbol);
  const currency = cell(row, columns.currency);
  const quantity = decimal(cell(row, columns.quantity));
  const cash = CASH.exec(name);
  if (cash !== null || (name === '' && currency !== '')) {
    const amount = quantity === '' ? decimal(cell(row, columns.value)) : quantity;
    const unit = (cash?.[3] ?? currency ?? '').toUpperCase() || 'USD';
    return create(StatementLineSchema, { currency: unit, quantity: amount });
  }
  // Totals and remarks have no symbol, or no shares.
  if (name === '' || quantity === '') return undefined;
  return create(StatementLineSchema, {
    symbol: name.toUpperCase().replace(/[ /]/g, '.'),
    currency,
    quantity,
    cost: decimal(cell(row, columns.cost)),
  });
}

function cell(row: TextRow, column: string | undefined): string {
  return column === undefined ? '' : textOf(row, column);
}

/** A number as brokers print it, "$1,234.50" or "(12)", as a plain decimal; empty for "--". */
function decimal(text: string): string {
  const plain = text.replace(/[$,\s]/g, '').replace(/^\((.*)\)$/, '-$1');
  if (/^(-+|n\/a)?$/i.test(plain)) return '';
  return plain.includes('.') ? plain.replace(/\.?0+$/, '') : plain;
}

/** yyyymmdd or yyyy-mm-dd as a number; 0 where it is neither. */
function dateOf(text: string): number {
  const date = Number(text.slice(0, 10).replaceAll('-', ''));
  return isDate(date) ? date : 0;
}

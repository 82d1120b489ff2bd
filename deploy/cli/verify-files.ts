// The files of a directory of reference vectors: cases as JSON, prices as CSV.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BarColumns } from '../../actors/execution/index.js';
import { type PriceSeries, priceSeriesOf } from '../../actors/indicators/index.js';
import {
  type PriceTable,
  parsePriceTable,
  type ReferenceCase,
  told,
} from '../../actors/reference/index.js';
import { Fault } from '../../engine/index.js';

type Input = ReferenceCase['input'];

/** Names of a directory's JSON files, without their ending, in order. */
export function vectorFiles(directory: string): readonly string[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

/**
 * The entries of a file's `cases`; undefined where it has no such list. A byte order mark before
 * it is passed over.
 * Errors: `verify.unreadable`.
 */
export function readCases(path: string): readonly unknown[] | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(path, 'utf8').replace(/^\uFEFF/, ''));
    if (typeof content !== 'object' || content === null || !('cases' in content)) return undefined;
    return Array.isArray(content.cases) ? content.cases : undefined;
  } catch (error) {
    const was = error instanceof Error ? error.message : String(error);
    throw new Fault('verify.unreadable', `expected ${path} to be JSON, was not: ${was}`, {
      cause: error,
    });
  }
}

/** Price files of a directory, read once each. Errors: what lacks is told, for the verdict. */
export class PriceFiles {
  readonly #folder: string;
  readonly #tables = new Map<string, PriceTable>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A whole file, every column but the dates as numbers. */
  table(file: string): PriceTable {
    const known = this.#tables.get(file);
    if (known !== undefined) return known;
    if (!/^[A-Za-z0-9._-]+$/.test(file)) {
      throw new Error(`expected the name of a price file, was ${file}`);
    }
    const table = parsePriceTable(readFileSync(join(this.#folder, `${file}.csv`), 'utf8'));
    this.#tables.set(file, table);
    return table;
  }

  /** Bars of one symbol, restated by the adjusted close where the case asks for it. */
  bars(input: Input): PriceSeries {
    return priceSeriesOf(this.#columns(input), input['adjust'] === true);
  }

  /** Bars of one symbol as they stand in the file. */
  raw(input: Input): BarColumns {
    const column = this.#columns(input);
    return {
      close: column('close'),
      adjustedClose: column('adjusted_close'),
      volume: column('volume'),
    };
  }

  /** Columns of the input's file between its dates, or of the input itself where it has no file. */
  #columns(input: Input): (name: string) => readonly number[] {
    const { file, from = '', to = '9999' } = input;
    if (file === undefined && Array.isArray(input['close'])) return inlineColumns(input);
    if (typeof file !== 'string' || typeof from !== 'string' || typeof to !== 'string') {
      throw new Error(`expected a price file and dates, was ${told(input)}`);
    }
    const { dates, columns } = this.table(file);
    const rows = dates.flatMap((date, row) => (date >= from && date <= to ? [row] : []));
    return (name) => {
      const values = columns.get(name);
      if (values === undefined) throw new Error(`expected a column ${name} in ${file}`);
      return rows.map((row) => values[row]!);
    };
  }
}

/** Lists of the input as columns, as long as its closes; one that it lacks is unknown. */
function inlineColumns(input: Input): (name: string) => readonly number[] {
  const read = (name: string): readonly number[] | undefined => {
    const values: unknown = input[name];
    if (values === undefined) return undefined;
    if (!Array.isArray(values)) {
      throw new Error(`expected ${name} to be a list, was ${told(values)}`);
    }
    return values.map((value) => (value === null ? Number.NaN : Number(value)));
  };
  const close = read('close') ?? [];
  return (name) => {
    const values = read(name) ?? close.map(() => Number.NaN);
    if (values.length === close.length) return values;
    throw new Error(`expected ${close.length} values of ${name}, was ${values.length}`);
  };
}

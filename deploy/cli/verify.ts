// `sluice verify DIR`: runs reference vectors and tells every number that differs.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PERFORMANCE_FUNCTIONS } from '../../actors/analytics/index.js';
import { type CalendarCase, verifyCalendarCase } from '../../actors/calendar/index.js';
import { verifyComplianceCase } from '../../actors/compliance/index.js';
import { type BarColumns, verifyExecutionCase } from '../../actors/execution/index.js';
import {
  type IndicatorCase,
  type PriceSeries,
  verifyIndicatorCase,
} from '../../actors/indicators/index.js';
import { PORTFOLIO_FUNCTIONS } from '../../actors/optimise/index.js';
import { verifyOptionCase } from '../../actors/options/index.js';
import { type PatternCase, verifyPatternCase } from '../../actors/patterns/index.js';
import {
  type PriceTable,
  parsePriceTable,
  type ReferenceCase,
  type ReferenceFunctions,
  verifyReference,
} from '../../actors/reference/index.js';
import { RISK_FUNCTIONS } from '../../actors/risk/index.js';
import { Fault } from '../../engine/index.js';
import { EXIT, print } from './output.js';

/** Files of vectors by the schema's names. */
const FILES = [
  'indicators',
  'performance',
  'risk',
  'portfolio',
  'options',
  'execution',
  'compliance',
  'calendar',
] as const;

/** Files whose functions stand in a registry. */
const REGISTRIES: Readonly<Record<string, ReferenceFunctions>> = {
  performance: PERFORMANCE_FUNCTIONS,
  risk: RISK_FUNCTIONS,
  portfolio: PORTFOLIO_FUNCTIONS,
};

interface Input {
  readonly file?: string;
  readonly adjust?: boolean;
  readonly from?: string;
  readonly to?: string;
}

interface Case {
  readonly id: string;
  readonly function: string;
  readonly input: Input;
}

interface Outcome {
  readonly id: string;
  readonly file: string;
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly notes: readonly string[];
}

/** Runs every case of a directory; exits with 1 when any failed. */
export function verify(
  directory: string,
  options: { readonly json?: boolean; readonly verbose?: boolean },
): void {
  if (!existsSync(directory)) {
    throw new Fault('verify.no_directory', `expected a directory of vectors at ${directory}`);
  }
  const prices = new PriceFiles(join(directory, 'prices'));
  const outcomes: Outcome[] = [];
  for (const file of FILES) {
    const path = join(directory, `${file}.json`);
    if (!existsSync(path)) continue;
    for (const reference of readCases(path)) {
      outcomes.push({ id: reference.id, file, ...judge(file, reference, prices) });
    }
  }
  if (outcomes.length === 0) {
    throw new Fault('verify.no_vectors', `expected files such as indicators.json in ${directory}`);
  }
  const count = (status: Outcome['status']): number =>
    outcomes.filter((outcome) => outcome.status === status).length;
  const totals = { passed: count('passed'), failed: count('failed'), skipped: count('skipped') };
  print(
    { ...totals, failures: outcomes.filter(({ status }) => status === 'failed') },
    options.json === true,
    () => {
      const told = outcomes.filter(
        ({ status }) => status === 'failed' || (status === 'skipped' && options.verbose === true),
      );
      return [
        ...told.map(
          ({ id, file, status, notes }) => `${status} ${file} ${id}: ${notes.join('; ')}`,
        ),
        `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`,
      ].join('\n');
    },
  );
  if (totals.failed > 0) process.exitCode = EXIT.failed;
}

function readCases(path: string): readonly Case[] {
  try {
    const { cases } = JSON.parse(readFileSync(path, 'utf8')) as {
      readonly cases?: readonly Case[];
    };
    if (Array.isArray(cases)) return cases;
  } catch (error) {
    throw new Fault('verify.unreadable', `expected ${path} to be JSON`, { cause: error });
  }
  throw new Fault('verify.unreadable', `expected a list of cases in ${path}`);
}

/** A case that can't be judged has failed: only a function that does not exist is a skip. */
function judge(
  file: string,
  reference: Case,
  prices: PriceFiles,
): Pick<Outcome, 'status' | 'notes'> {
  try {
    switch (file) {
      case 'indicators':
        if (reference.function.startsWith('cdl')) {
          // The schema gives the candlestick cases this shape.
          const candles = reference as unknown as PatternCase;
          return verifyPatternCase(candles, prices.bars(reference.input));
        }
        // The schema gives the cases of this file this shape.
        return verifyIndicatorCase(
          reference as unknown as IndicatorCase,
          prices.bars(reference.input),
        );
      case 'calendar':
        // As above.
        return verifyCalendarCase(reference as unknown as CalendarCase);
      case 'options':
        // As above.
        return verifyOptionCase(reference as unknown as ReferenceCase);
      case 'execution':
        // As above.
        return verifyExecutionCase(reference as unknown as ReferenceCase, () =>
          prices.raw(reference.input),
        );
      case 'compliance':
        // As above.
        return verifyComplianceCase(reference as unknown as ReferenceCase);
      default: {
        const functions = REGISTRIES[file];
        if (functions === undefined) {
          return { status: 'skipped', notes: [`no functions of ${file} yet`] };
        }
        // As above.
        return verifyReference(functions, reference as unknown as ReferenceCase, (name) =>
          prices.table(name),
        );
      }
    }
  } catch (error) {
    return { status: 'failed', notes: [error instanceof Error ? error.message : String(error)] };
  }
}

/** Price files, read once each. */
class PriceFiles {
  readonly #folder: string;
  readonly #tables = new Map<string, readonly (readonly string[])[]>();
  readonly #numbers = new Map<string, PriceTable>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Bars of one symbol, restated by the adjusted close where the case asks for it. */
  bars(input: Input): PriceSeries {
    const { heads, rows } = this.#rows(input);
    const column = (name: string): number[] => {
      const at = heads.indexOf(name);
      if (at < 0) throw new Error(`expected a column ${name} in ${input.file}`);
      return rows.map((row) => Number(row[at]));
    };
    const close = column('close');
    const adjusted = input.adjust === true ? column('adjusted_close') : close;
    const scale = (values: number[]): number[] =>
      values.map((value, index) => value * (adjusted[index]! / close[index]!));
    return {
      open: scale(column('open')),
      high: scale(column('high')),
      low: scale(column('low')),
      close: scale(close),
      volume: column('volume'),
    };
  }

  /** Bars of one symbol as they stand in the file. */
  raw(input: Input): BarColumns {
    const { heads, rows } = this.#rows(input);
    const column = (name: string): number[] => rows.map((row) => Number(row[heads.indexOf(name)]));
    return {
      close: column('close'),
      adjustedClose: column('adjusted_close'),
      volume: column('volume'),
    };
  }

  /** A whole file, every column but the dates as numbers. */
  table(file: string): PriceTable {
    const known = this.#numbers.get(file);
    if (known !== undefined) return known;
    const table = parsePriceTable(readFileSync(this.#pathOf(file), 'utf8'));
    this.#numbers.set(file, table);
    return table;
  }

  #pathOf(name: string): string {
    if (!/^[A-Za-z0-9._-]+$/.test(name)) {
      throw new Error(`expected the name of a price file, was ${name}`);
    }
    return join(this.#folder, `${name}.csv`);
  }

  #rows(input: Input): { heads: readonly string[]; rows: readonly (readonly string[])[] } {
    const name = input.file ?? '';
    let table = this.#tables.get(name);
    if (table === undefined) {
      const text = readFileSync(this.#pathOf(name), 'utf8');
      table = text
        .trim()
        .split(/\r?\n/)
        .map((line) => line.split(','));
      this.#tables.set(name, table);
    }
    const [heads, ...rows] = table;
    const { from = '', to = '9999' } = input;
    return { heads: heads!, rows: rows.filter((row) => row[0]! >= from && row[0]! <= to) };
  }
}

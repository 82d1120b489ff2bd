// `sluice features`: sets and their rows from files, and their values at moments as known then.

import { DuckDb, Fault } from '../../engine/index.js';
import type { Answer } from '../app/port.js';
import { invalid } from '../app/settings.js';
import { readFeatureSets } from '../config/feature-sets-config.js';
import { readNumberRows } from '../features/row-file.js';
import { FeatureStore } from '../features/store.js';
import { writeResult } from './history-options.js';
import { print, table } from './output.js';

/** Flags of the commands, as typed. */
export interface FeaturesFlags {
  readonly dir: string;
  readonly json?: boolean;
}

/** Shows every version of every set. */
export function featuresList({ dir, json }: FeaturesFlags): void {
  const sets = new FeatureStore(dir).sets();
  print(sets, json === true, () =>
    table([
      ['set', 'version', 'features', 'what it is'],
      ...sets.map(({ name, version, features, description }) => [
        name,
        version,
        Object.keys(features).join(' '),
        description,
      ]),
    ]),
  );
}

/**
 * Declares the sets of a file, all or, where one was declared with another meaning, none. Errors:
 * `config.*`, `features.changed`.
 */
export function featuresDeclare(file: string, { dir, json }: FeaturesFlags): void {
  const sets = readFeatureSets(file);
  const store = new FeatureStore(dir);
  const idOf = ({ name, version }: { name: string; version: number }) => `${name}@${version}`;
  const before = new Set(store.sets().map(idOf));
  given(store.declare(...sets));
  const told = sets.map((set) => ({ set: idOf(set), isNew: !before.has(idOf(set)) }));
  print(told, json === true, () =>
    told.map(({ set, isNew }) => `${set} ${isNew ? 'declared' : 'is as it was'}`).join('\n'),
  );
}

/** Shows what a version means and what is stored of it. Errors: `flag.invalid`, `features.*`. */
export async function featuresShow(set: string, { dir, json }: FeaturesFlags): Promise<void> {
  const { name, version } = versionOf(set);
  const stored = given(await new FeatureStore(dir).summary(name, version));
  print(stored, json === true, () =>
    [
      `${name}@${version}  ${stored.set.description}`,
      table([['feature', 'what it is'], ...Object.entries(stored.set.features)]),
      stored.times === undefined
        ? 'no rows'
        : `${stored.rows} rows of ${stored.symbols} symbols, ${timeText(stored.times.firstUs)} to ${timeText(stored.times.lastUs)}, known until ${timeText(stored.times.knownUs)}`,
    ].join('\n'),
  );
}

/** Adds the rows of a file to a set. Errors: `flag.invalid`, `data.*`, `features.*`. */
export async function featuresAdd(
  set: string,
  file: string,
  { dir, json }: FeaturesFlags,
): Promise<void> {
  const { name, version } = versionOf(set);
  const store = new FeatureStore(dir);
  const before = given(await store.summary(name, version));
  const open = Object.keys(before.set.features);
  const { symbols, numbers } = await readNumberRows(file, {
    needed: ['time_us', 'known_us'],
    open,
  });
  const { time_us: timeUs, known_us: knownUs, ...values } = numbers;
  // Both were asked for.
  given(await store.append(name, version, { symbols, timeUs: timeUs!, knownUs: knownUs!, values }));
  const { rows } = given(await store.summary(name, version));
  const added = rows - before.rows;
  print({ set, added, rows }, json === true, () =>
    added === 0 && symbols.length > 0
      ? `${set} has these rows already; ${rows} rows`
      : `${added} rows added to ${set}; ${rows} rows`,
  );
}

/**
 * Joins a set to the moments of a file. Errors: `flag.invalid`, `data.*`, `features.*`,
 * `report.unwritable`.
 */
export async function featuresJoin(
  set: string,
  file: string,
  { dir, json, out }: FeaturesFlags & { readonly out?: string },
): Promise<void> {
  const { name, version } = versionOf(set);
  const { symbols, numbers } = await readNumberRows(file, { needed: ['time_us'] });
  const timeUs = numbers['time_us']!;
  const values = given(await new FeatureStore(dir).at(name, version, { symbols, timeUs }));
  const columns = { time_us: timeUs, ...values };
  if (out !== undefined) {
    await writeColumns(out, symbols, columns);
    print({ file: out, rows: symbols.length }, json === true, () => {
      return `${out}: ${symbols.length} rows`;
    });
    return;
  }
  const heads = ['symbol', ...Object.keys(columns)];
  const rows = rowsOf(symbols, columns);
  print({ columns: heads, rows }, json === true, () => table([heads, ...rows]));
}

/** A set and its version. Errors: `flag.invalid`. */
function versionOf(set: string): { readonly name: string; readonly version: number } {
  const parts = /^([a-z][a-z0-9-]*)@(\d{1,6})$/.exec(set);
  if (parts === null) throw invalid('SET', 'a set and its version such as trend@2', set);
  return { name: parts[1]!, version: Number(parts[2]) };
}

/** What an answer gives; its refusal is this command's. */
function given<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new Fault(answer.refusal.code, answer.refusal.text);
  return answer.value;
}

type Columns = Readonly<Record<string, Float64Array>>;

function rowsOf(symbols: readonly string[], columns: Columns): (readonly (string | number)[])[] {
  const values = Object.values(columns);
  return symbols.map((symbol, row) => [symbol, ...values.map((column) => column[row]!)]);
}

/** Writes Parquet where the name ends so, with NaN for what was not known, and else CSV. */
async function writeColumns(
  path: string,
  symbols: readonly string[],
  columns: Columns,
): Promise<void> {
  if (!path.endsWith('.parquet')) {
    const lines = rowsOf(symbols, columns).map((row) => row.map(cellOf).join(','));
    writeResult(path, `${[['symbol', ...Object.keys(columns)].join(','), ...lines].join('\n')}\n`);
    return;
  }
  const values = [...new Set(symbols)];
  const indexes = new Map(values.map((symbol, index) => [symbol, index]));
  const rows = Float64Array.from(symbols, (symbol) => indexes.get(symbol)!);
  const db = await DuckDb.open();
  try {
    await db.writeParquet(path, { numbers: columns, texts: { symbol: { rows, values } } });
  } finally {
    db.close();
  }
}

/** A cell of CSV; empty for what was not known. */
function cellOf(value: string | number): string {
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value);
  return /[",\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

function timeText(us: number): string {
  return new Date(us / 1_000).toISOString();
}

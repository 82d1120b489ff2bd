// `sluice features`: the sets there are, and their values at moments as they were known then.

import { existsSync } from 'node:fs';
import { DuckDb, Fault, sqlText } from '../../engine/index.js';
import { invalid } from '../app/settings.js';
import { FeatureStore } from '../features/store.js';
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

/** Joins a set to the moments of a file. Errors: `flag.invalid`, `data.*`, `features.*`. */
export async function featuresJoin(
  set: string,
  file: string,
  { dir, json }: FeaturesFlags,
): Promise<void> {
  const parts = /^([a-z][a-z0-9-]*)@(\d{1,6})$/.exec(set);
  if (parts === null) throw invalid('SET', 'a set and its version such as trend@2', set);
  if (!existsSync(file)) throw new Fault('data.missing_file', `expected a file at ${file}`);
  const db = await DuckDb.open();
  try {
    const rows = await db.rows(`SELECT symbol, TRY_CAST(time_us AS DOUBLE) AS time_us
      FROM read_csv(${sqlText(file)}, header = true, all_varchar = true)`);
    const symbols = rows.map((row) => String(row['symbol']));
    const timeUs = Float64Array.from(rows, (row) => Number(row['time_us'] ?? Number.NaN));
    const store = new FeatureStore(dir);
    const answer = await store.at(parts[1]!, Number(parts[2]), { symbols, timeUs });
    if (!answer.ok) throw new Fault(answer.refusal.code, answer.refusal.text);
    const names = Object.keys(answer.value);
    const joined = symbols.map((symbol, row) => [
      symbol,
      timeUs[row]!,
      ...names.map((name) => answer.value[name]![row]!),
    ]);
    print({ columns: ['symbol', 'time_us', ...names], rows: joined }, json === true, () =>
      table([['symbol', 'time_us', ...names], ...joined]),
    );
  } finally {
    db.close();
  }
}

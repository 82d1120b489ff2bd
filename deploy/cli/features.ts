// `sluice features`: the sets there are, and their values at moments as they were known then.

import { Fault } from '../../engine/index.js';
import { invalid } from '../app/settings.js';
import type { Moments } from '../features/join.js';
import { FeatureStore } from '../features/store.js';
import { textOf, textRows } from '../research/text-rows.js';
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
  const moments = await momentsOf(file);
  const { symbols, timeUs } = moments;
  const answer = await new FeatureStore(dir).at(parts[1]!, Number(parts[2]), moments);
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
}

/** The moments of a file. Errors: `data.*`; `data.unreadable` for a time that is no number. */
async function momentsOf(file: string): Promise<Moments> {
  const rows = await textRows(file, ['symbol', 'time_us']);
  const timeUs = Float64Array.from(rows, (row) => Number(textOf(row, 'time_us') || Number.NaN));
  const bad = timeUs.findIndex((time) => !Number.isFinite(time));
  if (bad >= 0) {
    const text = `row ${bad + 1}: expected time_us as microseconds since 1970 UTC, was "${textOf(rows[bad]!, 'time_us')}"`;
    throw new Fault('data.unreadable', `${file}: ${text}`);
  }
  return { symbols: rows.map((row) => textOf(row, 'symbol')), timeUs };
}

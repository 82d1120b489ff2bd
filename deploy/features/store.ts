// Named, versioned sets of features on disk: a version never changes its meaning, only grows.

import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDb, Fault, makeFolder, sqlText } from '../../engine/index.js';
import { no } from '../app/answers.js';
import type { Answer } from '../app/port.js';
import {
  type FeatureSet,
  faultOfFeature,
  faultOfFeatures,
  faultOfName,
  faultOfVersion,
  meansSame,
} from './feature-set.js';
import { type FeatureRows, joinAsOf, type Moments } from './join.js';

/** Rows of one set that are joined at once. */
const ROWS_MAX = 5_000_000;

/** Units: microseconds UTC. */
interface StoredTimes {
  readonly firstUs: number;
  readonly lastUs: number;
  readonly knownUs: number;
}

/** What is stored of a version. */
export interface StoredSet {
  readonly set: FeatureSet;
  readonly rows: number;
  readonly symbols: number;
  /** First and last time, and when the last was known; absent where there is no row. */
  readonly times?: StoredTimes;
}

/** Sets of features in a folder. */
export class FeatureStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Declares versions, all or none; the same again are no change. Errors: `features.changed`,
   * `.bad_name`.
   */
  declare(...sets: readonly FeatureSet[]): Answer<void> {
    for (const set of sets) {
      const answer = this.#judge(set);
      if (!answer.ok) return answer;
    }
    for (const set of sets) {
      if (this.#find(set.name, set.version) === undefined) this.#write(set);
    }
    return { ok: true, value: undefined };
  }

  #judge(set: FeatureSet): Answer<void> {
    const names = Object.keys(set.features);
    const wrong =
      faultOfName(set.name) ??
      faultOfVersion(set.version) ??
      faultOfFeatures(names) ??
      names.map(faultOfFeature).find((fault) => fault !== undefined);
    if (wrong !== undefined) return no('features.bad_name', wrong);
    const before = this.#find(set.name, set.version);
    if (before === undefined || meansSame(before, set)) return { ok: true, value: undefined };
    return no(
      'features.changed',
      `expected ${set.name} ${set.version} as declared; make a new version`,
    );
  }

  #write(set: FeatureSet): void {
    const home = this.#home(set.name, set.version);
    const path = join(home, 'set.json');
    makeFolder(home);
    writeFileSync(`${path}.tmp`, `${JSON.stringify(set, null, 2)}\n`, { flush: true });
    renameSync(`${path}.tmp`, path);
  }

  /** What is stored of a version. Errors: `features.unknown`. */
  async summary(name: string, version: number): Promise<Answer<StoredSet>> {
    const set = this.#find(name, version);
    if (set === undefined) return unknown(name, version);
    const home = this.#home(name, version);
    const files = filesOf(home).map((file) => sqlText(join(home, file)));
    if (files.length === 0) return { ok: true, value: { set, rows: 0, symbols: 0 } };
    const db = await DuckDb.open();
    try {
      const [row] = await db.rows(`SELECT count(*)::DOUBLE AS rows,
        count(DISTINCT symbol)::DOUBLE AS symbols,
        min(time_us) AS first_us, max(time_us) AS last_us,
        max(known_us) AS known_us FROM read_parquet([${files.join(', ')}])`);
      const number = (column: string): number => Number(row![column]);
      const times = {
        firstUs: number('first_us'),
        lastUs: number('last_us'),
        knownUs: number('known_us'),
      };
      return { ok: true, value: { set, rows: number('rows'), symbols: number('symbols'), times } };
    } finally {
      db.close();
    }
  }

  /** Every version that was declared, by name and version. */
  sets(): readonly FeatureSet[] {
    if (!existsSync(this.#folder)) return [];
    return (
      readdirSync(this.#folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('set.json'))
        // `declare` wrote it, whole or not at all.
        .map((path) => JSON.parse(readFileSync(join(this.#folder, path), 'utf8')) as FeatureSet)
        .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version - b.version))
    );
  }

  /**
   * Adds rows to a version; the same rows again are stored once. Errors: `features.unknown`,
   * `features.bad_rows`.
   */
  async append(name: string, version: number, rows: FeatureRows): Promise<Answer<void>> {
    const set = this.#find(name, version);
    if (set === undefined) return unknown(name, version);
    const wrong = faultOfRows(set, rows);
    if (wrong !== undefined) return no('features.bad_rows', wrong);
    const indexes = new Map([...new Set(rows.symbols)].map((symbol, index) => [symbol, index]));
    const symbols = Float64Array.from(rows.symbols, (symbol) => indexes.get(symbol)!);
    const numbers = { time_us: rows.timeUs, known_us: rows.knownUs, ...rows.values };
    const path = this.#newFile(this.#home(name, version), hashOf(rows.symbols, numbers));
    if (path === undefined) return { ok: true, value: undefined };
    const db = await DuckDb.open();
    try {
      const texts = { symbol: { rows: symbols, values: [...indexes.keys()] } };
      await db.writeParquet(path, { numbers, texts });
    } finally {
      db.close();
    }
    return { ok: true, value: undefined };
  }

  /**
   * The values of a version at moments, as they were known then; NaN where nothing was.
   * Errors: `features.unknown`.
   */
  async at(
    name: string,
    version: number,
    moments: Moments,
  ): Promise<Answer<Readonly<Record<string, Float64Array>>>> {
    const set = this.#find(name, version);
    if (set === undefined) return unknown(name, version);
    const rows = await this.#rows(set);
    const joined = joinAsOf(rows, moments);
    const columns = Object.entries(rows.values).map(([feature, column]) => [
      feature,
      Float64Array.from(joined, (row) => (row < 0 ? Number.NaN : column[row]!)),
    ]);
    return { ok: true, value: Object.fromEntries(columns) };
  }

  async #rows(set: FeatureSet): Promise<FeatureRows> {
    const home = this.#home(set.name, set.version);
    // In the order they were added: of two revisions known at one time the later one holds.
    const files = filesOf(home);
    const names = Object.keys(set.features);
    if (files.length === 0) {
      const none = new Float64Array(0);
      const values = Object.fromEntries(names.map((feature) => [feature, none]));
      return { symbols: [], timeUs: none, knownUs: none, values };
    }
    const list = files.map((file) => sqlText(join(home, file))).join(', ');
    const db = await DuckDb.open();
    try {
      const rows = await db.rows(`SELECT * FROM read_parquet([${list}]) LIMIT ${ROWS_MAX + 1}`);
      if (rows.length > ROWS_MAX) {
        throw new Fault('features.too_many', `expected at most ${ROWS_MAX} rows of ${set.name}`);
      }
      const column = (from: string) => Float64Array.from(rows, (row) => Number(row[from]));
      return {
        symbols: rows.map((row) => String(row['symbol'])),
        timeUs: column('time_us'),
        knownUs: column('known_us'),
        values: Object.fromEntries(names.map((feature) => [feature, column(feature)])),
      };
    } finally {
      db.close();
    }
  }

  /** The file of rows that come behind all others; undefined where the same are there already. */
  #newFile(home: string, hash: string): string | undefined {
    const files = filesOf(home);
    if (files.some((file) => file.endsWith(`${hash}.parquet`))) return undefined;
    const number = files.reduce((most, file) => Math.max(most, placeOf(file)), 0) + 1;
    return join(home, `${String(number).padStart(8, '0')}-${hash}.parquet`);
  }

  #home(name: string, version: number): string {
    return join(this.#folder, name, `version=${version}`);
  }

  #find(name: string, version: number): FeatureSet | undefined {
    return this.sets().find((set) => set.name === name && set.version === version);
  }
}

/** Files of rows as they were added; those of 0.2.0 and before have no number, and come first. */
function filesOf(home: string): string[] {
  const files = readdirSync(home).filter((file) => file.endsWith('.parquet'));
  return files.sort((a, b) => placeOf(a) - placeOf(b) || (a < b ? -1 : 1));
}

function placeOf(file: string): number {
  return Number(/^(\d{8})-/.exec(file)?.[1] ?? 0);
}

/** What tells rows from all others: every column by its name. */
function hashOf(
  symbols: readonly string[],
  numbers: Readonly<Record<string, Float64Array>>,
): string {
  const hash = createHash('sha256').update(JSON.stringify(symbols));
  for (const name of Object.keys(numbers).sort()) hash.update(`|${name}|`).update(numbers[name]!);
  return hash.digest('hex').slice(0, 24);
}

function faultOfRows({ features }: FeatureSet, rows: FeatureRows): string | undefined {
  const count = rows.symbols.length;
  const names = Object.keys(features);
  if (Object.keys(rows.values).sort().join() !== [...names].sort().join()) {
    return `expected values of ${names.join(', ')}`;
  }
  const columns = [rows.timeUs, rows.knownUs, ...Object.values(rows.values)];
  if (columns.some(({ length }) => length !== count))
    return `expected ${count} rows of each column`;
  for (let row = 0; row < count; row++) {
    // What is known of something before it happened is not known: it is made up.
    if (!(rows.timeUs[row]! > 0 && rows.knownUs[row]! >= rows.timeUs[row]!)) {
      return `row ${row}: expected it to be known at its time or later`;
    }
  }
  return undefined;
}

function unknown(name: string, version: number): Answer<never> {
  return no('features.unknown', `expected a declared set, was ${name.slice(0, 40)} ${version}`);
}

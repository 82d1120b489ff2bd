// The funnel over history in DuckDB, and the comparison with what the actors decided.

import { compileSql, featuresOf } from '../../actors/conditions/index.js';
import type { FunnelConfig } from '../../actors/funnel/index.js';
import { bookColumnsAmong } from '../../actors/microstructure/index.js';
import { DuckDb, Fault, sqlText } from '../../engine/index.js';
import { featureSql, waysOf } from './feature-sql.js';
import { judgeRows } from './judged-rows.js';
import { addRecomputed } from './recomputed.js';

/** What is run over which bars. */
export interface HistoryOptions {
  readonly dataFile: string;
  readonly symbols: readonly string[];
  readonly funnel: FunnelConfig;
  /** Last session of history before the first streamed one, yyyymmdd. */
  readonly warmDate: number;
  readonly lastDate: number;
}

/** Stages by date, then symbol: how many of the funnel's stages were passed in a row. */
export type StagesByDate = ReadonlyMap<number, ReadonlyMap<string, number>>;

const TABLE = { partition: 'symbol', order: 'date' };
const PLANNED = 'history_loaded';

/**
 * Refuses a funnel that asks of order books: daily bars don't say what a book said, and a condition
 * that is unknown everywhere would look like a difference. Errors: `funnel.not_comparable`.
 */
export function assertHistorical({ stages }: FunnelConfig): void {
  for (const { name, condition } of stages) {
    const [measure] = bookColumnsAmong(featuresOf(condition));
    if (measure === undefined) continue;
    const text = `expected conditions over daily bars, was ${measure} in stage ${name}: what order books said has no history; leave it out to compare or study the rest`;
    throw new Fault('funnel.not_comparable', text);
  }
}

/** Fills `bars` and `features` with what the funnel reads, for all sessions up to the last. */
export async function loadFeatures(
  db: DuckDb,
  options: Pick<HistoryOptions, 'dataFile' | 'symbols' | 'lastDate'>,
  wanted: readonly string[],
): Promise<void> {
  const { dataFile: path, symbols, lastDate: to } = options;
  // The rows that a stream would be given: bad ones are nobody's history.
  await judgeRows(db, { path, symbols, to });
  await db.run(`CREATE TABLE bars AS
    SELECT symbol, day AS date, open, high, low, close, volume, dividend, split
    FROM judged WHERE reason = ''`);
  const { inSql, recomputed } = waysOf(wanted);
  for (const statement of featureSql(inSql)) await db.run(statement);
  await addRecomputed(db, recomputed);
}

/** The features that the conditions of a funnel read of history. */
export function featuresIn({ stages }: FunnelConfig): readonly string[] {
  const names = new Set(stages.flatMap(({ condition }) => featuresOf(condition)));
  names.delete(PLANNED);
  return [...names];
}

/** Runs every stage over history, with the backfill planned again from its own results. */
export async function runFunnelHistory(options: HistoryOptions): Promise<StagesByDate> {
  const { funnel, warmDate, lastDate } = options;
  const db = await DuckDb.open({ memoryMbMax: 4096 });
  try {
    await loadFeatures(db, options, [...featuresIn(funnel), 'dollar_volume_20']);
    await planLoads(db, funnel, warmDate);
    const passes = funnel.stages.map(
      (stage, index) => `COALESCE(${compileSql(stage.condition, TABLE)}, false) AS pass_${index}`,
    );
    // A stage counts only when every stage before it has been passed.
    const stage = funnel.stages.reduceRight(
      (rest, _stage, index) => `CASE WHEN pass_${index} THEN 1 + ${rest} ELSE 0 END`,
      '0',
    );
    const rows = await db.rows(
      `SELECT symbol, CAST(date AS DOUBLE) AS date, CAST(${stage} AS DOUBLE) AS stage FROM (
         SELECT symbol, date, ${passes.join(', ')} FROM (
           SELECT f.*, CASE WHEN l.since < f.date THEN 1.0 ELSE 0.0 END AS ${PLANNED}
           FROM features f LEFT JOIN loads l USING (symbol)))
       WHERE date > ${warmDate} AND date <= ${lastDate}`,
    );
    const stages = new Map<number, Map<string, number>>();
    for (const row of rows) {
      const date = Number(row['date']);
      const day = stages.get(date) ?? new Map<string, number>();
      day.set(String(row['symbol']), Number(row['stage']));
      stages.set(date, day);
    }
    return stages;
  } finally {
    db.close();
  }
}

/** Plans the loading of history from hygiene and liquidity: a table of symbols and since when. */
async function planLoads(db: DuckDb, funnel: FunnelConfig, warmDate: number): Promise<void> {
  const hygiene = compileSql(funnel.stages[0]!.condition, TABLE);
  const rows = await db.rows(
    `SELECT symbol, CAST(date AS DOUBLE) AS date FROM (
       SELECT symbol, date, dollar_volume_20, ${hygiene} AS is_clean FROM features)
     WHERE date >= ${warmDate} AND is_clean AND dollar_volume_20 IS NOT NULL
     ORDER BY date, dollar_volume_20 DESC, symbol`,
  );
  const since = new Map<string, number>();
  let date = 0;
  let budget = 0;
  for (const row of rows) {
    const day = Number(row['date']);
    if (day !== date) {
      const sessions = date === 0 ? funnel.backfill.sessionsDone : 1;
      budget = sessions * funnel.backfill.perSession;
      date = day;
    }
    const symbol = String(row['symbol']);
    if (budget === 0 || since.has(symbol)) continue;
    since.set(symbol, day);
    budget--;
  }
  await db.run('CREATE TABLE loads (symbol VARCHAR, since INTEGER)');
  if (since.size === 0) return;
  const values = [...since].map(([symbol, day]) => `(${sqlText(symbol)}, ${day})`);
  await db.run(`INSERT INTO loads VALUES ${values.join(', ')}`);
}

/** One symbol at one close on which the two ways disagree. */
export interface Difference {
  readonly date: number;
  readonly symbol: string;
  readonly streamed: number;
  readonly history: number;
}

/** What a comparison found. */
export interface Comparison {
  /** Symbols times closes compared. */
  readonly compared: number;
  readonly differences: number;
  /** The first few. */
  readonly first: readonly Difference[];
}

/** Compares stages symbol by symbol and close by close; what one side lacks counts as stage 0. */
export function compareFunnel(streamed: StagesByDate, history: StagesByDate): Comparison {
  const first: Difference[] = [];
  let compared = 0;
  let differences = 0;
  for (const date of [...new Set([...streamed.keys(), ...history.keys()])].sort((a, b) => a - b)) {
    const [left, right] = [streamed.get(date), history.get(date)];
    const symbols = new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])]);
    for (const symbol of [...symbols].sort()) {
      compared++;
      const [a, b] = [left?.get(symbol) ?? 0, right?.get(symbol) ?? 0];
      if (a === b) continue;
      differences++;
      if (first.length < 20) first.push({ date, symbol, streamed: a, history: b });
    }
  }
  return { compared, differences, first };
}

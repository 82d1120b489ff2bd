// What followed each stage: forward returns against the universe, with intervals and caveats.

import { mean, quantile } from 'simple-statistics';
import { compileSql } from '../../actors/conditions/index.js';
import type { FunnelConfig } from '../../actors/funnel/index.js';
import { DuckDb, Fault, nextRandom } from '../../engine/index.js';
import { featuresIn, loadFeatures } from './funnel-history.js';
import { loadMarketFile } from './market-file.js';

/** Sessions ahead that returns are measured over. */
const HORIZONS = [1, 5, 20] as const;

/** Resamples of the bootstrap, and sessions in a block: longer than the longest horizon. */
const RESAMPLES = 1_000;
const BLOCK = 25;

/** What is studied. */
export interface StudyOptions {
  readonly dataFile: string;
  readonly symbols: readonly string[] | undefined;
  readonly funnel: FunnelConfig;
  /** Round-trip costs. Units: basis points. */
  readonly costsBps: number;
  readonly seed: number;
}

/** One stage at one horizon. */
export interface StudyRow {
  readonly stage: string;
  readonly horizon: number;
  /** Sessions with at least one symbol in the stage. */
  readonly sessions: number;
  /** Mean excess return over the universe, before and after costs. Units: basis points. */
  readonly excessBps: number;
  readonly afterCostsBps: number;
  /** 95 % interval of the excess before costs. */
  readonly lowBps: number;
  readonly highBps: number;
}

/** A study. */
export interface Study {
  readonly rows: readonly StudyRow[];
  readonly caveats: readonly string[];
}

const CAVEATS = [
  'Survivorship: the universe is that of April 2021 carried back; failed and removed companies are missing.',
  'History is taken as loaded for every symbol, since the backfill has no past before the stream.',
  'Returns are close to close, adjusted for splits and dividends; a signal at a close is bought at it.',
  'Thresholds were set with 2021 in sight. This is evidence about the past, not a promise.',
];

/** Runs the study. Errors: `data.*`, `research.*`, `duckdb.*`. */
export async function runStudy(options: StudyOptions): Promise<Study> {
  if (!Number.isFinite(options.costsBps) || options.costsBps < 0) {
    throw new Fault('flag.invalid', `--costs-bps: expected 0 or more, was ${options.costsBps}`);
  }
  const db = await DuckDb.open({ memoryMbMax: 4096 });
  try {
    const excess = await loadExcess(db, options);
    const rows: StudyRow[] = [];
    for (const [index, { name }] of options.funnel.stages.entries()) {
      for (const horizon of HORIZONS) {
        const series = excess.get(`${index + 1} ${horizon}`) ?? [];
        rows.push(rowOf(name, horizon, series, options));
      }
    }
    return { rows, caveats: CAVEATS };
  } finally {
    db.close();
  }
}

/** Daily mean excess returns by stage and horizon. */
async function loadExcess(db: DuckDb, options: StudyOptions): Promise<Map<string, number[]>> {
  const { funnel, dataFile } = options;
  const { symbols: only } = options;
  const { bars } = await loadMarketFile({
    path: dataFile,
    ...(only === undefined ? {} : { symbols: only }),
  });
  const { symbols } = bars;
  await loadFeatures(db, { dataFile, symbols, lastDate: 99_991_231 }, featuresIn(funnel));
  const table = { partition: 'symbol', order: 'date' };
  const passes = funnel.stages.map(
    (stage, index) => `COALESCE(${compileSql(stage.condition, table)}, false) AS pass_${index}`,
  );
  const stage = funnel.stages.reduceRight(
    (rest, _stage, index) => `CASE WHEN pass_${index} THEN 1 + ${rest} ELSE 0 END`,
    '0',
  );
  await db.run(`CREATE TABLE staged AS SELECT symbol, date, ${stage} AS stage FROM (
    SELECT symbol, date, ${passes.join(', ')}
    FROM (SELECT *, 1.0 AS history_loaded FROM features))`);
  const excess = new Map<string, number[]>();
  for (const horizon of HORIZONS) {
    await db.run(`CREATE OR REPLACE TABLE ahead AS SELECT symbol, date, stage, gain,
      AVG(gain) OVER (PARTITION BY date) AS market FROM (
        SELECT s.symbol, s.date, s.stage, LEAD(a.fc, ${horizon}) OVER (
          PARTITION BY s.symbol ORDER BY s.date) / a.fc - 1 AS gain
        FROM staged s JOIN adjusted a USING (symbol, date)) WHERE gain IS NOT NULL`);
    for (let index = 1; index <= funnel.stages.length; index++) {
      const rows = await db.rows(
        `SELECT date, AVG(gain - market) AS excess FROM ahead WHERE stage >= ${index} GROUP BY date ORDER BY date`,
      );
      excess.set(
        `${index} ${horizon}`,
        rows.map((row) => Number(row['excess'])),
      );
    }
  }
  return excess;
}

function rowOf(
  stage: string,
  horizon: number,
  series: readonly number[],
  { costsBps, seed }: StudyOptions,
): StudyRow {
  const toBps = 10_000;
  if (series.length === 0) {
    const none = Number.NaN;
    return {
      stage,
      horizon,
      sessions: 0,
      excessBps: none,
      afterCostsBps: none,
      lowBps: none,
      highBps: none,
    };
  }
  const means = bootstrapMeans(series, seed);
  const excessBps = mean([...series]) * toBps;
  return {
    stage,
    horizon,
    sessions: series.length,
    excessBps,
    afterCostsBps: excessBps - costsBps,
    lowBps: quantile(means, 0.025) * toBps,
    highBps: quantile(means, 0.975) * toBps,
  };
}

/**
 * Means of resampled series, drawn in blocks of neighbouring sessions so that overlapping
 * returns stay together. Source: Künsch 1989, moving block bootstrap.
 */
export function bootstrapMeans(series: readonly number[], seed: number): number[] {
  const state = Uint32Array.of(seed);
  const block = Math.min(BLOCK, series.length);
  return Array.from({ length: RESAMPLES }, () => {
    let sum = 0;
    let count = 0;
    while (count < series.length) {
      const start = Math.floor(nextRandom(state) * (series.length - block + 1));
      for (let index = 0; index < block && count < series.length; index++, count++) {
        sum += series[start + index]!;
      }
    }
    return sum / count;
  });
}

/** A study as a table. */
export function studyText({ rows, caveats }: Study): string {
  const number = (value: number): string => value.toFixed(1).padStart(9);
  const lines = rows.map(
    (row) =>
      `${row.stage.padEnd(14)}${String(row.horizon).padStart(4)}${String(row.sessions).padStart(9)}${number(row.excessBps)}  [${number(row.lowBps)},${number(row.highBps)}]${number(row.afterCostsBps)}`,
  );
  return [
    'Mean return over the universe, basis points; 95 % interval by block bootstrap',
    `${'stage'.padEnd(14)}days sessions   excess  [      low,     high]   after costs`,
    ...lines,
    '',
    ...caveats.map((caveat) => `- ${caveat}`),
  ].join('\n');
}

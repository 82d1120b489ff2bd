// Plants faults into files of real ticks; tells how many the rules find, and what else they flag.

import { daysOf } from '../../actors/calendar/index.js';
import {
  type PlantScore,
  plantFaults,
  scoreFaults,
  TICK_CODES,
  type TickCode,
} from '../../actors/quality/index.js';
import { Fault } from '../../engine/index.js';
import { readTickDays, type TickFiles, VolumesBefore } from './tick-days.js';

/** What to plant. */
export interface PlantOptions {
  readonly files: TickFiles;
  /** Faults of each code on each day. */
  readonly each: number;
  readonly seed: number;
  /** Day that limits were tuned on, yyyymmdd: shown apart. The first of the files when absent. */
  readonly tuned?: number;
}

/** Scores of some days together. */
export interface PlantResult {
  readonly dates: readonly number[];
  readonly ticks: number;
  readonly scores: readonly PlantScore[];
}

/** Scores of the day used for tuning, and of the others. */
export interface PlantReport {
  readonly tuned: PlantResult;
  readonly fresh: PlantResult;
}

/** What the rules must reach. */
export const PLANT_TARGETS = { structural: 0.99, statistical: 0.95, precision: 0.99 } as const;

/** Share of the planted faults that were found. */
export function recallOf({ found, planted }: PlantScore): number {
  return planted === 0 ? Number.NaN : found / planted;
}

/** Share of the flagged ticks that were planted. */
export function precisionOf({ found, alarms }: PlantScore): number {
  return found + alarms === 0 ? Number.NaN : found / (found + alarms);
}

/** Whether a code reaches its targets. */
export function reachesTargets(score: PlantScore): boolean {
  const kind = TICK_CODES.find(({ code }) => code === score.code)!.kind;
  return recallOf(score) >= PLANT_TARGETS[kind] && precisionOf(score) >= PLANT_TARGETS.precision;
}

/**
 * Plants and judges each day of the files by itself. A symbol's average volume is that of its last
 * day before in the files, its own on its first. Locked quotes of the source are left out: a
 * planted one could not be told from them. Errors: as `readTickDays`; `data.no_ticks`.
 */
export async function plantRun({ files, each, seed, tuned }: PlantOptions): Promise<PlantReport> {
  const parts = { tuned: noResult(), fresh: noResult() };
  const volumes = new VolumesBefore();
  let isFirst = true;
  await readTickDays({ ...files, openQuotesOnly: true }, (day) => {
    const isTuned = tuned === undefined ? isFirst : day.date === tuned;
    const part = isTuned ? parts.tuned : parts.fresh;
    const averageVolumes = volumes.of(day);
    // Every day has its own faults.
    const how = { each, seed: seed + daysOf(day.date) };
    part.dates.push(day.date);
    for (const kind of ['others', 'silences'] as const) {
      const planted = plantFaults({ ...day, averageVolumes }, kind, how);
      part.ticks += planted.ticks.count;
      scoreFaults({ ...day, averageVolumes }, planted, part.scores);
    }
    isFirst = false;
  });
  const report = { tuned: resultOf(parts.tuned), fresh: resultOf(parts.fresh) };
  if ([report.tuned, report.fresh].some(hasFaults)) return report;
  const expected = `expected a day of ticks in ${files.trades} with room for ${each} faults of a kind`;
  throw new Fault(
    'data.no_ticks',
    `${expected}, there is none; take a longer file or fewer faults`,
  );
}

function hasFaults({ scores }: PlantResult): boolean {
  return scores.some(({ planted }) => planted > 0);
}

interface Growing {
  readonly dates: number[];
  ticks: number;
  readonly scores: Map<TickCode, PlantScore>;
}

function noResult(): Growing {
  return { dates: [], ticks: 0, scores: new Map() };
}

function resultOf({ dates, ticks, scores }: Growing): PlantResult {
  return { dates, ticks, scores: [...scores.values()] };
}

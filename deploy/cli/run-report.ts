// What a run found out: its figures, as JSON and as a table for people.

import { writeFileSync } from 'node:fs';
import { STAGE_NAMES } from '../../actors/funnel/index.js';
import { Fault } from '../../engine/index.js';
import type { Market } from '../app/market/market.js';
import type { System } from '../app/system.js';
import { dateText, say, table } from './output.js';

/** What a run found out. */
export interface RunReport {
  readonly ticks: number;
  readonly seconds: number;
  readonly ticksPerSecond: number;
  readonly latencyUs: { readonly p50: number; readonly p99: number; readonly p999: number };
  readonly rssMb: number;
  readonly restarts: number;
  readonly rejected: Readonly<Record<string, number>>;
  readonly days: readonly {
    readonly date: string;
    readonly stages: Readonly<Record<string, number>>;
  }[];
  readonly hash: string;
  /** All ticks were derived from daily bars and never traded. */
  readonly derived: boolean;
  /** Ticks that came from outside. */
  readonly outsideTicks: number;
}

/** Collects the report's figures; undefined as soon as they are not wanted any more. */
export async function reportOn(
  market: Market,
  system: System,
  rssMb: number,
  isWanted: () => boolean,
): Promise<RunReport | undefined> {
  const seconds = market.streamedUs / 1e6;
  const ticks = market.sequencer.prints;
  if (isWanted()) tellHashing(market);
  const hash = await market.hashWhile(isWanted);
  if (hash === undefined) return undefined;
  return {
    ticks,
    seconds,
    ticksPerSecond: Math.round(ticks / seconds),
    latencyUs: market.latencyUs(),
    rssMb: Math.round(rssMb),
    restarts: market.shards.restarts(),
    rejected: market.sequencer.rejectedByReason(),
    days: system.funnel.snapshot().days.map(({ date, stages }) => ({
      date: dateText(date),
      stages: Object.fromEntries(STAGE_NAMES.map((name) => [name, stages?.[name] ?? 0])),
    })),
    hash,
    derived: market.sequencer.outsidePrints === 0,
    outsideTicks: market.sequencer.outsidePrints,
  };
}

/** Says that the shards are warm, and what nobody watches: silence must not pass for safety. */
export function tellWarm({ file, options }: Market, seconds: string): void {
  say(`sluice: ${file.bars.symbols.length} symbols warm after ${seconds} s`);
  const { portfolios, openedMax, shardCount } = options;
  const { length } = portfolios.portfolios;
  const closed = length - openedMax * shardCount;
  if (closed <= 0) return;
  say(
    `sluice: ${closed} or more of ${length} portfolios are not opened (--opened-max ${openedMax}): nobody watches their limits, and their groups are not judged`,
  );
}

/** The hash is over all portfolios: those that nobody has opened are opened for it, one by one. */
function tellHashing({ options }: Market): void {
  const { portfolios, openedMax, shardCount } = options;
  const { length } = portfolios.portfolios;
  if (length <= openedMax * shardCount) return;
  say(
    `sluice: reading the states of ${length} portfolios for their hash; Ctrl-C does without it ...`,
  );
}

function summary(report: RunReport): string {
  const median = (name: string): number => {
    const counts = report.days.map((day) => day.stages[name] ?? 0).sort((a, b) => a - b);
    return counts[Math.floor(counts.length / 2)] ?? 0;
  };
  const last = report.days[report.days.length - 1];
  const rows = STAGE_NAMES.map((name) => [name, last?.stages[name] ?? 0, median(name)]);
  const rejected = Object.entries(report.rejected).map(([reason, count]) => `${reason} ${count}`);
  return [
    '',
    table([['stage', 'last day', 'median'], ...rows]),
    '',
    `${ticksText(report)} in ${report.seconds.toFixed(2)} s, ${report.ticksPerSecond} a second`,
    `latency from arrival to published row: p50 ${report.latencyUs.p50} us, p99 ${report.latencyUs.p99} us`,
    `memory at most ${report.rssMb} MB, shard restarts ${report.restarts}, rejected ${rejected.join(', ') || 'none'}`,
    `state ${report.hash}`,
  ].join('\n');
}

function ticksText({ ticks, outsideTicks }: RunReport): string {
  if (outsideTicks === 0) return `${ticks} derived ticks`;
  return `${ticks - outsideTicks} derived ticks and ${outsideTicks} from outside`;
}

/** Writes a report as JSON. Errors: `report.unwritable`. */
function writeReport(file: string, report: RunReport): void {
  try {
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  } catch (error) {
    throw new Fault('report.unwritable', `expected to write the report to ${file}`, {
      cause: error,
    });
  }
}

/** Where a report goes. */
export interface ReportOptions {
  readonly report?: string;
  readonly json?: boolean;
}

/** Writes a report where that is asked for, and prints it. Errors: `report.unwritable`. */
export function tellReport(report: RunReport, options: ReportOptions): void {
  if (options.report !== undefined) writeReport(options.report, report);
  process.stdout.write(
    options.json === true ? `${JSON.stringify(report, null, 2)}\n` : `${summary(report)}\n`,
  );
}

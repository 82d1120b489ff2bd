// `sluice data`: what a file is worth, what is wrong in it, and how well the rules find it.

import { writeFileSync } from 'node:fs';
import { TICK_CODES } from '../../actors/quality/index.js';
import { Fault } from '../../engine/index.js';
import { dateFlag, invalid, wholeFlag } from '../app/settings.js';
import { type FileQuality, fileQuality, type QualityRow } from '../quality/file-quality.js';
import {
  PLANT_TARGETS,
  type PlantResult,
  plantRun,
  precisionOf,
  reachesTargets,
  recallOf,
} from '../quality/plant-run.js';
import { qualityChart } from '../quality/quality-chart.js';
import { Quarantine } from '../quality/quarantine.js';
import { svgFile } from '../report/svg.js';
import { dateText, EXIT, print, say, table } from './output.js';

/** Flags of `data check` and of `data quality FILE`. */
export interface DataFlags {
  readonly quotes?: string;
  readonly quarantine?: string;
  readonly chart?: string;
  readonly code?: string;
  readonly last: string;
  readonly json?: boolean;
}

/** Flags of `data plant`. */
export interface PlantFlags {
  readonly quotes?: string;
  readonly each: string;
  readonly seed: string;
  readonly tuned?: string;
  readonly json?: boolean;
}

/** Flags of `data quarantine`. */
export interface QuarantineFlags {
  readonly code?: string;
  readonly last: string;
  readonly json?: boolean;
}

/**
 * `data check FILE`: every finding by code; ends with 1 where records are refused.
 * Errors: `data.*`, `flag.invalid`.
 */
export async function dataCheck(path: string, flags: DataFlags): Promise<void> {
  const shown = wholeFlag('--last', flags.last, 0, 1_000_000);
  const quality = await fileQuality(filesOf(path, flags));
  const { code } = flags;
  if (code !== undefined && !quality.codes.some((known) => known.code === code)) {
    throw invalid('--code', `one of ${quality.codes.map((known) => known.code).join(', ')}`, code);
  }
  if (flags.quarantine !== undefined) await putAside(flags.quarantine, quality);
  const findings = quality.findings.filter(
    (finding) => code === undefined || finding.code === code,
  );
  const refused = quality.rows.reduce((sum, row) => sum + row.refused, 0);
  const { source, kind, byCode, quotesAside } = quality;
  print({ source, kind, refused, byCode, quotesAside, findings }, flags.json === true, () =>
    [
      checkTable(quality),
      ...(shown > 0 && findings.length > 0 ? [findingsTable(findings.slice(0, shown))] : []),
      `${refused} records of ${source} are refused; ${findings.length} findings${code === undefined ? '' : ` of ${code}`}`,
      ...asideText(quality),
    ].join('\n\n'),
  );
  if (refused > 0) process.exitCode = EXIT.failed;
}

function asideText({ quotesAside }: FileQuality): string[] {
  if (quotesAside === 0) return [];
  return [`${quotesAside} quotes of symbols and days without a trade in the file were not judged`];
}

function filesOf(path: string, { quotes }: { readonly quotes?: string }) {
  return { trades: path, ...(quotes === undefined ? {} : { quotes }) };
}

async function putAside(path: string, { findings }: FileQuality): Promise<void> {
  const quarantine = await Quarantine.open(path);
  try {
    const refused = findings.filter(({ action }) => action === 'refuse');
    await quarantine.put(refused);
    say(`sluice: put ${refused.length} records into ${path}, which has ${quarantine.records} now`);
  } finally {
    quarantine.close();
  }
}

function checkTable({ codes, byCode, rows }: FileQuality): string {
  const symbolsOf = (code: string): number =>
    new Set(rows.filter((row) => (row.byCode[code] ?? 0) > 0).map(({ symbol }) => symbol)).size;
  return table([
    ['code', 'records', 'symbols', 'then', 'meaning'],
    ...codes.map(({ code, action, text }) => [
      code,
      byCode[code] ?? 0,
      symbolsOf(code),
      action === 'refuse' ? 'refused' : 'marked',
      text,
    ]),
  ]);
}

function findingsTable(findings: FileQuality['findings']): string {
  return table([
    ['code', 'symbol', 'time', 'record'],
    ...findings.map(({ code, symbol, timeUs, raw }) => [code, symbol, timeText(timeUs), raw]),
  ]);
}

function timeText(timeUs: number): string {
  return Number.isFinite(timeUs) ? new Date(timeUs / 1000).toISOString() : '-';
}

/**
 * `data quality FILE`: completeness, latency and rejects by source, symbol and day.
 * Errors: `data.*`, `flag.invalid`.
 */
export async function dataQuality(path: string, flags: DataFlags): Promise<void> {
  const shown = wholeFlag('--last', flags.last, 0, 1_000_000);
  const quality = await fileQuality(filesOf(path, flags));
  if (flags.chart !== undefined) {
    writeChart(flags.chart, quality);
    say(`sluice: wrote ${flags.chart}`);
  }
  const worst = [...quality.rows].sort(
    (a, b) => completeness(a) - completeness(b) || b.refused - a.refused,
  );
  const { source, kind, byCode, rows, quotesAside } = quality;
  const unit = kind === 'daily' ? 'sessions' : 'minutes of the session';
  const sum = (field: 'seen' | 'expected' | 'refused' | 'records'): number =>
    rows.reduce((total, row) => total + row[field], 0);
  print({ source, kind, byCode, rows, quotesAside }, flags.json === true, () =>
    [
      table([
        [
          'source',
          'symbol',
          'day',
          'records',
          'complete',
          'missing',
          'refused',
          'marked',
          'p50 ms',
          'p99 ms',
        ],
        ...worst.slice(0, shown || worst.length).map(rowOf),
      ]),
      `${rows.length} rows, the least complete first; ${percent(sum('seen') / sum('expected'))} of the ${unit} that the exchange's calendar expects; ${sum('refused')} of ${sum('records')} records refused`,
      ...asideText(quality),
    ].join('\n\n'),
  );
}

function writeChart(path: string, quality: FileQuality): void {
  try {
    writeFileSync(path, svgFile(qualityChart(quality)));
  } catch (error) {
    throw new Fault('flag.invalid', `--chart: expected a file that can be written, was ${path}`, {
      cause: error,
    });
  }
}

function completeness({ seen, expected }: QualityRow): number {
  return expected === 0 ? 1 : seen / expected;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function rowOf(row: QualityRow): (string | number)[] {
  const ms = (us: number): string => (Number.isNaN(us) ? '-' : (us / 1000).toFixed(1));
  return [
    row.source,
    row.symbol,
    row.date === 0 ? 'all' : dateText(row.date),
    row.records,
    percent(completeness(row)),
    row.expected - row.seen,
    row.refused,
    row.marked,
    ms(row.latencyP50Us),
    ms(row.latencyP99Us),
  ];
}

/** `data quarantine FILE`: what lies in a quarantine. Errors: `data.*`, `duckdb.*`. */
export async function dataQuarantine(path: string, flags: QuarantineFlags): Promise<void> {
  const shown = wholeFlag('--last', flags.last, 1, 100_000);
  const quarantine = await Quarantine.existing(path);
  try {
    const counts = await quarantine.counts(shown);
    const newest = await quarantine.newest(shown, flags.code);
    print({ records: quarantine.records, counts, newest }, flags.json === true, () =>
      [
        table([
          ['source', 'symbol', 'day', 'code', 'records'],
          ...counts.map((row) => [row.source, row.symbol, row.day, row.code, row.records]),
        ]),
        findingsTable(newest.map((record) => ({ ...record, action: 'refuse' as const }))),
        `${quarantine.records} records`,
      ].join('\n\n'),
    );
  } finally {
    quarantine.close();
  }
}

/**
 * `data plant FILE`: recall and precision of every rule; ends with 1 where one misses its target
 * on the days that were not used for tuning. Errors: `data.*`, `flag.invalid`.
 */
export async function dataPlant(path: string, flags: PlantFlags): Promise<void> {
  const report = await plantRun({
    files: filesOf(path, flags),
    each: wholeFlag('--each', flags.each, 1, 100_000),
    seed: wholeFlag('--seed', flags.seed, 0, 2 ** 31),
    ...(flags.tuned === undefined ? {} : { tuned: dateFlag('--tuned', flags.tuned) }),
  });
  // Alarms where nothing was planted are as false as others.
  const missed = report.fresh.scores.filter((one) =>
    one.planted > 0 ? !reachesTargets(one) : one.alarms > 0,
  );
  const absent = report.fresh.scores.filter(({ planted }) => planted === 0);
  const { structural, statistical, precision } = PLANT_TARGETS;
  print(jsonOf(report), flags.json === true, () =>
    [
      plantText('tuned on', report.tuned),
      plantText('not used for tuning', report.fresh),
      `asked: recall ${structural} of structural and ${statistical} of statistical codes, precision ${precision}; missed by ${listOf(missed)}`,
      ...(absent.length === 0 ? [] : [`no room to plant, or no quotes: ${listOf(absent)}`]),
    ].join('\n\n'),
  );
  if (missed.length > 0) process.exitCode = EXIT.failed;
}

function listOf(scores: PlantResult['scores']): string {
  return scores.length === 0 ? 'none' : scores.map(({ code }) => code).join(', ');
}

function jsonOf({ tuned, fresh }: Awaited<ReturnType<typeof plantRun>>) {
  const withRates = (part: PlantResult) => ({
    ...part,
    scores: part.scores.map((one) => ({
      ...one,
      recall: recallOf(one),
      precision: precisionOf(one),
    })),
  });
  return { tuned: withRates(tuned), fresh: withRates(fresh) };
}

function plantText(name: string, { dates, ticks, scores }: PlantResult): string {
  const rate = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(4));
  return [
    `${name}: ${dates.map(dateText).join(', ') || 'no day'}; ${ticks} ticks judged`,
    table([
      ['code', 'kind', 'planted', 'found', 'false alarms', 'recall', 'precision'],
      ...scores.map((one) => [
        one.code,
        TICK_CODES.find(({ code }) => code === one.code)!.kind,
        one.planted,
        one.found,
        one.alarms,
        rate(recallOf(one)),
        rate(precisionOf(one)),
      ]),
    ]),
  ].join('\n');
}

// How good a file is: completeness against the exchange's calendar, latency and rejects, by symbol.

import { basename } from 'node:path';
import { countSessions, newYorkMidnightUs } from '../../actors/calendar/index.js';
import {
  BAD_DATE,
  codesOf,
  createTickRules,
  DAILY_CODES,
  type DailyCode,
  noTick,
  type QualityCode,
  REFUSING_BITS,
  readTick,
  TICK_CODES,
} from '../../actors/quality/index.js';
import { quantileOfSorted } from '../../actors/statistics/index.js';
import { checkDailyFile, type DailyCheck, isDailyFile, type SymbolFinding } from './daily-check.js';
import type { Quarantined } from './quarantine.js';
import { readTickDays, type TickDay, type TickFiles, VolumesBefore } from './tick-days.js';

/** Quality of one symbol on one day, or over all days of a file of daily bars. */
export interface QualityRow {
  readonly source: string;
  readonly symbol: string;
  /** yyyymmdd; 0 for all days. */
  readonly date: number;
  readonly records: number;
  refused: number;
  marked: number;
  /** Sessions of a file of days, minutes of the session of a file of ticks. */
  readonly expected: number;
  /** Those of them that have a record that was taken. */
  readonly seen: number;
  /** From event to arrival; NaN where the file does not tell arrivals. Units: microseconds. */
  readonly latencyP50Us: number;
  readonly latencyP99Us: number;
  readonly byCode: Record<string, number>;
}

/** One record with what is wrong with it. */
export interface QualityFinding extends Quarantined {
  readonly action: 'refuse' | 'mark';
}

/** What a file is worth. */
export interface FileQuality {
  readonly source: string;
  readonly kind: 'daily' | 'ticks';
  readonly codes: readonly QualityCode[];
  readonly rows: readonly QualityRow[];
  /** All findings of daily bars, the first of each code of ticks. */
  readonly findings: readonly QualityFinding[];
  readonly byCode: Readonly<Record<string, number>>;
  /** Quotes of symbols and days that have no trades, which are not judged. */
  readonly quotesAside: number;
}

/** Findings kept of each code of ticks; all are counted. */
const FINDINGS_KEPT = 10_000;

const MINUTE_US = 60_000_000;

/** Judges a file of daily bars or of ticks, by its columns. Errors: `data.*`. */
export async function fileQuality(files: TickFiles): Promise<FileQuality> {
  return (await isDailyFile(files.trades))
    ? dailyQuality(files.trades, await checkDailyFile(files.trades))
    : tickQuality(files);
}

/** What a check of daily bars says of a file. */
export function dailyQuality(path: string, check: DailyCheck): FileQuality {
  const source = basename(path);
  const findings = check.findings.map(({ code, symbol, date, raw }): QualityFinding => {
    const action = actionOf(code);
    const timeUs = date > 0 ? newYorkMidnightUs(date) : Number.NaN;
    return { source, symbol, timeUs, code, raw, action };
  });
  const bySymbol = new Map<string, SymbolFinding[]>();
  for (const finding of check.findings) {
    const own = bySymbol.get(finding.symbol);
    if (own === undefined) bySymbol.set(finding.symbol, [finding]);
    else own.push(finding);
  }
  const expected = countSessions(check.first, check.last);
  const rows = [...check.bySymbol].map(([symbol, counts]): QualityRow => {
    const { records, sessions, unkept } = counts;
    const judged = judgedOf(bySymbol.get(symbol) ?? [], unkept);
    const { refused, marked, byCode } = judged;
    const seen = sessions - judged.sessionsRefused;
    return { ...emptyRow(source, symbol), records, refused, marked, expected, seen, byCode };
  });
  return withTotals({
    source,
    kind: 'daily',
    codes: DAILY_CODES,
    rows,
    findings,
    quotesAside: 0,
  });
}

/** Codes of rows that no session lacks when they are refused: it has another row, or is none. */
const BESIDE_SESSIONS: ReadonlySet<string> = new Set(['bad_date', 'duplicate', 'outside_session']);

/** Counts the findings of a symbol: a row that is refused counts once, for however many reasons. */
function judgedOf(findings: readonly SymbolFinding[], unkept: ReadonlyMap<DailyCode, number>) {
  const byCode: Record<string, number> = {};
  const refused = new Set<unknown>();
  const sessionsRefused = new Set<unknown>();
  let marked = 0;
  for (const { code, row } of findings) {
    byCode[code] = (byCode[code] ?? 0) + 1;
    if (actionOf(code) === 'mark') marked++;
    else {
      refused.add(row);
      if (!BESIDE_SESSIONS.has(code)) sessionsRefused.add(row);
    }
  }
  let more = 0;
  let moreSessions = 0;
  for (const [code, count] of unkept) {
    byCode[code] = (byCode[code] ?? 0) + count;
    if (actionOf(code) === 'mark') marked += count;
    else {
      more += count;
      if (!BESIDE_SESSIONS.has(code)) moreSessions += count;
    }
  }
  return {
    byCode,
    marked,
    refused: refused.size + more,
    sessionsRefused: sessionsRefused.size + moreSessions,
  };
}

function actionOf(code: DailyCode): 'refuse' | 'mark' {
  return DAILY_CODES.find((known) => known.code === code)!.action;
}

function emptyRow(source: string, symbol: string) {
  const none = { latencyP50Us: Number.NaN, latencyP99Us: Number.NaN, refused: 0, marked: 0 };
  return { source, symbol, date: 0, ...none, byCode: {} };
}

function withTotals(quality: Omit<FileQuality, 'byCode'>): FileQuality {
  const byCode: Record<string, number> = {};
  for (const row of quality.rows) {
    for (const [code, records] of Object.entries(row.byCode)) {
      byCode[code] = (byCode[code] ?? 0) + records;
    }
  }
  return { ...quality, byCode };
}

async function tickQuality(files: TickFiles): Promise<FileQuality> {
  const source = basename(files.trades);
  const rows: QualityRow[] = [];
  const findings: QualityFinding[] = [];
  const volumes = new VolumesBefore();
  const { undated, quotesAside } = await readTickDays(files, (day) => {
    rows.push(...judgeDay(source, day, volumes.of(day), findings));
  });
  const { code, action } = BAD_DATE;
  for (const { symbol, records, raws } of undated) {
    const refused = { records, refused: records, byCode: { [code]: records } };
    rows.push({ ...emptyRow(source, symbol), ...refused, expected: 0, seen: 0 });
    for (const raw of raws)
      findings.push({ source, symbol, timeUs: Number.NaN, code, raw, action });
  }
  const codes = [BAD_DATE, ...TICK_CODES];
  return withTotals({ source, kind: 'ticks', codes, rows, findings, quotesAside });
}

/** Runs the rules over one day, with volumes of days before as an average day's. */
function judgeDay(
  source: string,
  day: TickDay,
  volumes: readonly number[],
  findings: QualityFinding[],
): QualityRow[] {
  const { symbols, ticks, openUs, closeUs } = day;
  const rules = createTickRules(symbols.length);
  rules.open(day);
  for (const [row, shares] of volumes.entries()) rules.setAverageVolume(row, shares);
  const minutes = Math.ceil((closeUs - openUs) / MINUTE_US);
  const seen = symbols.map(() => new Uint8Array(minutes));
  const records = symbols.map(() => 0);
  const latencies = symbols.map((): number[] => []);
  const found = symbols.map((symbol) => ({
    ...emptyRow(source, symbol),
    byCode: {} as Record<string, number>,
  }));
  const kept = findingRoom(findings);
  const tick = noTick();
  for (let index = 0; index < ticks.count; index++) {
    const verdict = rules.check(readTick(ticks, index, tick));
    const { row, timeUs } = tick;
    records[row]!++;
    if (tick.arrivalUs > 0) latencies[row]!.push(tick.arrivalUs - timeUs);
    if ((verdict & REFUSING_BITS) === 0 && timeUs >= openUs && timeUs < closeUs) {
      seen[row]![Math.floor((timeUs - openUs) / MINUTE_US)] = 1;
    }
    if (verdict === 0) continue;
    if ((verdict & REFUSING_BITS) !== 0) found[row]!.refused++;
    else found[row]!.marked++;
    for (const code of codesOf(verdict)) {
      found[row]!.byCode[code] = (found[row]!.byCode[code] ?? 0) + 1;
      const { action } = TICK_CODES.find((known) => known.code === code)!;
      const raw = JSON.stringify(tick, (_key, value: unknown) =>
        Number.isNaN(value) ? 'NaN' : value,
      );
      kept({ source, symbol: symbols[row]!, timeUs, code, raw, action });
    }
  }
  return found.map((row, index) => ({
    ...row,
    date: day.date,
    latencyP50Us: quantileOf(latencies[index]!, 0.5),
    latencyP99Us: quantileOf(latencies[index]!, 0.99),
    records: records[index]!,
    expected: minutes,
    seen: seen[index]!.reduce((sum, isSeen) => sum + isSeen, 0),
  }));
}

function quantileOf(values: readonly number[], share: number): number {
  const known = values.filter(Number.isFinite);
  return known.length === 0 ? Number.NaN : quantileOfSorted(Float64Array.from(known).sort(), share);
}

/** Keeps the first findings of each code. */
function findingRoom(findings: QualityFinding[]): (finding: QualityFinding) => void {
  const counts = new Map<string, number>();
  for (const { code } of findings) counts.set(code, (counts.get(code) ?? 0) + 1);
  return (finding) => {
    const number = counts.get(finding.code) ?? 0;
    counts.set(finding.code, number + 1);
    if (number < FINDINGS_KEPT) findings.push(finding);
  };
}

// `sluice bars compare TICKS MINUTES`: our minute bars against a vendor's, differences explained.

import { invalid } from '../app/settings.js';
import { type CompareReport, compareBars } from '../quality/bar-compare.js';
import { COMPARED_FIELDS, type ComparedField, countCauses } from '../quality/bar-difference.js';
import { dateText, EXIT, print, table } from './output.js';

/** Flags of the command. */
export interface CompareFlags {
  readonly rules: string;
  readonly last: string;
  readonly json?: boolean;
}

/** Share of minutes whose volume must agree. */
const VOLUME_MIN = 0.99;

/**
 * Compares and prints; ends with 1 where volumes agree in fewer minutes than asked, or a difference
 * is not explained. Errors: `flag.invalid`, `data.*`.
 */
export async function barsCompare(
  ticks: string,
  minutes: string,
  { rules, last, json }: CompareFlags,
): Promise<void> {
  if (rules !== 'lean' && rules !== 'tape') throw invalid('--rules', 'lean or tape', rules);
  const report = await compareBars({ ticks, minutes, rules });
  const causes = countCauses(report.differences);
  const all = report.rows.reduce((sum, row) => sum + row.minutes, 0);
  const unexplained = report.differences.filter(({ cause }) => cause === 'unexplained').length;
  print({ ...report, causes, unexplained }, json === true, () =>
    [
      sharesTable(report),
      table([
        ['field', 'cause', 'minutes', 'of all', 'by at most', 'which is'],
        ...causes.map(({ field, cause, minutes: count, largest, meaning }) => [
          field,
          cause,
          count,
          percent(count / all),
          field === 'volume' ? `${largest} shares` : `${largest.toFixed(4)} $`,
          meaning,
        ]),
      ]),
      ...(Number(last) > 0 ? [differencesTable(report, Number(last))] : []),
      `${all} minutes by the rules of ${rules}; volume agrees in ${percent(shareOf(report, 'volume'))}, ${report.differences.length} differences, ${unexplained} unexplained`,
    ].join('\n\n'),
  );
  if (shareOf(report, 'volume') < VOLUME_MIN || unexplained > 0) process.exitCode = EXIT.failed;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function shareOf({ rows }: CompareReport, field: ComparedField): number {
  const equal = rows.reduce((sum, row) => sum + row.equal[field], 0);
  return equal / rows.reduce((sum, row) => sum + row.minutes, 0);
}

function sharesTable({ rows }: CompareReport): string {
  return table([
    ['symbol', 'day', 'minutes', ...COMPARED_FIELDS],
    ...rows.map((row) => [
      row.symbol,
      dateText(row.date),
      row.minutes,
      ...COMPARED_FIELDS.map((field) => percent(row.equal[field] / row.minutes)),
    ]),
  ]);
}

function differencesTable({ differences }: CompareReport, last: number): string {
  return table([
    ['symbol', 'minute', 'field', 'ours', 'theirs', 'cause'],
    ...differences
      .slice(0, last)
      .map((one) => [
        one.symbol,
        new Date(one.startUs / 1000).toISOString(),
        one.field,
        one.ours,
        one.theirs,
        one.cause,
      ]),
  ]);
}

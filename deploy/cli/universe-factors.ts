// `sluice universe factors`: adjusted series held against the adjustments of others.

import { checkFactors, type FactorRow } from '../universe/factor-check.js';
import { readFactorFiles } from '../universe/reference-files.js';
import { dateText, print, table } from './output.js';

/** Flags of `universe factors`. */
export interface FactorFlags {
  readonly factors?: string;
  readonly json?: boolean;
}

/** `universe factors DAILY`. Errors: `data.*`. */
export async function universeFactors(path: string, flags: FactorFlags): Promise<void> {
  const files = flags.factors === undefined ? new Map() : readFactorFiles(flags.factors);
  const check = await checkFactors(path, files);
  const sum = (rows: readonly FactorRow[], field: 'equal' | 'compared'): number =>
    rows.reduce((total, row) => total + row[field], 0);
  const differing = check.adjusted.filter(({ equal, compared }) => equal < compared);
  const rowOf = (row: FactorRow) => [
    row.symbol,
    row.compared,
    row.equal,
    row.largest.toExponential(1),
  ];
  print(check, flags.json === true, () =>
    [
      ...(differing.length === 0
        ? []
        : [table([['symbol', 'closes', 'equal', 'largest'], ...differing.map(rowOf)])]),
      ...(check.lean.length === 0
        ? []
        : [table([['factor file', 'dates', 'equal', 'largest'], ...check.lean.map(rowOf)])]),
      ...check.lean.flatMap(({ symbol, actions }) =>
        actions.map(
          ({ date, ours, theirs }) =>
            `${symbol}: the sources tell ${dateText(date)} differently, factor ${ours.toFixed(7)} here and ${theirs.toFixed(7)} there`,
        ),
      ),
      `adjusted closes: ${sum(check.adjusted, 'equal')} of ${sum(check.adjusted, 'compared')} equal within 0.01 %; factor files: ${sum(check.lean, 'equal')} of ${sum(check.lean, 'compared')} dates of ${check.lean.length} symbols equal within 3e-7`,
    ].join('\n\n'),
  );
}

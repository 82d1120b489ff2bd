// `sluice verify DIR`: runs reference vectors and tells every number that differs.

import { statSync } from 'node:fs';
import { join } from 'node:path';
import { PERFORMANCE_FUNCTIONS } from '../../actors/analytics/index.js';
import { verifyCalendarCase } from '../../actors/calendar/index.js';
import { verifyComplianceCase } from '../../actors/compliance/index.js';
import { verifyExecutionCase } from '../../actors/execution/index.js';
import { verifyIndicatorCase } from '../../actors/indicators/index.js';
import { PORTFOLIO_FUNCTIONS } from '../../actors/optimise/index.js';
import { verifyOptionCase } from '../../actors/options/index.js';
import { verifyPatternCase } from '../../actors/patterns/index.js';
import {
  isRefusal,
  type ReferenceCase,
  type ReferenceFunctions,
  type ReferenceVerdict,
  referenceCaseOf,
  skipped,
  verifyReference,
} from '../../actors/reference/index.js';
import { RISK_FUNCTIONS } from '../../actors/risk/index.js';
import { Fault } from '../../engine/index.js';
import { EXIT, print, say } from './output.js';
import { PriceFiles, readCases, vectorFiles } from './verify-files.js';

type Judge = (reference: ReferenceCase, prices: PriceFiles) => ReferenceVerdict;

/** Who judges the cases of which file. */
const JUDGES: Readonly<Record<string, Judge>> = {
  indicators: (reference, prices) => {
    const bars = () => prices.bars(reference.input);
    return /^cdl/i.test(reference.function)
      ? verifyPatternCase(reference, bars)
      : verifyIndicatorCase(reference, bars);
  },
  performance: byRegistry(PERFORMANCE_FUNCTIONS),
  risk: byRegistry(RISK_FUNCTIONS),
  portfolio: byRegistry(PORTFOLIO_FUNCTIONS),
  options: verifyOptionCase,
  execution: (reference, prices) =>
    verifyExecutionCase(reference, () => prices.raw(reference.input)),
  compliance: verifyComplianceCase,
  calendar: verifyCalendarCase,
};

function byRegistry(functions: ReferenceFunctions): Judge {
  return (reference, prices) => verifyReference(functions, reference, (name) => prices.table(name));
}

interface Outcome extends ReferenceVerdict {
  readonly id: string;
  readonly file: string;
}

/**
 * Runs every case of a directory. Exits with 1 when any failed, and with 2 when a file could not
 * be read: the others are run all the same.
 */
export function verify(
  directory: string,
  options: { readonly json?: boolean; readonly verbose?: boolean },
): void {
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new Fault('verify.no_directory', `expected a directory of vectors at ${directory}`);
  }
  const outcomes: Outcome[] = [];
  const unreadable: Fault[] = [];
  const prices = new PriceFiles(join(directory, 'prices'));
  for (const file of vectorFiles(directory)) {
    try {
      for (const outcome of runFile(directory, file, prices)) outcomes.push(outcome);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      unreadable.push(error);
      say(`sluice: ${error.code}: ${error.message}`);
    }
  }
  if (outcomes.length === 0 && unreadable.length === 0) {
    throw new Fault('verify.no_vectors', `expected files such as indicators.json in ${directory}`);
  }
  tell(outcomes, options);
  if (outcomes.some(({ status }) => status === 'failed')) process.exitCode = EXIT.failed;
  if (unreadable.length > 0) process.exitCode = EXIT.usage;
}

/** Errors: `verify.unreadable`; a file of another name without cases is told and passed over. */
function runFile(directory: string, file: string, prices: PriceFiles): readonly Outcome[] {
  const path = join(directory, `${file}.json`);
  const judge = Object.hasOwn(JUDGES, file) ? JUDGES[file] : undefined;
  const cases = readCases(path);
  if (cases === undefined) {
    const text = `expected a list of cases in ${path}`;
    if (judge !== undefined) throw new Fault('verify.unreadable', text);
    say(`passed over: ${text}`);
    return [];
  }
  return cases.map((entry, index): Outcome => {
    const reference = referenceCaseOf(entry);
    if (isRefusal(reference)) {
      return { id: idOf(entry, index), file, status: 'failed', notes: [reference.text] };
    }
    const { id } = reference;
    if (judge === undefined) return { id, file, ...skipped(`no functions of ${file}`) };
    // A case that can't be judged has failed: only a function that does not exist is a skip.
    try {
      return { id, file, ...judge(reference, prices) };
    } catch (error) {
      const note = error instanceof Error ? error.message : String(error);
      return { id, file, status: 'failed', notes: [note] };
    }
  });
}

/** How an entry that is no case is named: by its id where it has one, or by its place. */
function idOf(entry: unknown, index: number): string {
  const isNamed = typeof entry === 'object' && entry !== null && 'id' in entry;
  return isNamed && typeof entry.id === 'string' ? entry.id : `#${index}`;
}

function tell(
  outcomes: readonly Outcome[],
  options: { readonly json?: boolean; readonly verbose?: boolean },
): void {
  const having = (status: Outcome['status']): Outcome[] =>
    outcomes.filter((outcome) => outcome.status === status);
  const failures = having('failed');
  const skips = having('skipped');
  const totals = {
    passed: having('passed').length,
    failed: failures.length,
    skipped: skips.length,
  };
  print({ ...totals, failures, skips }, options.json === true, () => {
    const told = options.verbose === true ? [...failures, ...skips] : failures;
    return [
      ...told.map(({ id, file, status, notes }) => `${status} ${file} ${id}: ${notes.join('; ')}`),
      `${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`,
    ].join('\n');
  });
}

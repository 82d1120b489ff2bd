// `sluice sources`: what sources there are, and whether they keep what they promise.

import { Fault } from '../../engine/index.js';
import { SOURCES, type SourceEntry, sourceEntry } from '../adapters/sources/catalogue.js';
import { type CheckOutcome, conformanceOf } from '../adapters/sources/conformance/suite.js';
import { readSourceSettings, variableOf } from '../adapters/sources/settings.js';
import { EXIT, print, say, table } from './output.js';

/** Flags of the commands, as typed. */
export interface SourcesOptions {
  readonly json?: boolean;
}

/** Shows every source, what it can do, and what its configuration lacks. */
export function sourcesList(options: SourcesOptions): void {
  const list = SOURCES.map((entry) => ({
    name: entry.name,
    title: entry.title,
    ...entry.capabilities,
    needs: needsOf(entry),
    configured: configuredOf(entry),
  }));
  print(list, options.json === true, () =>
    table([
      ['source', 'history', 'bars', 'live', 'fills', 'a day', 'configuration', 'what it is'],
      ...list.map((source) => [
        source.name,
        source.history.join(' ') || '-',
        source.bars.join(' ') || '-',
        [...source.live, ...(source.hasBooks === true ? ['book'] : [])].join(' ') || '-',
        source.repair.join(' ') || '-',
        source.callsPerDay ?? '-',
        source.configured === '' ? 'ready' : source.configured,
        source.title,
      ]),
    ]),
  );
}

/** Names of the environment's settings that a source must have. */
function needsOf({ name, settings }: SourceEntry): string[] {
  const needs: string[] = [];
  if (settings.baseUrl === '') needs.push(variableOf(name, 'url'));
  if (settings.needsKey) needs.push(variableOf(name, 'key'));
  if (settings.needsSecret) needs.push(variableOf(name, 'secret'));
  return needs;
}

/** What the configuration lacks; empty where nothing. Never tells a value. */
function configuredOf({ name, settings }: SourceEntry): string {
  try {
    readSourceSettings(name, settings, process.env);
    return '';
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return error.message.replace(': expected it to be set', ' is not set');
  }
}

/** Runs the conformance suite on sources, against vendors on this machine. */
export async function sourcesCheck(
  names: readonly string[],
  options: SourcesOptions,
): Promise<void> {
  const wanted = names.length > 0 ? names : SOURCES.map(({ name }) => name);
  const unknown = wanted.find((name) => sourceEntry(name) === undefined);
  if (unknown !== undefined) {
    const known = SOURCES.map(({ name }) => name).join(', ');
    throw new Fault('flag.invalid', `expected some of ${known}, was ${unknown.slice(0, 64)}`);
  }
  const results: { readonly source: string; readonly checks: readonly CheckOutcome[] }[] = [];
  for (const source of wanted) results.push({ source, checks: await conformanceOf(source) });
  const all = results.flatMap(({ checks }) => checks);
  const failed = all.filter(({ outcome }) => outcome === 'failed').length;
  const passed = all.filter(({ outcome }) => outcome === 'passed').length;
  print({ passed, failed, results }, options.json === true, () =>
    [gridOf(results), '', `${passed} checks passed, ${failed} failed`].join('\n'),
  );
  for (const { source, checks } of results) {
    for (const { id, title, outcome, detail } of checks) {
      if (outcome === 'failed') say(`${source} ${id} ${title}: ${detail}`);
    }
  }
  if (failed > 0) process.exitCode = EXIT.failed;
}

const MARKS = { passed: 'ok', failed: 'FAILED', not_applicable: '-' } as const;

function gridOf(
  results: readonly { readonly source: string; readonly checks: readonly CheckOutcome[] }[],
): string {
  const checks = results[0]?.checks ?? [];
  return table([
    ['check', ...results.map(({ source }) => source), 'what is checked'],
    ...checks.map(({ id, title }, row) => [
      id,
      ...results.map((result) => MARKS[result.checks[row]!.outcome]),
      title,
    ]),
  ]);
}

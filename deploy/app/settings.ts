// Turns command-line options into a checked market configuration.

import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import { dateText, isDate } from '../../actors/calendar/index.js';
import { PRINTS_PER_BAR_MAX, PRINTS_PER_BAR_MIN } from '../../actors/market/index.js';
import { Fault } from '../../engine/index.js';
import { alertNames, readAlertRules } from '../config/alerts-config.js';
import { readBarsPlan } from '../config/bars-config.js';
import { readFunnelConfig } from '../config/funnel-config.js';
import { readMembers } from '../config/members.js';
import { readPortfolios } from '../config/portfolio-config.js';
import type { MarketOptions } from './market-options.js';
import { inRepository } from './paths.js';
import type { RunFlags } from './run-flags.js';

/** Most shards of one host. */
const SHARDS_MAX = 64;

/** Bounds of what a turn may take: a long collection is no hang. Units: milliseconds. */
const HUNG_MS_MIN = 200;
const HUNG_MS_MAX = 600_000;

/** Bounds of a shard's heap: the sample on one shard runs in the least. Units: MiB. */
const HEAP_MIB_MIN = 64;
const HEAP_MIB_MAX = 65_536;

/** Portfolios in memory of each shard: of 50 positions they take some 60 kB, at rest some 10. */
const RESIDENTS_DEFAULT = '10000';
const RESIDENTS_MAX = 1_000_000;

/** Portfolios of each shard that hear the market: a point of so many takes half a second. */
const OPENED_DEFAULT = '10000';

/** Checks flags and reads the configuration files. Errors: `flag.invalid`, `config.*`. */
export function readSettings(flags: RunFlags): MarketOptions {
  const from = flags.from === undefined ? undefined : dateFlag('--from', flags.from);
  const to = flags.to === undefined ? undefined : dateFlag('--to', flags.to);
  if (from !== undefined && to !== undefined && to < from) {
    throw invalid('--to', `a date on or after --from ${dateText(from)}`, flags.to ?? '');
  }
  const cores = Math.max(1, availableParallelism() - 1);
  const portfolios = readPortfolios(
    resolve(flags.portfolios ?? inRepository('deploy', 'config', 'portfolios.yaml')),
  );
  const members = readMembers(inRepository('deploy', 'sample', 'us-daily-members-2021-04.csv'));
  return {
    dataFile: resolve(flags.data ?? inRepository('deploy', 'sample', 'us-daily-2016-2021.parquet')),
    dataDir: resolve(flags.dataDir ?? 'data'),
    symbols: symbolsFlag(flags.symbols),
    from,
    to,
    warmDays:
      flags.warmup === undefined ? undefined : wholeFlag('--warmup', flags.warmup, 2, 20_000),
    printsPerBar: wholeFlag(
      '--ticks-per-bar',
      flags.ticksPerBar ?? String(PRINTS_PER_BAR_MIN),
      PRINTS_PER_BAR_MIN,
      PRINTS_PER_BAR_MAX,
    ),
    pace: paceFlag(flags.pace ?? '1'),
    shardCount: wholeFlag('--shards', flags.shards ?? String(Math.min(cores, 4)), 1, SHARDS_MAX),
    hungMs:
      flags.hungMs === undefined
        ? undefined
        : wholeFlag('--hung-ms', flags.hungMs, HUNG_MS_MIN, HUNG_MS_MAX),
    heapMibMax:
      flags.shardHeap === undefined
        ? undefined
        : wholeFlag('--shard-heap', flags.shardHeap, HEAP_MIB_MIN, HEAP_MIB_MAX),
    residentsMax: wholeFlag(
      '--residents-max',
      flags.residentsMax ?? RESIDENTS_DEFAULT,
      1,
      RESIDENTS_MAX,
    ),
    openedMax: wholeFlag('--opened-max', flags.openedMax ?? OPENED_DEFAULT, 1, RESIDENTS_MAX),
    resume: flags.resume === true,
    isReplay: false,
    recordDir: flags.record === undefined ? undefined : resolve(flags.record),
    flags,
    funnel: readFunnelConfig(
      resolve(flags.funnel ?? inRepository('deploy', 'config', 'funnel.yaml')),
    ),
    portfolios,
    members,
    alerts: readAlertRules(
      resolve(flags.alerts ?? inRepository('deploy', 'config', 'alerts.yaml')),
      alertNames(portfolios, members),
    ),
    bars: readBarsPlan(resolve(flags.bars ?? inRepository('deploy', 'config', 'bars.yaml'))),
  };
}

/** A whole number within bounds. Errors: `flag.invalid`. */
export function wholeFlag(name: string, text: string, low: number, high: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < low || value > high) {
    throw invalid(name, `a whole number from ${low} to ${high}`, text);
  }
  return value;
}

/** A date as yyyymmdd. Errors: `flag.invalid`. */
export function dateFlag(name: string, text: string): number {
  const value = Number(text.replaceAll('-', ''));
  if (!/^\d{4}-?\d{2}-?\d{2}$/.test(text) || !isDate(value)) {
    throw invalid(name, 'a date such as 2021-01-04', text);
  }
  return value;
}

function paceFlag(text: string): number {
  if (text === 'max') return 0;
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= 1_000)) {
    throw invalid('--pace', 'sessions a second, above 0 up to 1000, or max', text);
  }
  return value;
}

function symbolsFlag(text: string | undefined): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const symbols = text.split(',').map((symbol) => symbol.trim().toUpperCase());
  if (symbols.some((symbol) => !/^[A-Z0-9.-]{1,16}$/.test(symbol))) {
    throw invalid('--symbols', 'names such as AAPL,MSFT', text);
  }
  return symbols;
}

/** The fault of a flag. */
export function invalid(name: string, expected: string, was: string): Fault {
  return new Fault('flag.invalid', `${name}: expected ${expected}, was "${was.slice(0, 64)}"`);
}

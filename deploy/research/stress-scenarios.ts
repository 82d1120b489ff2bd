// Shocks for every stock: windows of the past that were bad, and scenarios that a person wrote.

import { deepestDrawdowns } from '../../actors/analytics/index.js';
import { worstWindow } from '../../actors/risk/index.js';
import { Fault } from '../../engine/index.js';
import type { Member } from '../config/members.js';
import type { ScenarioConfig } from '../config/scenario-config.js';
import type { Strains } from '../config/scenario-strains.js';
import {
  FACTOR_SESSIONS_MIN,
  FACTOR_SYMBOLS_MIN,
  factorReturns,
  fitLoadings,
} from './factor-loadings.js';
import { meanReturns, type ReturnHistory } from './return-history.js';

/** A shock for each row. */
export interface StressScenario {
  readonly id: string;
  readonly name: string;
  readonly kind: 'episode' | 'user';
  /** Yyyymmdd of the closes between which an episode lies. */
  readonly from?: number;
  readonly to?: number;
  readonly shocks: Float64Array;
  /** 1 where a row had no past of its own there and its sector's mean stands in. */
  readonly proxied: Uint8Array;
  /** What it does to markets beside prices; nothing for episodes, whose prices hold it. */
  readonly strains?: Strains;
}

/** Quarters that everybody asks for, by the last day before and the last day of them. */
const NAMED = [
  { id: '2018-q4', name: 'Fourth quarter of 2018', after: 20_180_930, until: 20_181_231 },
  { id: '2020-feb-mar', name: 'February and March 2020', after: 20_200_131, until: 20_200_331 },
] as const;

/** How many of the market's worst days and deepest falls become episodes. */
const DAYS = 3;
const FALLS = 3;

/** Lengths of the worst windows: a week, two, and a month of sessions. */
const WINDOWS = [5, 10, 21] as const;

interface Episode {
  readonly id: string;
  readonly name: string;
  /** Sessions of the closes before and at its end. */
  readonly start: number;
  readonly end: number;
}

/** Episodes found in the data, by the equally weighted market. */
function episodesOf(history: ReturnHistory): Episode[] {
  const { dates } = history;
  const market = meanReturns(
    history,
    history.symbols.map((_, row) => row),
  ).subarray(1);
  const episodes: Episode[] = [];
  for (const { id, name, after, until } of NAMED) {
    const start = lastUpTo(dates, after);
    const end = lastUpTo(dates, until);
    // The quarter has to lie in the data as a whole.
    if (start >= 0 && dates[dates.length - 1]! >= until) episodes.push({ id, name, start, end });
  }
  deepestDrawdowns(market, FALLS).forEach(({ peak, valley }, index) => {
    const name = `Fall ${index + 1} of the market, from its high to its low`;
    episodes.push({ id: `fall-${index + 1}`, name, start: peak, end: valley });
  });
  for (const sessions of WINDOWS) {
    const worst = worstWindow(market, sessions);
    if (worst === undefined) continue;
    const name = `Worst ${sessions} sessions of the market`;
    episodes.push({ id: `worst-${sessions}-sessions`, name, start: worst.from, end: worst.to });
  }
  Array.from(market, (value, at) => ({ value, at }))
    .sort((a, b) => a.value - b.value || a.at - b.at)
    .slice(0, DAYS)
    .forEach(({ at }, index) => {
      const name = `Worst day ${index + 1} of the market`;
      episodes.push({ id: `worst-day-${index + 1}`, name, start: at, end: at + 1 });
    });
  return episodes;
}

/** Index of the last date up to a day, -1 for none. */
function lastUpTo(dates: Int32Array, day: number): number {
  return dates.findLastIndex((date) => date <= day);
}

/**
 * Historical scenarios: what each stock returned over each episode. A stock that was not listed at
 * an episode's start takes the mean of its sector's members that were, or of all, and is flagged.
 */
export function historicalScenarios(
  history: ReturnHistory,
  members: ReadonlyMap<string, Member>,
): StressScenario[] {
  return episodesOf(history).map(({ id, name, start, end }) => {
    const shocks = Float64Array.from(history.returns, (returns) =>
      windowReturn(returns, start, end),
    );
    const proxied = proxyBySector(shocks, history.symbols, members);
    const [from, to] = [history.dates[start]!, history.dates[end]!];
    return { id, name, kind: 'episode', from, to, shocks, proxied };
  });
}

/** Compounded return between two closes; NaN where there was no close at or before the first. */
function windowReturn(returns: Float64Array, start: number, end: number): number {
  // The first return of a stock is that of its second close.
  const first = returns.findIndex((value) => !Number.isNaN(value));
  if (first < 0 || first > start + 1) return Number.NaN;
  let growth = 1;
  for (let at = start + 1; at <= end; at++) growth *= 1 + (returns[at]! || 0);
  return growth - 1;
}

function proxyBySector(
  shocks: Float64Array,
  symbols: readonly string[],
  members: ReadonlyMap<string, Member>,
): Uint8Array {
  const proxied = new Uint8Array(shocks.length);
  const own = Float64Array.from(shocks);
  const meanOf = (rows: readonly number[]): number =>
    rows.reduce((sum, row) => sum + own[row]!, 0) / rows.length;
  const sectorOf = (row: number): string | undefined => members.get(symbols[row]!)?.sector;
  const known = symbols.flatMap((_, row) => (Number.isNaN(own[row]) ? [] : [row]));
  for (let row = 0; row < shocks.length; row++) {
    if (!Number.isNaN(own[row])) continue;
    const peers = known.filter((peer) => sectorOf(peer) === sectorOf(row));
    shocks[row] = known.length === 0 ? 0 : meanOf(peers.length > 0 ? peers : known);
    proxied[row] = 1;
  }
  return proxied;
}

/**
 * Scenarios that a person wrote, as a shock for each row, at least -1.
 * Errors: `data.too_little_history` where one moves a factor that can't be fitted; `config.invalid`
 * where a shock that names symbols names none that the data has.
 */
export function userScenarios(
  configs: readonly ScenarioConfig[],
  history: ReturnHistory,
  members: ReadonlyMap<string, Member>,
): StressScenario[] {
  return configs.map((config) => {
    const scenario = scenarioOf(config, history, members);
    if (typeof scenario !== 'string') return scenario;
    const code = scenario === FACTORS_MISSING ? 'data.too_little_history' : 'config.invalid';
    const { symbols, dates } = history;
    const was =
      scenario === FACTORS_MISSING
        ? `${dates.length} of ${symbols.length}; scenarios without factors need none`
        : [...config.symbols.keys()].join(', ');
    throw new Fault(code, `expected scenario ${config.id} ${scenario}, was ${was}`);
  });
}

/**
 * Those of scenarios which are for any data that this data can make, and the names of the others:
 * few stocks have no factors, and not all that a scenario names.
 */
export function possibleScenarios(
  configs: readonly ScenarioConfig[],
  history: ReturnHistory,
  members: ReadonlyMap<string, Member>,
): { readonly scenarios: readonly StressScenario[]; readonly leftOut: readonly string[] } {
  const scenarios: StressScenario[] = [];
  const leftOut: string[] = [];
  for (const config of configs) {
    const scenario = scenarioOf(config, history, members);
    if (typeof scenario === 'string') leftOut.push(config.name);
    else scenarios.push(scenario);
  }
  return { scenarios, leftOut };
}

/** What the data would need for a scenario. */
const FACTORS_MISSING = `to have ${FACTOR_SESSIONS_MIN} sessions of ${FACTOR_SYMBOLS_MIN} symbols to fit factors`;
const SYMBOLS_MISSING = 'to move a symbol of the data';

/** One of them, or what it lacks. */
function scenarioOf(
  config: ScenarioConfig,
  history: ReturnHistory,
  members: ReadonlyMap<string, Member>,
): StressScenario | typeof FACTORS_MISSING | typeof SYMBOLS_MISSING {
  const { id, name, factors } = config;
  const needsFactors = factors.size > 0;
  if (needsFactors && factorReturns(history) === undefined) return FACTORS_MISSING;
  const loadings = needsFactors ? fitLoadings(history).byRow : [];
  const moves = Float64Array.from(history.symbols, (_, row) => {
    if (!needsFactors) return 0;
    const loading = loadings[row];
    if (loading === undefined) return Number.NaN;
    let sum = 0;
    for (const [factor, move] of factors) sum += move * (loading.get(factor) ?? 0);
    return sum;
  });
  const proxied = proxyBySector(moves, history.symbols, members);
  const shocks = Float64Array.from(history.symbols, (symbol, row) => {
    const own = config.symbols.get(symbol);
    if (own !== undefined) {
      proxied[row] = 0;
      return own;
    }
    const sector = config.sectors.get(members.get(symbol)?.sector ?? '') ?? 0;
    return Math.max(-1, config.all + sector + moves[row]!);
  });
  if (shocks.every((shock) => shock === 0) && config.symbols.size > 0) return SYMBOLS_MISSING;
  return { id, name, kind: 'user', shocks, proxied, strains: config };
}

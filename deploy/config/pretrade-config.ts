// Reads what orders are judged by: the `pretrade` part of the portfolios file.

import {
  DEFAULT_MARGIN,
  DEFAULT_POLICY,
  type MarginPolicy,
  type PretradePolicy,
} from '../../actors/pretrade/index.js';
import { type FieldPath, type Fields, known, mapOf } from './fields.js';
import type { ConfigMistake } from './yaml-source.js';

/** Most trades that a window may allow: as many as a portfolio remembers. */
const RATE_MAX = 10_000;

/** Longest window of a rate. Units: seconds. */
const WINDOW_SECONDS_MAX = 86_400;

/** Most symbols that a list may name. */
const SYMBOLS_MAX = 10_000;

const NAMES = [
  'enforce',
  'collar',
  'notional_max',
  'position_max',
  'concentration_max',
  'var99_max',
  'history_missing_max',
  'rate_days_max',
  'rate_share_max',
  'rate',
  'when_closed',
  'restricted',
  'short',
  'margin',
];

const PATH: FieldPath = ['pretrade'];

/** A policy; what is left out is the default. Mistakes are kept with their places. */
export function policyOf(data: unknown, mistakes: ConfigMistake[]): PretradePolicy {
  if (data === undefined) return DEFAULT_POLICY;
  const fields = mapOf(data, PATH, mistakes);
  known(fields, NAMES, PATH, mistakes);
  const number = (key: string, fallback: number, highest: number): number =>
    numberOf(fields, key, PATH, { fallback, low: 0, highest }, mistakes);
  const rate = partOf(fields, 'rate', ['trades', 'seconds'], mistakes);
  const short = partOf(fields, 'short', ['default', 'available'], mistakes);
  const path = [...PATH, 'rate'];
  const trades = { fallback: DEFAULT_POLICY.rateMax, low: 1, highest: RATE_MAX };
  const seconds = {
    fallback: DEFAULT_POLICY.rateWindowUs / 1e6,
    low: 1,
    highest: WINDOW_SECONDS_MAX,
  };
  const shares = { fallback: DEFAULT_POLICY.shortDefault, low: 0, highest: 1e12 };
  return {
    enforce: choiceOf(fields, 'enforce', [false, true], mistakes),
    collar: number('collar', DEFAULT_POLICY.collar, 1),
    notionalMax: number('notional_max', DEFAULT_POLICY.notionalMax, 1e12),
    positionMax: number('position_max', DEFAULT_POLICY.positionMax, 1e12),
    concentrationMax: number('concentration_max', DEFAULT_POLICY.concentrationMax, 10),
    var99Max: number('var99_max', DEFAULT_POLICY.var99Max, 10),
    historyMissingMax: number('history_missing_max', DEFAULT_POLICY.historyMissingMax, 1),
    rateDaysMax: number('rate_days_max', DEFAULT_POLICY.rateDaysMax, 1e6),
    rateShareMax: number('rate_share_max', DEFAULT_POLICY.rateShareMax, 1),
    rateMax: numberOf(rate, 'trades', path, trades, mistakes),
    rateWindowUs: numberOf(rate, 'seconds', path, seconds, mistakes) * 1e6,
    refusesClosed: choiceOf(fields, 'when_closed', ['warn', 'refuse'], mistakes) === 'refuse',
    restricted: restrictedOf(fields['restricted'], mistakes),
    shortDefault: numberOf(short, 'default', [...PATH, 'short'], shares, mistakes),
    shortAvailable: availableOf(short['available'], mistakes),
    margin: marginOf(fields, mistakes),
  };
}

/** Rates of margin; those of the rule where they are left out. */
function marginOf(pretrade: Fields, mistakes: ConfigMistake[]): MarginPolicy {
  const names = ['use_max', 'long', 'short', 'option', 'option_min'];
  const fields = partOf(pretrade, 'margin', names, mistakes);
  const path = [...PATH, 'margin'];
  const rate = (key: string, fallback: number, highest = 1): number =>
    numberOf(fields, key, path, { fallback, low: 0, highest }, mistakes);
  return {
    useMax: rate('use_max', DEFAULT_MARGIN.useMax, 100),
    long: rate('long', DEFAULT_MARGIN.long),
    short: rate('short', DEFAULT_MARGIN.short),
    option: rate('option', DEFAULT_MARGIN.option),
    optionMin: rate('option_min', DEFAULT_MARGIN.optionMin),
  };
}

/** A mapping that may be left out. */
function partOf(
  fields: Fields,
  key: string,
  names: readonly string[],
  mistakes: ConfigMistake[],
): Fields {
  if (fields[key] === undefined) return {};
  const part = mapOf(fields[key], [...PATH, key], mistakes);
  known(part, names, [...PATH, key], mistakes);
  return part;
}

/** What a number may be, and what it is where it is left out. */
export interface Range {
  readonly fallback: number;
  readonly low: number;
  readonly highest: number;
}

/** A number in its range. */
export function numberOf(
  fields: Fields,
  key: string,
  path: FieldPath,
  { fallback, low, highest }: Range,
  mistakes: ConfigMistake[],
): number {
  const value = fields[key];
  if (value === undefined) return fallback;
  if (typeof value === 'number' && value >= low && value <= highest) return value;
  mistakes.push({
    path: [...path, key],
    text: `expected a number from ${low} to ${highest}, was ${String(value)}`,
  });
  return fallback;
}

/** One of some values; the first where it is left out. */
function choiceOf<T extends string | boolean>(
  fields: Fields,
  key: string,
  choices: readonly T[],
  mistakes: ConfigMistake[],
): T {
  const value = fields[key];
  const chosen = choices.find((choice) => choice === value);
  if (chosen === undefined && value !== undefined) {
    const text = `expected one of ${choices.join(', ')}, was ${String(value)}`;
    mistakes.push({ path: [...PATH, key], text });
  }
  return chosen ?? choices[0]!;
}

/** Symbols with the reason why they may not be traded. */
function restrictedOf(data: unknown, mistakes: ConfigMistake[]): ReadonlyMap<string, string> {
  const path = [...PATH, 'restricted'];
  const entries = entriesOf(data, path, mistakes);
  for (const [symbol, reason] of entries) {
    if (typeof reason === 'string' && reason.length >= 1 && reason.length <= 200) continue;
    const text = `expected a reason of 1 to 200 characters, was ${String(reason).slice(0, 32)}`;
    mistakes.push({ path: [...path, symbol], text });
  }
  return new Map(entries.map(([symbol, reason]) => [symbol, String(reason)]));
}

/** Shares that can be borrowed, by symbol. */
function availableOf(data: unknown, mistakes: ConfigMistake[]): ReadonlyMap<string, number> {
  const path = [...PATH, 'short', 'available'];
  const entries = entriesOf(data, path, mistakes);
  const range = { fallback: 0, low: 0, highest: 1e12 };
  const fields = Object.fromEntries(entries);
  return new Map(
    entries.map(([symbol]) => [symbol, numberOf(fields, symbol, path, range, mistakes)]),
  );
}

/** Entries of a mapping by symbol, which may be left out. */
export function entriesOf(
  data: unknown,
  path: FieldPath,
  mistakes: ConfigMistake[],
): readonly (readonly [symbol: string, value: unknown])[] {
  if (data === undefined) return [];
  const entries = Object.entries(mapOf(data, path, mistakes));
  if (entries.length > SYMBOLS_MAX) {
    mistakes.push({ path, text: `expected at most ${SYMBOLS_MAX} symbols, was ${entries.length}` });
  }
  for (const [symbol] of entries) {
    if (/^[A-Z0-9.-]{1,16}$/.test(symbol)) continue;
    mistakes.push({
      path: [...path, symbol],
      text: `expected a symbol such as AAPL, was ${symbol.slice(0, 32)}`,
    });
  }
  return entries;
}

// Reads which series of bars the running system builds, and of which symbols.

import {
  type BarSeries,
  type BarsPlan,
  EVERY_EXPECTED,
  type Every,
  everyOf,
  type Hours,
  SERIES_STYLES,
  type SeriesStyle,
} from '../../actors/bars/index.js';
import { type FieldPath, type Fields, known, mapOf } from './fields.js';
import { type ConfigMistake, readYaml, type YamlSource } from './yaml-source.js';

/** Most series of a plan: each is built of every print of its symbols. */
const SERIES_MAX = 32;

/** Most symbols that may be named; `all` is for more. */
const SYMBOLS_MAX = 10_000;

/** Most bars kept of one symbol and series. */
const KEPT_MAX = 10_000;

const NAME = /^[a-z0-9][a-z0-9-]{0,31}$/;
const SYMBOL = /^[A-Z0-9.-]{1,16}$/;

/** Finer than any listed price, and more than any session's dollars. */
const SIZE_MIN = 0.0001;
const SIZE_MAX = 1e15;

/** Most boxes of a reversal, and sessions of a range. */
const COUNT_MAX = 1_000;

/** Keys of each style, beside `name` and `style`. */
const KEYS: Readonly<Record<SeriesStyle['kind'], readonly string[]>> = {
  time: ['every', 'hours'],
  'heikin-ashi': ['every', 'hours'],
  quote: ['every', 'hours'],
  tick: ['size'],
  volume: ['size'],
  dollar: ['size'],
  range: ['size'],
  renko: ['size'],
  'renko-atr': ['sessions'],
  'point-and-figure': ['size', 'reversal'],
};

/** Reads a file. Errors: `config.invalid` with line and column, and those of `readYaml`. */
export function readBarsPlan(file: string): BarsPlan {
  return checkBarsPlan(readYaml(file));
}

/** Validates parsed data. Errors: `config.invalid`. */
export function checkBarsPlan(source: YamlSource): BarsPlan {
  const mistakes: ConfigMistake[] = [];
  const data = mapOf(source.data, [], mistakes);
  known(data, ['symbols', 'kept', 'series'], [], mistakes);
  const plan: BarsPlan = {
    symbols: symbolsOf(data['symbols'], mistakes),
    kept: numberOf(data, 'kept', [], { low: 1, high: KEPT_MAX, isWhole: true }, mistakes),
    series: seriesOf(data['series'], mistakes),
  };
  source.failOn(mistakes);
  return plan;
}

function symbolsOf(data: unknown, mistakes: ConfigMistake[]): BarsPlan['symbols'] {
  if (data === 'all') return data;
  const isList = Array.isArray(data) && data.length <= SYMBOLS_MAX;
  if (isList && data.every((item) => typeof item === 'string' && SYMBOL.test(item))) return data;
  const text = `expected all, or a list of at most ${SYMBOLS_MAX} symbols such as [AAPL, MSFT]`;
  mistakes.push({ path: ['symbols'], text });
  return [];
}

function seriesOf(data: unknown, mistakes: ConfigMistake[]): BarSeries[] {
  if (!Array.isArray(data) || data.length > SERIES_MAX) {
    mistakes.push({ path: ['series'], text: `expected a list of at most ${SERIES_MAX} series` });
    return [];
  }
  const names = new Set<string>();
  return data.flatMap((item, index) => {
    const path = ['series', index];
    const fields = mapOf(item, path, mistakes);
    const name = String(fields['name']);
    if (!NAME.test(name) || names.has(name)) {
      const text = `expected a name of its own such as 1h, of small letters and digits, was ${name}`;
      mistakes.push({ path: [...path, 'name'], text });
    }
    names.add(name);
    const style = styleOf(fields, path, mistakes);
    return style === undefined ? [] : [{ name, style }];
  });
}

function styleOf(
  fields: Fields,
  path: FieldPath,
  mistakes: ConfigMistake[],
): SeriesStyle | undefined {
  const kind = SERIES_STYLES.find((one) => one === fields['style']);
  if (kind === undefined) {
    const text = `expected one of ${SERIES_STYLES.join(', ')}, was ${String(fields['style'])}`;
    mistakes.push({ path: [...path, 'style'], text });
    return undefined;
  }
  known(fields, ['name', 'style', ...KEYS[kind]], path, mistakes);
  const size = () =>
    numberOf(fields, 'size', path, { low: SIZE_MIN, high: SIZE_MAX, isWhole: false }, mistakes);
  const count = (key: string) =>
    numberOf(fields, key, path, { low: 1, high: COUNT_MAX, isWhole: true }, mistakes);
  switch (kind) {
    case 'time':
    case 'heikin-ashi':
    case 'quote':
      return {
        kind,
        every: lengthOf(fields, path, mistakes),
        hours: hoursOf(fields, path, mistakes),
      };
    case 'renko-atr':
      return { kind, sessions: count('sessions') };
    case 'point-and-figure':
      return { kind, size: size(), reversal: count('reversal') };
    default:
      return { kind, size: size() };
  }
}

function lengthOf(fields: Fields, path: FieldPath, mistakes: ConfigMistake[]): Every {
  const every = everyOf(String(fields['every']));
  if (every !== undefined) return every;
  const text = `expected ${EVERY_EXPECTED}, was ${String(fields['every'])}`;
  mistakes.push({ path: [...path, 'every'], text });
  return { unit: 'day', count: 1 };
}

function hoursOf(fields: Fields, path: FieldPath, mistakes: ConfigMistake[]): Hours {
  const hours = fields['hours'] ?? 'regular';
  if (hours === 'regular' || hours === 'all') return hours;
  mistakes.push({
    path: [...path, 'hours'],
    text: `expected regular or all, was ${String(hours)}`,
  });
  return 'regular';
}

function numberOf(
  fields: Fields,
  key: string,
  path: FieldPath,
  {
    low,
    high,
    isWhole,
  }: { readonly low: number; readonly high: number; readonly isWhole: boolean },
  mistakes: ConfigMistake[],
): number {
  const value = fields[key];
  const isNumber = typeof value === 'number' && value >= low && value <= high;
  if (isNumber && (!isWhole || Number.isInteger(value))) return value;
  const what = isWhole ? 'a whole number' : 'a number';
  mistakes.push({
    path: [...path, key],
    text: `expected ${what} from ${low} to ${high}, was ${String(value)}`,
  });
  return low;
}

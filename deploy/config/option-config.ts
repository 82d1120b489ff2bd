// Reads what options are priced by: the `options` part of the portfolios file.

import { DEFAULT_OPTION_POLICY, type OptionPolicy } from '../../actors/portfolio/index.js';
import { type FieldPath, known, mapOf } from './fields.js';
import { entriesOf, numberOf, type Range } from './pretrade-config.js';
import type { ConfigMistake } from './yaml-source.js';

const PATH: FieldPath = ['options'];

/** A year's rate or yield: no more than a tenth of what the formulas take. */
const RATE: Range = { fallback: 0, low: 0, highest: 1 };

/** From a hundredth, below which a price has no slope to speak of. */
const VOLATILITY: Range = { fallback: 0, low: 0.01, highest: 5 };

/** What is left out is the default. Mistakes are kept with their places. */
export function optionPolicyOf(data: unknown, mistakes: ConfigMistake[]): OptionPolicy {
  if (data === undefined) return DEFAULT_OPTION_POLICY;
  const fields = mapOf(data, PATH, mistakes);
  known(fields, ['rate', 'dividend_yields', 'volatilities'], PATH, mistakes);
  const numbers = (key: string, range: Range): ReadonlyMap<string, number> => {
    const path = [...PATH, key];
    const entries = entriesOf(fields[key], path, mistakes);
    const bySymbol = Object.fromEntries(entries);
    return new Map(
      entries.map(([symbol]) => [symbol, numberOf(bySymbol, symbol, path, range, mistakes)]),
    );
  };
  return {
    rate: numberOf(fields, 'rate', PATH, RATE, mistakes),
    dividendYields: numbers('dividend_yields', RATE),
    volatilities: numbers('volatilities', VOLATILITY),
  };
}

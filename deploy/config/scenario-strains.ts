// Reads what a scenario does to markets beside moving prices: how stocks move together, who buys.

import { type FieldPath, known, mapOf } from './fields.js';
import type { ConfigMistake } from './yaml-source.js';

/** Volatility may grow so often, and a spread be so wide, before it is a mistake. */
const VOLATILITY_MAX = 20;
const SPREAD_MAX = 0.5;

/** Correlations that break: all of them go a share of the way to one, or to none. */
export interface CorrelationBreak {
  readonly to: 0 | 1;
  readonly share: number;
}

/** Buyers that leave: what is left of the volume, and the spread as a share of the price. */
export interface LiquidityShock {
  readonly volume: number;
  readonly spread: number;
}

/** Both, with what volatilities are multiplied by. */
export interface Strains {
  readonly correlation: CorrelationBreak | undefined;
  readonly volatility: number;
  readonly liquidity: LiquidityShock | undefined;
}

/** Fields that they stand in. */
export const STRAIN_FIELDS = ['correlation', 'volatility', 'liquidity'] as const;

/** Reads them from the fields of a scenario. */
export function strainsOf(
  fields: Readonly<Record<string, unknown>>,
  path: FieldPath,
  mistakes: ConfigMistake[],
): Strains {
  const read = (
    of: Readonly<Record<string, unknown>>,
    [name, low, high]: readonly [string, number, number],
    at: FieldPath,
  ): number => {
    const value = of[name];
    if (typeof value === 'number' && value >= low && value <= high) return value;
    const text = `expected a number from ${low} to ${high}, was ${String(value)}`;
    mistakes.push({ path: [...at, name], text });
    return low;
  };
  const inner = (name: string, keys: readonly string[]): Readonly<Record<string, unknown>> => {
    const map = mapOf(fields[name], [...path, name], mistakes);
    known(map, keys, [...path, name], mistakes);
    return map;
  };
  let correlation: CorrelationBreak | undefined;
  if (fields['correlation'] !== undefined) {
    const map = inner('correlation', ['to', 'share']);
    const to = map['to'] === 0 ? 0 : 1;
    if (map['to'] !== to) {
      const text = `expected 1 (all move as one) or 0 (none has to do with another), was ${String(map['to'])}`;
      mistakes.push({ path: [...path, 'correlation', 'to'], text });
    }
    correlation = { to, share: read(map, ['share', 0, 1], [...path, 'correlation']) };
  }
  let liquidity: LiquidityShock | undefined;
  if (fields['liquidity'] !== undefined) {
    const map = inner('liquidity', ['volume', 'spread']);
    const at = [...path, 'liquidity'];
    // Without any volume nothing could be left at any price.
    const volume = read(map, ['volume', 0.001, 1], at);
    liquidity = { volume, spread: read(map, ['spread', 0, SPREAD_MAX], at) };
  }
  const volatility =
    fields['volatility'] === undefined ? 1 : read(fields, ['volatility', 0, VOLATILITY_MAX], path);
  return { correlation, volatility, liquidity };
}

// Reads what halts trading: the `breakers` part of the portfolios file.

import { type BreakerConfig, type MarketLevel, NO_BREAKERS } from '../../actors/breakers/index.js';
import { type FieldPath, type Fields, known, mapOf } from './fields.js';
import type { ConfigMistake } from './yaml-source.js';

/** Most steps of the market-wide breaker. */
const LEVELS_MAX = 10;

/** Longest halt: a week. Units: minutes. */
const MINUTES_MAX = 10_080;

const PATH: FieldPath = ['breakers'];

/** What halts; nothing where it is left out. Mistakes are kept with their places. */
export function breakersOf(data: unknown, mistakes: ConfigMistake[]): BreakerConfig {
  if (data === undefined) return NO_BREAKERS;
  const fields = mapOf(data, PATH, mistakes);
  known(fields, ['move', 'spread_max', 'age_minutes_max', 'market'], PATH, mistakes);
  const { moveMax, moveHaltUs } = moveOf(fields['move'], mistakes);
  const bound = (key: string, highest: number): number =>
    fields[key] === undefined
      ? Number.POSITIVE_INFINITY
      : aboveZero(fields, key, PATH, highest, mistakes);
  return {
    moveMax,
    moveHaltUs,
    spreadMax: bound('spread_max', 2),
    ageMaxUs: bound('age_minutes_max', MINUTES_MAX) * 60_000_000,
    market: levelsOf(fields['market'], mistakes),
  };
}

function moveOf(
  data: unknown,
  mistakes: ConfigMistake[],
): Pick<BreakerConfig, 'moveMax' | 'moveHaltUs'> {
  if (data === undefined) return NO_BREAKERS;
  const path = [...PATH, 'move'];
  const move = mapOf(data, path, mistakes);
  known(move, ['max', 'minutes'], path, mistakes);
  return {
    moveMax: aboveZero(move, 'max', path, 10, mistakes),
    moveHaltUs: aboveZero(move, 'minutes', path, MINUTES_MAX, mistakes) * 60_000_000,
  };
}

/** Each step falls further than the one before, and halts no shorter. */
function levelsOf(data: unknown, mistakes: ConfigMistake[]): MarketLevel[] {
  if (data === undefined) return [];
  const place = [...PATH, 'market'];
  if (!Array.isArray(data) || data.length > LEVELS_MAX) {
    mistakes.push({ path: place, text: `expected a list of at most ${LEVELS_MAX} steps` });
    return [];
  }
  const levels: MarketLevel[] = [];
  data.forEach((item, index) => {
    const path = [...place, index];
    const fields = mapOf(item, path, mistakes);
    known(fields, ['fall', 'minutes'], path, mistakes);
    const fall = aboveZero(fields, 'fall', path, 1, mistakes);
    const haltUs = aboveZero(fields, 'minutes', path, MINUTES_MAX, mistakes) * 60_000_000;
    const before = levels.at(-1);
    if (before !== undefined && (fall <= before.fall || haltUs < before.haltUs)) {
      const text = 'expected a larger fall than the step before, and no shorter halt';
      mistakes.push({ path: [...path, fall <= before.fall ? 'fall' : 'minutes'], text });
    }
    levels.push({ fall, haltUs });
  });
  return levels;
}

function aboveZero(
  fields: Fields,
  key: string,
  path: FieldPath,
  highest: number,
  mistakes: ConfigMistake[],
): number {
  const value = fields[key];
  if (typeof value === 'number' && value > 0 && value <= highest) return value;
  const text = `expected a number above 0 up to ${highest}, was ${String(value)}`;
  mistakes.push({ path: [...path, key], text });
  return highest;
}

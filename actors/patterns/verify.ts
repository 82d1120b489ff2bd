// Compares the patterns with a reference case; pure, the caller reads the files.

import {
  failed,
  type ReferenceCase,
  type ReferenceVerdict,
  skipped,
  told,
  unknownWord,
  verdictOf,
} from '../reference/index.js';
import { createPatternEngine, patternsAmong } from './engine.js';

/** Bars as traded, oldest first; all arrays of one length. */
export interface PatternPrices {
  readonly open: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
}

/**
 * Judges every bar as it closes and compares all hits, and where the first value stands. Bars
 * before it have no value; bars that the case calls sensitive to a tie are let be.
 */
export function verifyPatternCase(
  reference: ReferenceCase,
  prices: () => PatternPrices,
): ReferenceVerdict {
  const word = unknownWord(reference.params, ['penetration', 'optInPenetration']);
  if (word !== undefined) return skipped(`${reference.function} has no parameter ${word}`);
  const { optInPenetration = undefined, penetration = optInPenetration } = reference.params;
  if (penetration !== undefined && typeof penetration !== 'number') {
    return failed(`expected penetration as a number, was ${told(penetration)}`);
  }
  const name = reference.function.toLowerCase().replace(/^cdl/, 'cdl_');
  const engine = createPatternEngine({
    asked: patternsAmong([name]),
    ...(penetration === undefined ? {} : { penetration }),
  });
  const output = engine.features.findIndex((feature) => feature.name === name);
  if (output < 0) return skipped(`no pattern ${reference.function}`);
  const expected = hitsOf(reference.expected);
  const ties = reference.tie_sensitive;
  const got = valuesOf(engine, output, prices());
  const notes: string[] = [];
  const found = got.findIndex((value) => !Number.isNaN(value));
  const first = found < 0 ? null : found;
  const { first_valid_index: start } = reference;
  if (start !== undefined && first !== start) {
    const stated = told(start);
    notes.push(`expected the first value at ${stated}, was ${first}`);
  }
  got.forEach((value, index) => {
    const wanted = expected.get(index) ?? 0;
    if (Number.isNaN(value) || value === wanted) return;
    if (Array.isArray(ties) && ties.includes(index)) return;
    notes.push(`[${index}]: expected ${wanted}, was ${value}`);
  });
  for (const [index, value] of expected) {
    if (!Number.isNaN(got[index] ?? Number.NaN)) continue;
    notes.push(`[${index}]: expected ${value}, was nothing`);
  }
  return verdictOf(notes);
}

/** Bars with a value other than 0, and the value. Errors: a text, for the verdict. */
function hitsOf(expected: unknown): Map<number, number> {
  const hits = new Map<number, number>();
  for (const hit of Array.isArray(expected) ? expected : [expected]) {
    const [index, value] = Array.isArray(hit) ? hit : [];
    if (typeof index !== 'number' || typeof value !== 'number') {
      throw new TypeError(`expected bars and their values, was ${told(hit)}`);
    }
    hits.set(index, value);
  }
  return hits;
}

function valuesOf(
  engine: ReturnType<typeof createPatternEngine>,
  output: number,
  { open, high, low, close }: PatternPrices,
): number[] {
  const state = new Float64Array(engine.stateLength);
  const out = new Float64Array(engine.features.length);
  return close.map((last, index) => {
    const candle = { open: open[index]!, high: high[index]!, low: low[index]!, close: last };
    engine.judge(state, 0, candle);
    engine.commit(state, 0, candle);
    engine.results(state, 0, out);
    return out[output]!;
  });
}

// Compares the patterns with a reference case; pure, the caller reads the files.

import { createPatternEngine } from './engine.js';
import { PENETRATIONS } from './rules.js';

/** One candlestick case of `indicators.json`. */
export interface PatternCase {
  readonly id: string;
  /** TA-Lib's name in lower case. */
  readonly function: string;
  readonly params: Readonly<Record<string, number>>;
  readonly first_valid_index: number | null;
  /** Bars whose answer hangs on a rounding error. */
  readonly tie_sensitive: readonly number[];
  /** Bars with a value other than 0, and the value. */
  readonly expected: readonly (readonly [number, number])[];
}

/** Bars as traded, oldest first; all arrays of one length. */
export interface PatternPrices {
  readonly open: readonly number[];
  readonly high: readonly number[];
  readonly low: readonly number[];
  readonly close: readonly number[];
}

/** What became of a case. */
export interface PatternVerdict {
  readonly status: 'passed' | 'failed' | 'skipped';
  /** What differed, at most ten lines; or why it was skipped. */
  readonly notes: readonly string[];
}

const NOTES_MAX = 10;

/** Judges every bar as it closes and compares all hits, and where the first value stands. */
export function verifyPatternCase(reference: PatternCase, prices: PatternPrices): PatternVerdict {
  const name = reference.function.replace(/^cdl/, 'cdl_');
  const { star, cloud } = PENETRATIONS;
  const { penetration } = reference.params;
  const engine = createPatternEngine({ star: penetration ?? star, cloud: penetration ?? cloud });
  const output = engine.features.findIndex((feature) => feature.name === name);
  if (output < 0) return { status: 'skipped', notes: [`no pattern ${reference.function}`] };
  const got = valuesOf(engine, output, prices);
  const expected = new Map(reference.expected);
  const ties = new Set(reference.tie_sensitive);
  const notes: string[] = [];
  const first = got.findIndex((value) => !Number.isNaN(value));
  if ((first < 0 ? null : first) !== reference.first_valid_index) {
    notes.push(`expected the first value at ${reference.first_valid_index}, was ${first}`);
  }
  got.forEach((value, index) => {
    const wanted = expected.get(index) ?? 0;
    if (index < first || ties.has(index) || value === wanted) return;
    notes.push(`[${index}]: expected ${wanted}, was ${value}`);
  });
  return { status: notes.length === 0 ? 'passed' : 'failed', notes: notes.slice(0, NOTES_MAX) };
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

// Compares our risk figures with a reference case; pure, the caller reads the files.

import { expectedShortfall, historicalRisk } from './historical.js';
import { QUANTILE_METHODS, type QuantileMethod } from './quantile.js';

/** One case of `risk.json`, with the portfolio's returns where its input asks for them. */
export interface RiskCase {
  readonly id: string;
  readonly function: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly tolerance: { readonly abs: number; readonly rel: number };
  readonly expected: unknown;
}

/** What became of a case. */
export interface RiskVerdict {
  readonly status: 'passed' | 'failed' | 'skipped';
  readonly notes: readonly string[];
}

/** Compares one case; `returns` are the portfolio's returns over the case's window. */
export function verifyRiskCase(reference: RiskCase, returns: () => Float64Array): RiskVerdict {
  const got = compute(reference, returns);
  if (got === undefined) {
    return {
      status: 'skipped',
      notes: [`no function ${reference.function} with these parameters`],
    };
  }
  const expected =
    typeof reference.expected === 'number'
      ? { value: reference.expected }
      : (reference.expected as Record<string, number>);
  const notes: string[] = [];
  for (const [name, value] of Object.entries(expected)) {
    const ours = got[name] ?? Number.NaN;
    const { abs, rel } = reference.tolerance;
    if (!(Math.abs(ours - value) <= abs + rel * Math.abs(value))) {
      notes.push(`${name}: expected ${value}, was ${ours}`);
    }
  }
  return { status: notes.length === 0 ? 'passed' : 'failed', notes };
}

function compute(
  reference: RiskCase,
  returns: () => Float64Array,
): Record<string, number> | undefined {
  const confidence = reference.params['confidence'] as number;
  switch (reference.function) {
    case 'historical_var': {
      const method = QUANTILE_METHODS.find((name) => name === reference.params['quantile']);
      if (method === undefined) return undefined;
      const risk = historicalRisk(returns().sort(), confidence, method satisfies QuantileMethod);
      return { var: risk.valueAtRisk, cvar_tail_mean: risk.tailMean, tail_count: risk.tailCount };
    }
    case 'historical_es_exact':
      return { value: expectedShortfall(returns().sort(), confidence) };
    default:
      return undefined;
  }
}

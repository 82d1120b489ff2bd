// The largest profit under linear bounds where some values are whole numbers: branch and bound.

import {
  type LinearBound,
  type LinearProgramme,
  maximise,
  type Optimum,
} from './linear-programme.js';

/** A programme some of whose values are whole numbers. */
export interface IntegerProgramme extends LinearProgramme {
  readonly isWhole: readonly boolean[];
}

/** So near a whole number is one; profits so near each other are equal. */
const NEAR = 1e-7;

/** What was found, and whether nothing is better. */
export interface WholeOptimum extends Optimum {
  readonly isProved: boolean;
}

/**
 * The best values within `nodesMax` linear programmes, the whole ones rounded to the whole numbers
 * that they are. Undefined where there are none, or none was found.
 */
export function maximiseWhole(
  programme: IntegerProgramme,
  nodesMax: number,
): WholeOptimum | undefined {
  let best: Optimum | undefined;
  let nodes = 0;
  const waiting: (readonly LinearBound[])[] = [[]];
  while (nodes < nodesMax) {
    const more = waiting.pop();
    if (more === undefined) break;
    nodes++;
    const found = maximise({ ...programme, bounds: [...programme.bounds, ...more] });
    if (found === undefined || (best !== undefined && found.profit <= best.profit + NEAR)) continue;
    const split = furthest(found.values, programme.isWhole);
    if (split === undefined) {
      best = found;
      continue;
    }
    const low = Math.floor(found.values[split]!);
    // The one tried first is the last put: taking more is more often right.
    waiting.push([...more, { coefficients: new Map([[split, 1]]), most: low }]);
    waiting.push([...more, { coefficients: new Map([[split, -1]]), most: -low - 1 }]);
  }
  if (best === undefined) return undefined;
  const { profit, values } = best;
  return {
    profit,
    values: values.map((value, at) => (programme.isWhole[at] === true ? Math.round(value) : value)),
    isProved: waiting.length === 0,
  };
}

/** The variable that is furthest from the whole number it has to be; undefined where all are. */
function furthest(values: Float64Array, isWhole: readonly boolean[]): number | undefined {
  let best: number | undefined;
  let most = NEAR;
  values.forEach((value, at) => {
    const far = Math.abs(value - Math.round(value));
    if (isWhole[at] === true && far > most) [best, most] = [at, far];
  });
  return best;
}

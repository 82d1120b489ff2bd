// One case of a vector file: its shape, and what is wrong where it lacks it.

import { type Refusal, refusal } from '../../engine/index.js';
import { type Tolerance, told } from './compare.js';

/** One case of a vector file; `params` and `input` keep the file's own words. */
export interface ReferenceCase {
  readonly id: string;
  readonly function: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly input: Readonly<Record<string, unknown>>;
  readonly tolerance: Tolerance | Readonly<Record<string, Tolerance>>;
  readonly expected: unknown;
  /** Of indicators: the columns that are read. */
  readonly inputs?: unknown;
  /** Of candlestick cases: the first bar that can be judged, and bars that a rounding decides. */
  readonly first_valid_index?: unknown;
  readonly tie_sensitive?: unknown;
}

type Words = Readonly<Record<string, unknown>>;

function isWords(value: unknown): value is Words {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Fields that are stated: one that is null is left out, as vectors write what there is not. */
export function stated(words: Words): Words {
  return Object.fromEntries(Object.entries(words).filter(([, value]) => value !== null));
}

/** What is wrong with a tolerance, or with those it has for parts; undefined where nothing is. */
function wrongTolerance(tolerance: Words): Refusal | undefined {
  for (const [name, value] of Object.entries(stated(tolerance))) {
    const isPart = isWords(value);
    const found = isPart ? wrongTolerance(value) : undefined;
    if (found !== undefined) return found;
    const isText = typeof value === 'string' && value !== '';
    const isNumber = (typeof value === 'number' || isText) && Number.isFinite(Number(value));
    if (isPart || isNumber || !['abs', 'rel'].includes(name)) continue;
    return wrong(`${name} of the tolerance as a number`, value);
  }
  return undefined;
}

function wrong(what: string, was: unknown): Refusal {
  return refusal('reference.not_a_case', `expected ${what}, was ${told(was)}`);
}

/**
 * An entry of a file's `cases`; parameters, input and tolerance are empty where it has none, and
 * lack what is null.
 * Errors: `reference.not_a_case`, which says what it lacks.
 */
export function referenceCaseOf(entry: unknown): ReferenceCase | Refusal {
  if (!isWords(entry)) return wrong('a case', entry);
  const { id, function: name, expected } = entry;
  if (typeof id !== 'string') return wrong('an id', id);
  if (typeof name !== 'string') return wrong('the name of a function', name);
  // Whatever came of it would pass.
  const isEmpty = isWords(expected) && Object.keys(expected).length === 0;
  if (expected === undefined || isEmpty) return wrong('an expectation', expected);
  const parts = { params: entry['params'], input: entry['input'], tolerance: entry['tolerance'] };
  for (const [word, part] of Object.entries(parts)) {
    if (part !== undefined && part !== null && !isWords(part)) {
      return wrong(`${word} as an object`, part);
    }
  }
  const statedOf = (part: unknown): Words => (isWords(part) ? stated(part) : {});
  const tolerance = statedOf(parts.tolerance);
  const off = wrongTolerance(tolerance);
  if (off !== undefined) return off;
  return {
    ...entry,
    id,
    function: name,
    params: statedOf(parts.params),
    input: statedOf(parts.input),
    // Its numbers have been looked at.
    tolerance: tolerance as Tolerance,
    expected,
  };
}

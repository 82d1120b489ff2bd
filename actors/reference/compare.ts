// Compares what we computed with what a reference vector expects, value by value.

import type { Refusal } from '../../engine/index.js';

/** How far a number may be off: `|got - expected| <= abs + rel * |expected|`. */
export interface Tolerance {
  readonly abs?: number | string;
  readonly rel?: number | string;
}

/** What became of a case. */
export interface ReferenceVerdict {
  readonly status: 'passed' | 'failed' | 'skipped';
  /** What differed, at most ten lines; or why it was skipped. */
  readonly notes: readonly string[];
}

const NOTES_MAX = 10;
/** Significant digits of the decimals that vectors are made with. Source: Python's `decimal`. */
const TOOL_DIGITS = 28;
/** By how many of its last digit's units a sum of such decimals may be off. */
const CUT_UNITS = 100n;
/** Characters of a value in a note. */
const TOLD_MAX = 100;
const DECIMAL = /^-?\d+(?:\.\d+)?$/;

/** A verdict out of the differences found: none of them is a pass. */
export function verdictOf(notes: readonly string[]): ReferenceVerdict {
  return { status: notes.length === 0 ? 'passed' : 'failed', notes: notes.slice(0, NOTES_MAX) };
}

/** A case that can't be judged as it stands, and why. */
export function failed(reason: string): ReferenceVerdict {
  return verdictOf([reason]);
}

/** A case that states what we do not implement. */
export function skipped(reason: string): ReferenceVerdict {
  return { status: 'skipped', notes: [reason] };
}

/**
 * The first word of a case that is not among the known ones; undefined where all are. A parameter
 * nobody reads would change the meaning of a case silently, so the caller skips such a case.
 */
export function unknownWord(
  words: Readonly<Record<string, unknown>>,
  known: readonly string[],
): string | undefined {
  return Object.keys(words).find((word) => !known.includes(word));
}

/** Whether a result is a refusal. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'refusal';
}

/** A refusal in the middle of a case. */
class Refused extends Error {}

/** What a computation gave. Errors: a refusal's text, which `attempt` takes. */
export function accept<T>(result: T | Refusal): T {
  if (isRefusal(result)) throw new Refused(`refused, ${result.code}: ${result.text}`);
  return result;
}

/** What a case computes: null where a refusal ended it, with its text. */
export interface Attempt {
  readonly value: unknown;
  readonly refused?: string;
}

/** Computes what a case asks for. Errors: those that are no refusals, for the verdict. */
export function attempt(compute: () => unknown): Attempt {
  try {
    return { value: compute() };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { value: null, refused: error.message };
  }
}

/**
 * Judges by the differences found in what a case computed. A refusal is what a case means by null;
 * where it expects more, the refusal's text comes first.
 */
export function verdictOn(
  { value, refused }: Attempt,
  notesOf: (value: unknown) => readonly string[],
): ReferenceVerdict {
  const notes = notesOf(value);
  return verdictOf(refused === undefined || notes.length === 0 ? notes : [refused, ...notes]);
}

/** A field of a case as a finite number. Errors: a text naming the field, for the verdict. */
export function numberOf(words: Readonly<Record<string, unknown>>, name: string): number {
  const value = words[name];
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  throw new TypeError(`expected ${name} to be a number, was ${told(value)}`);
}

/** A field of a case as a whole number. Errors: a text naming the field, for the verdict. */
export function wholeOf(words: Readonly<Record<string, unknown>>, name: string): number {
  const value = words[name];
  if (Number.isSafeInteger(value)) return Number(value);
  throw new TypeError(`expected ${name} to be a whole number, was ${told(value)}`);
}

/** A field of a case as text. Errors: a text naming the field, for the verdict. */
export function textOf(words: Readonly<Record<string, unknown>>, name: string): string {
  const value = words[name];
  if (typeof value === 'string') return value;
  throw new TypeError(`expected ${name} to be text, was ${told(value)}`);
}

/** A field of a case as a list. Errors: a text naming the field, for the verdict. */
export function listOf(words: Readonly<Record<string, unknown>>, name: string): readonly unknown[] {
  const value = words[name];
  if (Array.isArray(value)) return value;
  throw new TypeError(`expected ${name} to be a list, was ${told(value)}`);
}

/** A series as the vectors write it: its length, its last values and a sample by index. */
interface SeriesSummary {
  readonly first_valid_index: number | null;
  readonly length: number;
  readonly last: readonly (number | null)[];
  readonly sample: Readonly<Record<string, number | null>>;
}

/**
 * Lists the places where `got` differs from `expected`. Numbers, and strings that are decimals on
 * both sides, are held to the tolerance; null stands for undefined and what is not finite, which
 * JSON can't hold; a Float64Array may be expected as a list or as a summary of a series; the rest
 * must be equal.
 */
export function differences(
  got: unknown,
  expected: unknown,
  tolerance: Tolerance,
  path = '',
): string[] {
  if (got instanceof Float64Array) {
    return isSummary(expected)
      ? seriesDifferences(got, expected, tolerance, path)
      : differences(Array.from(got), expected, tolerance, path);
  }
  if (Array.isArray(expected)) {
    if (!Array.isArray(got) || got.length !== expected.length) {
      const was = Array.isArray(got) ? `${got.length}` : told(got);
      return [`${at(path)}expected ${expected.length} elements, was ${was}`];
    }
    return expected.flatMap((value, index) =>
      differences(got[index], value, tolerance, `${path}[${index}]`),
    );
  }
  if (typeof expected === 'object' && expected !== null) {
    const isWhole = typeof got === 'object' && got !== null;
    const byName = new Map<string, unknown>(isWhole ? Object.entries(got) : []);
    const stated = Object.entries(expected);
    if (stated.length === 0 && (!isWhole || byName.size > 0))
      return [`${at(path)}expected {}, was ${told(got)}`];
    return stated.flatMap(([name, value]) =>
      differences(byName.get(name), value, tolerance, path === '' ? name : `${path}.${name}`),
    );
  }
  if (isSame(got, expected, tolerance)) return [];
  return [`${at(path)}expected ${told(expected)}, was ${told(got)}`];
}

function isSummary(expected: unknown): expected is SeriesSummary {
  return (
    typeof expected === 'object' &&
    expected !== null &&
    'first_valid_index' in expected &&
    'last' in expected &&
    Array.isArray(expected.last) &&
    'sample' in expected
  );
}

function seriesDifferences(
  got: Float64Array,
  expected: SeriesSummary,
  tolerance: Tolerance,
  path: string,
): string[] {
  const first = got.findIndex((value) => !Number.isNaN(value));
  const from = expected.length - expected.last.length;
  const each = (index: number, value: number | null): string[] =>
    differences(got[index], value, tolerance, `${path}[${index}]`);
  const { length, first_valid_index: start } = expected;
  return [
    ...differences(got.length, length, tolerance, path === '' ? 'length' : `${path}.length`),
    ...differences(first < 0 ? null : first, start, tolerance, `${path}[first]`),
    ...expected.last.flatMap((value, offset) => each(from + offset, value)),
    ...Object.entries(expected.sample).flatMap(([index, value]) => each(Number(index), value)),
  ];
}

function isSame(got: unknown, expected: unknown, tolerance: Tolerance): boolean {
  if (expected === null) {
    return got === null || got === undefined || (typeof got === 'number' && !Number.isFinite(got));
  }
  if (typeof expected === 'number' && typeof got === 'number') {
    return isWithin(got, expected, tolerance);
  }
  if (typeof expected !== 'string' || typeof got !== 'string') return got === expected;
  if (got === expected) return true;
  if (!DECIMAL.test(got) || !DECIMAL.test(expected)) return false;
  if (withoutPadding(got) === withoutPadding(expected)) return true;
  if (isCutOf(got, expected)) return true;
  const { abs = 0, rel = 0 } = tolerance;
  // Floats can't tell decimals apart that differ far down: with no tolerance the text decides.
  if (Number(abs) === 0 && Number(rel) === 0) return false;
  return isWithin(Number(got), Number(expected), tolerance);
}

function isWithin(got: number, expected: number, { abs = 0, rel = 0 }: Tolerance): boolean {
  return Math.abs(got - expected) <= Number(abs) + Number(rel) * Math.abs(expected);
}

/**
 * Whether `expected` has all the digits of its tool's decimals, and `got` is the same but for the
 * last ones: a quotient that does not end, cut there by one and later by the other.
 */
function isCutOf(got: string, expected: string): boolean {
  if (expected.replace(/^-?0*\.?0*/, '').replace('.', '').length < TOOL_DIGITS - 1) return false;
  const decimals = expected.split('.')[1]?.length ?? 0;
  const unitsOf = (decimal: string): bigint => {
    const [whole = '', part = ''] = decimal.split('.');
    return BigInt(whole + part.slice(0, decimals).padEnd(decimals, '0'));
  };
  const apart = unitsOf(got) - unitsOf(expected);
  return apart >= -CUT_UNITS && apart <= CUT_UNITS;
}

/** A decimal without trailing zeros behind the point and without a minus before zero. */
function withoutPadding(decimal: string): string {
  const short = decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;
  return short === '-0' ? '0' : short;
}

function at(path: string): string {
  return path === '' ? '' : `${path}: `;
}

/** A value as a note tells it: as JSON, cut where it is long. */
export function told(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length <= TOLD_MAX ? text : `${text.slice(0, TOLD_MAX)}...`;
}

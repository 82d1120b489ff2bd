// Judges one reference case by a registry: a function or variant we don't have is a skip, a case
// that is malformed a failure that says where.

import {
  attempt,
  differences,
  failed,
  type ReferenceVerdict,
  skipped,
  type Tolerance,
  told,
  verdictOn,
} from './compare.js';
import { cutPanel, type Panel, type PriceTables, type WindowOf } from './panel.js';
import type { ReferenceCase } from './reference-case.js';

/** A case whose tolerance may leave the judgement to the `band_` entries of its expectation. */
export type RegistryCase = Omit<ReferenceCase, 'tolerance'> & {
  readonly tolerance: ReferenceCase['tolerance'] | { readonly band: true };
};

/**
 * What a parameter has to be: a number, a whole one from 1, one between 0 and 1, a flag, a list, a
 * date, one of some words, or what the function itself makes of it.
 */
export type ParameterKind =
  | 'number'
  | 'count'
  | 'fraction'
  | 'flag'
  | 'list'
  | 'date'
  | 'any'
  | readonly string[];

/** A function of the vectors: the parameters it understands, and what it computes. */
export interface ReferenceFunction {
  /** Parameters that must be given. */
  readonly needs?: Readonly<Record<string, ParameterKind>>;
  /** Parameters that may be given. */
  readonly may?: Readonly<Record<string, ParameterKind>>;
  /** The value in the schema of `expected`; undefined where the input is not understood. */
  readonly compute: (asked: Asked) => unknown;
}

/** Functions by their names in the vectors. */
export type ReferenceFunctions = Readonly<Record<string, ReferenceFunction>>;

/** A case as its function reads it; parameters have been checked. */
export interface Asked {
  readonly params: Readonly<Record<string, unknown>>;
  readonly input: Readonly<Record<string, unknown>>;
  readonly tables: PriceTables;
}

/** Runs the function of a case and compares what it gives. */
export function verifyReference(
  functions: ReferenceFunctions,
  reference: RegistryCase,
  tables: PriceTables,
): ReferenceVerdict {
  const known = Object.hasOwn(functions, reference.function)
    ? functions[reference.function]
    : undefined;
  if (known === undefined) return skipped(`no function ${reference.function}`);
  const trouble = parameterTrouble(known, reference.params);
  if (trouble !== undefined) return trouble.of(`${reference.function}: ${trouble.text}`);
  const { params, input } = reference;
  const got = attempt(() => known.compute({ params, input, tables }));
  if (got.value === undefined) {
    const text = `expected an input of a known form, was ${told(reference.input)}`;
    return failed(`${reference.function}: ${text}`);
  }
  const { tolerance, expected } = reference;
  if ('band' in tolerance && tolerance.band === true) {
    return verdictOn(got, (value) => outsideBands(value, expected));
  }
  // The cases of a registry have one tolerance for all their numbers.
  return verdictOn(got, (value) => differences(value, expected, tolerance as Tolerance));
}

/** What is wrong with parameters, and what that makes of the case. */
interface Trouble {
  readonly of: typeof failed;
  readonly text: string;
}

function parameterTrouble(
  known: ReferenceFunction,
  params: Readonly<Record<string, unknown>>,
): Trouble | undefined {
  const names = new Set([...Object.keys(known.needs ?? {}), ...Object.keys(params)]);
  for (const name of names) {
    const kind = known.needs?.[name] ?? known.may?.[name];
    if (kind === undefined) return { of: skipped, text: `unknown parameter ${name}` };
    const value = params[name];
    if (isOfKind(value, kind)) continue;
    // A word that we don't know names a variant that we don't have.
    const isVariant = Array.isArray(kind) && typeof value === 'string';
    const text = `expected ${name} as ${kind}, was ${told(value)}`;
    return { of: isVariant ? skipped : failed, text };
  }
  return undefined;
}

function isOfKind(value: unknown, kind: ParameterKind): boolean {
  if (kind === 'number') return typeof value === 'number' && Number.isFinite(value);
  if (kind === 'count') return Number.isSafeInteger(value) && Number(value) >= 1;
  if (kind === 'fraction') return typeof value === 'number' && value > 0 && value < 1;
  if (kind === 'any') return value !== undefined;
  if (kind === 'flag') return typeof value === 'boolean';
  if (kind === 'list') return Array.isArray(value);
  if (kind === 'date') return typeof value === 'string' && /^\d{4}-\d\d-\d\d$/.test(value);
  return typeof value === 'string' && kind.includes(value);
}

/** Every `band_x` of the expectation has to hold our `x`. */
function outsideBands(got: unknown, expected: unknown): string[] {
  if (expected === null) return differences(got, null, {});
  const figures = new Map<string, unknown>(Object.entries(got ?? {}));
  const bands = Object.entries(expected ?? {}).filter(([name]) => name.startsWith('band_'));
  const notes = bands.flatMap(([name, band]) => {
    const [low, high, more] = numbersOf(band) ?? [];
    if (low === undefined || high === undefined || more !== undefined) {
      return [`${name}: expected two numbers, was ${told(band)}`];
    }
    const value = Number(figures.get(name.slice('band_'.length)));
    return value >= low && value <= high
      ? []
      : [`${name}: expected ${low} to ${high}, was ${value}`];
  });
  return bands.length === 0 ? ['expected at least one band'] : notes;
}

/** A number among the checked parameters. */
export function paramOf(asked: Asked, name: string, otherwise = Number.NaN): number {
  const value = asked.params[name];
  return typeof value === 'number' ? value : otherwise;
}

/** A list of numbers, or undefined where it holds anything else. */
export function numbersOf(value: unknown): number[] | undefined {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'number')
    ? value
    : undefined;
}

/** A list of rows of numbers, or undefined where it is anything else. */
export function rowsOf(value: unknown): number[][] | undefined {
  if (!Array.isArray(value)) return undefined;
  const rows = value.map(numbersOf);
  return rows.every((row) => row !== undefined) ? rows : undefined;
}

/** A text of the input, or undefined. */
export function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The panel that the input names; its assets are those of `assets`, `weights`, or all. */
export function panelOf(asked: Asked, windowOf: WindowOf): Panel | undefined {
  const { input } = asked;
  const file = asText(input['file']);
  const returns = input['returns'];
  if (file === undefined) return undefined;
  if (typeof returns === 'string' && returns !== 'simple daily') return undefined;
  const table = asked.tables(file);
  const panel = cutPanel(
    table,
    assetsOf(input) ?? [...table.columns.keys()],
    { from: asText(input['from']), to: asText(input['to']), window: windowText(input) },
    windowOf,
  );
  const count = input['count'] ?? returns;
  if (typeof count === 'number' && count !== panel.dates.length - 1) {
    throw new Error(`expected ${count} returns in the window, was ${panel.dates.length - 1}`);
  }
  return panel;
}

function windowText(input: Asked['input']): string | undefined {
  return input['from'] === undefined ? asText(input['window']) : undefined;
}

function assetsOf(input: Asked['input']): string[] | undefined {
  const { assets, weights } = input as { readonly assets?: unknown; readonly weights?: unknown };
  if (Array.isArray(assets) && assets.every((asset) => typeof asset === 'string')) return assets;
  if (typeof weights === 'object' && weights !== null && !Array.isArray(weights)) {
    return Object.keys(weights);
  }
  return undefined;
}

/**
 * Weights in the order of the panel's assets: named one by one, zero where they are not, or equal
 * by a text that begins with `equal`. Undefined where the input says neither, or names an asset
 * that the panel lacks.
 */
export function weightsOf(asked: Asked, panel: Panel): number[] | undefined {
  const { weights } = asked.input;
  if (typeof weights === 'string') {
    if (!/^equal\b/.test(weights)) return undefined;
    return panel.assets.map(() => 1 / panel.assets.length);
  }
  if (typeof weights !== 'object' || weights === null) return undefined;
  // An object of the schema: numbers by asset. What is no number is caught below.
  const named = weights as Readonly<Record<string, unknown>>;
  if (!Object.keys(named).every((asset) => panel.assets.includes(asset))) return undefined;
  return numbersOf(panel.assets.map((asset) => named[asset] ?? 0));
}

// Reads single fields of plain data and keeps a list of what was wrong, each with its place.

import { BARS_MAX, type FeatureTraits } from './condition.js';
import { nearest } from './nearest.js';

/** A mistake and where it stands: keys and indices from the root of the data. */
export interface Mistake {
  readonly path: readonly (string | number)[];
  readonly text: string;
}

/** Where a value stands in the data. */
export type Path = readonly (string | number)[];

/** A mapping of the data. */
export type Fields = Readonly<Record<string, unknown>>;

/** The features a condition may name; a set of names, or a map that also tells their traits. */
export interface FeatureNames {
  has(name: string): boolean;
  keys(): Iterable<string>;
  get?(name: string): FeatureTraits | undefined;
}

/** Longest label or reason. */
const TEXT_LENGTH_MAX = 400;

/** Longest name worth comparing with the known ones. */
const NAME_LENGTH_MAX = 64;

/** What a name without traits is taken for. */
const PLAIN: FeatureTraits = { basis: 'none', hasPast: true };

/** The state of one reading: what features exist, what was found wrong. */
export class Reader {
  readonly mistakes: Mistake[] = [];
  readonly #features: FeatureNames;

  constructor(features: FeatureNames) {
    this.#features = features;
  }

  /** Notes a mistake. */
  wrong(path: Path, text: string): void {
    this.mistakes.push({ path, text });
  }

  /** Notes every key that is not among the known. */
  onlyKeys(fields: Fields, path: Path, known: readonly string[]): void {
    for (const key of Object.keys(fields)) {
      if (known.includes(key)) continue;
      const near = nearest(key.slice(0, NAME_LENGTH_MAX), known);
      const hint = near === undefined ? '' : `; did you mean ${near}?`;
      this.wrong([...path, key], `expected one of ${known.join(', ')}, was ${key}${hint}`);
    }
  }

  /** The name of a feature; empty after a mistake. */
  feature(name: unknown, path: Path): string {
    if (typeof name === 'string' && this.#features.has(name)) return name;
    const near =
      typeof name === 'string' && name.length <= NAME_LENGTH_MAX
        ? nearest(name, this.#features.keys())
        : undefined;
    const hint = near === undefined ? '' : `; did you mean ${near}?`;
    this.wrong(path, `expected the name of a feature, was ${show(name)}${hint}`);
    return '';
  }

  /** What is known of a feature. */
  traits(name: string): FeatureTraits {
    return this.#features.get?.(name) ?? PLAIN;
  }

  /** A finite number; 0 after a mistake. */
  number(fields: Fields, key: string, path: Path): number {
    const value = fields[key];
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    this.wrong(at(fields, key, path), `expected ${key} to be a number, was ${show(value)}`);
    return 0;
  }

  /** A whole number of bars from `least` to `most`. */
  bars(fields: Fields, key: string, path: Path, range: BarRange): number {
    const before = this.mistakes.length;
    const value = this.number(fields, key, path);
    if (this.mistakes.length > before) return range.least;
    if (Number.isInteger(value) && value >= range.least && value <= range.most) return value;
    const text = `expected a whole number of bars from ${range.least} to ${range.most}`;
    this.wrong([...path, key], `${text}, was ${show(value)}`);
    return range.least;
  }

  /** A text; empty when absent or after a mistake. */
  text(fields: Fields, key: string, path: Path): string {
    const value = fields[key];
    if (value === undefined) return '';
    if (typeof value === 'string' && value.length <= TEXT_LENGTH_MAX) return value;
    const text = `expected a text of at most ${TEXT_LENGTH_MAX} characters`;
    this.wrong([...path, key], `${text}, was ${show(value)}`);
    return '';
  }
}

/** Least and most bars. */
export interface BarRange {
  readonly least: number;
  readonly most: number;
}

/** Bars back from the developing one. */
export const AGO: BarRange = { least: 0, most: BARS_MAX };

/** Bars of a window. */
export const WINDOW: BarRange = { least: 1, most: BARS_MAX };

/** The place of a key, or of the mapping that lacks it. */
export function at(fields: Fields, key: string, path: Path): Path {
  return key in fields ? [...path, key] : path;
}

/** Whether data is a mapping. */
export function isFields(data: unknown): data is Fields {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}

/** Data as a short text for an error. */
export function show(data: unknown): string {
  if (data === undefined) return 'missing';
  const text = JSON.stringify(data) ?? String(data);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

// Reads what a pattern asks of its candles out of a line of text: the forms of the tables.

import { assert } from '../../engine/index.js';
import { PLAIN, SETTINGS } from './candles.js';

/** A sum of parts, each a candle's measure, a yardstick or a share of one. */
export type Side = readonly Part[];

/** One summand: `sign` times what the word says of the candle of an age, times a factor. */
export interface Part {
  readonly sign: 1 | -1;
  readonly word: string;
  readonly age: number;
  readonly factor: number | 'penetration';
}

/** How two sides are compared. */
export type Comparison = '<' | '<=' | '>' | '>=';

/** What a form says. */
export type Form =
  | { readonly kind: 'all' | 'any'; readonly of: readonly Form[] }
  | { readonly kind: 'white' | 'black'; readonly age: number }
  | {
      readonly kind: 'compare';
      readonly comparison: Comparison;
      readonly left: Side;
      readonly right: Side;
    };

const TOKEN = /\s*(or\b|[a-zA-Z]+\d?|\d*\.\d+|[<>]=?|[-+*(),])/y;

/**
 * The form of a text such as `white1, open0 <= close1 + near1, (body0 < short0 or black0)`. A word
 * names what it measures and the age of its candle, 0 being the newest; a comma is an "and" and
 * binds closer than `or`; comparisons may be chained. The texts are ours: a mistake is a bug.
 */
export function formOf(text: string): Form {
  const tokens = tokensOf(text);
  const form = alternatives(tokens);
  assert(tokens.length === 0, 'patterns.form_is_read_whole');
  return form;
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    tokens.push(match[1]!);
  }
  assert(tokens.join('') === text.replaceAll(/\s/g, ''), 'patterns.form_is_read_whole');
  return tokens;
}

function alternatives(tokens: string[]): Form {
  const of = [conjunction(tokens)];
  while (take(tokens, 'or')) of.push(conjunction(tokens));
  return of.length === 1 ? of[0]! : { kind: 'any', of };
}

function conjunction(tokens: string[]): Form {
  const of = [...tests(tokens)];
  while (take(tokens, ',')) of.push(...tests(tokens));
  return of.length === 1 ? of[0]! : { kind: 'all', of };
}

/** One colour, one group, or a chain of comparisons. */
function tests(tokens: string[]): Form[] {
  if (take(tokens, '(')) {
    const group = alternatives(tokens);
    assert(take(tokens, ')'), 'patterns.form_closes_its_groups');
    return [group];
  }
  const colour = /^(white|black)(\d)$/.exec(tokens[0] ?? '');
  if (colour !== null) {
    tokens.shift();
    return [{ kind: colour[1] === 'white' ? 'white' : 'black', age: Number(colour[2]) }];
  }
  const found: Form[] = [];
  let left = side(tokens);
  for (let next = comparisonOf(tokens); next !== undefined; next = comparisonOf(tokens)) {
    const right = side(tokens);
    found.push({ kind: 'compare', comparison: next, left, right });
    left = right;
  }
  assert(found.length > 0, 'patterns.form_compares');
  return found;
}

function comparisonOf(tokens: string[]): Comparison | undefined {
  const [next] = tokens;
  if (next !== '<' && next !== '<=' && next !== '>' && next !== '>=') return undefined;
  tokens.shift();
  return next;
}

function side(tokens: string[]): Side {
  const parts = [part(tokens, 1)];
  for (;;) {
    if (take(tokens, '+')) parts.push(part(tokens, 1));
    else if (take(tokens, '-')) parts.push(part(tokens, -1));
    else return parts;
  }
}

function part(tokens: string[], sign: Part['sign']): Part {
  const match = /^([a-zA-Z]+)(\d)$/.exec(tokens.shift() ?? '');
  const [, word = '', age] = match ?? [];
  const isKnown = Object.hasOwn(SETTINGS, word) || Object.hasOwn(PLAIN, word);
  assert(isKnown, 'patterns.form_knows_its_words');
  let factor: Part['factor'] = 1;
  if (take(tokens, '*')) {
    const given = tokens.shift();
    factor = given === 'penetration' ? given : Number(given);
    assert(!Number.isNaN(factor), 'patterns.form_knows_its_words');
  }
  return { sign, word, age: Number(age), factor };
}

function take(tokens: string[], token: string): boolean {
  if (tokens[0] !== token) return false;
  tokens.shift();
  return true;
}

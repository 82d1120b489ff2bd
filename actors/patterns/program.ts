// Rules as one program of comparisons: each says where to go on when it holds, and when not.

import { MIRRORED, NUMBER, PLAIN, type SettingWord } from './candles.js';
import type { Form, Part, Side } from './form.js';
import type { Numbers, Term } from './numbers.js';
import type { Run } from './rule.js';

/** How a form is read. */
export interface Reading {
  /** Prices count downward, highs as lows and white as black: a bullish form finds the bearish. */
  readonly isMirrored: boolean;
  readonly penetration: number;
  /** The bar at which the rule is first judged. */
  readonly from: number;
}

/** Places of one comparison in the code: what, left, right, where to if it holds, and if not. */
const LENGTH = 5;
const LESS = 0;
const AT_MOST = 1;

/** The comparisons of an engine's rules. An end is a negative number: `~end` tells the result. */
export class Program {
  readonly #numbers: Numbers;
  readonly #code: number[] = [];
  readonly #results: number[] = [];

  constructor(numbers: Numbers) {
    this.#numbers = numbers;
  }

  /** The end that gives a result. */
  endOf(result: number): number {
    const known = this.#results.indexOf(result);
    return ~(known < 0 ? this.#results.push(result) - 1 : known);
  }

  /** Adds a form; returns where it begins. */
  add(form: Form, reading: Reading, onTrue: number, onFalse: number): number {
    switch (form.kind) {
      case 'all':
        return form.of.reduceRight((next, one) => this.add(one, reading, next, onFalse), onTrue);
      case 'any':
        return form.of.reduceRight((next, one) => this.add(one, reading, onTrue, next), onFalse);
      case 'white':
      case 'black': {
        const open = this.#numbers.ofCandle(NUMBER.open, form.age);
        const close = this.#numbers.ofCandle(NUMBER.close, form.age);
        const wantsWhite = (form.kind === 'white') !== reading.isMirrored;
        const ends = wantsWhite ? ([onTrue, onFalse] as const) : ([onFalse, onTrue] as const);
        return this.#compare(AT_MOST, open, close, ...ends);
      }
      case 'compare': {
        const left = this.#sumOf(form.left, reading);
        const right = this.#sumOf(form.right, reading);
        const { comparison } = form;
        const what = comparison === '<' || comparison === '>' ? LESS : AT_MOST;
        const isTurned = comparison === '>' || comparison === '>=';
        return isTurned
          ? this.#compare(what, right, left, onTrue, onFalse)
          : this.#compare(what, left, right, onTrue, onFalse);
      }
    }
  }

  /** What runs the program from one of its beginnings. */
  runner(): Run {
    const code = Int32Array.from(this.#code);
    const results = Float64Array.from(this.#results);
    // hot
    return (values, begin) => {
      let at = begin;
      while (at >= 0) {
        const left = values[code[at + 1]!]!;
        const right = values[code[at + 2]!]!;
        const holds = code[at] === LESS ? left < right : left <= right;
        at = holds ? code[at + 3]! : code[at + 4]!;
      }
      return results[~at]!;
    };
  }

  #compare(what: number, left: number, right: number, onTrue: number, onFalse: number): number {
    return this.#code.push(what, left, right, onTrue, onFalse) - LENGTH;
  }

  #sumOf(side: Side, reading: Reading): number {
    return this.#numbers.ofSum(side.map((part) => this.#termOf(part, reading)));
  }

  #termOf({ word, age, sign, factor }: Part, reading: Reading): Term {
    const times = sign * (factor === 'penetration' ? reading.penetration : factor);
    const measures: Readonly<Record<string, number>> = reading.isMirrored ? MIRRORED : PLAIN;
    const number = measures[word];
    if (number !== undefined) return { place: this.#numbers.ofCandle(number, age), times };
    // The form knows no other words.
    const setting = word as SettingWord;
    return { place: this.#numbers.ofYardstick(setting, age, reading.from), times };
  }
}

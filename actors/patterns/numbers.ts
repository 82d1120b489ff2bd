// The numbers that an engine's rules compare, each in one place of one array and there once.

import { assert } from '../../engine/index.js';
import { CANDLE_NUMBERS, NUMBER, SETTINGS, type SettingWord } from './candles.js';

/** Ages that rules may look at: a hikkake confirmed three bars later began six before. */
const AGES_MAX = 7;

/** A summand: what stands in a place, so many times. */
export interface Term {
  readonly place: number;
  readonly times: number;
}

/** `factor` times the mean measure of the `period` candles before the one of an age. */
export interface Yardstick {
  readonly place: number;
  readonly word: SettingWord;
  readonly age: number;
  /** The bar at which TA-Lib first reads it; its additions begin so many bars before. */
  readonly from: number;
}

/** A sum of other numbers, which stand in places before its own. */
interface Sum {
  readonly place: number;
  readonly terms: readonly Term[];
}

/** Gives numbers their places while rules are made, and then the sums among them their values. */
export class Numbers {
  readonly #places = new Map<string, number>();
  readonly #yardsticks: Yardstick[] = [];
  readonly #sums: Sum[] = [];
  #length = AGES_MAX * CANDLE_NUMBERS;
  #ages = 1;

  /** Candles that rules look at, the newest one and those before it. */
  get ages(): number {
    return this.#ages;
  }

  /** Places in all. */
  get length(): number {
    return this.#length;
  }

  /** Every yardstick that is a mean. */
  get yardsticks(): readonly Yardstick[] {
    return this.#yardsticks;
  }

  /** Place of a number of the candle of an age. */
  ofCandle(number: number, age: number): number {
    assert(age < AGES_MAX, 'patterns.ages_are_kept');
    this.#ages = Math.max(this.#ages, age + 1);
    return age * CANDLE_NUMBERS + number;
  }

  /** Place of a setting's yardstick for the candle of an age, first read at the bar `from`. */
  ofYardstick(word: SettingWord, age: number, from: number): number {
    const { measure, period, factor } = SETTINGS[word];
    if (period === 0) {
      return this.ofSum([{ place: this.ofCandle(NUMBER[measure], age), times: factor }]);
    }
    return this.#placeOf(`${word} ${age} ${from}`, (place) => {
      this.#yardsticks.push({ place, word, age, from });
    });
  }

  /** Place of a sum. Terms are added in their order, as TA-Lib does: a tie may hang on it. */
  ofSum(terms: readonly Term[]): number {
    const [first] = terms;
    if (terms.length === 1 && first!.times === 1) return first!.place;
    const name = terms.map(({ place, times }) => `${place}*${times}`).join('+');
    return this.#placeOf(name, (place) => {
      this.#sums.push({ place, terms });
    });
  }

  /** What writes every sum once the candles and yardsticks are there. */
  adder(): (values: Float64Array) => void {
    const sums = this.#sums;
    const ends = Int32Array.from(sums, (_, index) =>
      sums.slice(0, index + 1).reduce((count, { terms }) => count + terms.length, 0),
    );
    const terms = sums.flatMap((sum) => sum.terms);
    const places = Int32Array.from(terms, ({ place }) => place);
    const times = Float64Array.from(terms, (term) => term.times);
    const targets = Int32Array.from(sums, ({ place }) => place);
    // hot
    return (values) => {
      let term = 0;
      for (let index = 0; index < targets.length; index++) {
        let sum = values[places[term]!]! * times[term]!;
        for (term++; term < ends[index]!; term++) sum += values[places[term]!]! * times[term]!;
        values[targets[index]!] = sum;
      }
    };
  }

  #placeOf(name: string, made: (place: number) => void): number {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = this.#length++;
    this.#places.set(name, place);
    made(place);
    return place;
  }
}

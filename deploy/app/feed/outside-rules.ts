// Judges prints from outside by the rules of ticks, before the gate that every print passes.

import {
  bitOf,
  codesOf,
  createTickRules,
  noTick,
  type TickCode,
  type TickRules,
} from '../../../actors/quality/index.js';
import type { Sequencer } from './sequencer.js';

/** Codes that only these rules refuse; all others are the gate's own. */
const REFUSED = bitOf('outside_price_band') | bitOf('bad_print');

/** Codes that are marked. */
const MARKED = bitOf('locked_quote') | bitOf('stale') | bitOf('size_outlier');

/** What was found in a print. */
export interface OutsideVerdict {
  /** Why it is refused; undefined for one that goes on to the gate. */
  readonly refused: TickCode | undefined;
  readonly marks: readonly TickCode[];
}

const SOUND: OutsideVerdict = { refused: undefined, marks: [] };

/**
 * The rules of all sources together: a symbol has one price, whoever tells it. They begin anew with
 * each session, so that a split over night is no bad print, and so that a replay judges alike.
 */
export class OutsideRules {
  readonly #rowCount: number;
  readonly #sequencer: Sequencer;
  readonly #tick = noTick();
  #rules: TickRules;
  #date = -1;

  constructor(rowCount: number, sequencer: Sequencer) {
    this.#rowCount = rowCount;
    this.#sequencer = sequencer;
    this.#rules = createTickRules(0);
  }

  /** Judges one print as it came. */
  check(
    row: number,
    timeUs: number,
    print: {
      readonly price: number;
      readonly size: number;
      readonly bid: number;
      readonly ask: number;
    },
  ): OutsideVerdict {
    this.#follow();
    const tick = this.#tick;
    tick.row = row;
    tick.timeUs = timeUs;
    tick.price = print.price;
    tick.size = print.size;
    tick.bid = print.bid;
    tick.ask = print.ask;
    const verdict = this.#rules.check(tick);
    if ((verdict & (REFUSED | MARKED)) === 0) return SOUND;
    const [refused] = codesOf(verdict & REFUSED);
    return { refused, marks: codesOf(verdict & MARKED) };
  }

  #follow(): void {
    const { date, openUs, closeUs } = this.#sequencer;
    if (date === this.#date) return;
    this.#date = date;
    this.#rules = createTickRules(this.#rowCount);
    this.#rules.open({ firstUs: openUs, lastUs: closeUs, openUs, closeUs });
  }
}

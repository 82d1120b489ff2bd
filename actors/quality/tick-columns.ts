// Many ticks as columns: what a day of them is kept in between reading, planting and judging.

import { noTick, type Tick } from './tick-rules.js';

/** Ticks in the order in which they came. All columns have one entry a tick. */
export interface TickColumns {
  readonly count: number;
  readonly row: Int32Array;
  /** 1 for a quote. */
  readonly isQuote: Uint8Array;
  readonly sequence: Float64Array;
  readonly timeUs: Float64Array;
  /** 0 where nobody knows. */
  readonly arrivalUs: Float64Array;
  readonly price: Float64Array;
  readonly size: Float64Array;
  readonly flags: Uint32Array;
  readonly bid: Float64Array;
  readonly ask: Float64Array;
  /** 1 where the symbol is halted while this tick comes. */
  readonly isHalted: Uint8Array;
}

/** Columns for so many ticks, all zero. */
export function createTickColumns(count: number): TickColumns {
  return {
    count,
    row: new Int32Array(count),
    isQuote: new Uint8Array(count),
    sequence: new Float64Array(count),
    timeUs: new Float64Array(count),
    arrivalUs: new Float64Array(count),
    price: new Float64Array(count),
    size: new Float64Array(count),
    flags: new Uint32Array(count),
    bid: new Float64Array(count),
    ask: new Float64Array(count),
    isHalted: new Uint8Array(count),
  };
}

/** Reads one tick into `tick`, and returns it. */
// hot
export function readTick(columns: TickColumns, index: number, tick: Tick): Tick {
  tick.row = columns.row[index]!;
  tick.isQuote = columns.isQuote[index] === 1;
  tick.sequence = columns.sequence[index]!;
  tick.timeUs = columns.timeUs[index]!;
  tick.arrivalUs = columns.arrivalUs[index]!;
  tick.price = columns.price[index]!;
  tick.size = columns.size[index]!;
  tick.flags = columns.flags[index]!;
  tick.bid = columns.bid[index]!;
  tick.ask = columns.ask[index]!;
  return tick;
}

/** Writes one tick. */
// hot
export function writeTick(columns: TickColumns, index: number, tick: Tick): void {
  columns.row[index] = tick.row;
  columns.isQuote[index] = tick.isQuote ? 1 : 0;
  columns.sequence[index] = tick.sequence;
  columns.timeUs[index] = tick.timeUs;
  columns.arrivalUs[index] = tick.arrivalUs;
  columns.price[index] = tick.price;
  columns.size[index] = tick.size;
  columns.flags[index] = tick.flags;
  columns.bid[index] = tick.bid;
  columns.ask[index] = tick.ask;
}

/** A copy of one tick. */
export function tickAt(columns: TickColumns, index: number): Tick {
  return readTick(columns, index, noTick());
}

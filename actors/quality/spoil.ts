// How faults of a single tick are made out of a sound one.

import type { TickCode } from './codes.js';
import type { TickColumns } from './tick-columns.js';
import type { Tick } from './tick-rules.js';

/** One day of one source. Units: microseconds of event time. */
export interface PlantedDay {
  readonly ticks: TickColumns;
  readonly firstUs: number;
  readonly lastUs: number;
  readonly openUs: number;
  readonly closeUs: number;
  /** Shares of an average day by row. */
  readonly averageVolumes: readonly number[];
}

const SECOND_US = 1_000_000;

/** Chance, in [0, 1). */
export type Random = () => number;

/** What a fault needs around it. */
interface Place {
  readonly day: PlantedDay;
  readonly random: Random;
  /** Event time of the newest tick of the symbol. */
  readonly newestUs: number;
}

/** Makes a sound tick one with a fault. */
type Spoil = (tick: Tick, place: Place) => void;

const sign = (random: Random): number => (random() < 0.5 ? -1 : 1);

/** How faults of a single tick are made; the others are made where ticks are written. */
export const SPOIL: Readonly<Partial<Record<TickCode, Spoil>>> = {
  out_of_order: (tick, { random, newestUs }) => {
    tick.timeUs = newestUs - 1_000 * Math.ceil(random() * 900);
  },
  late: (tick, { random, newestUs }) => {
    tick.timeUs = newestUs - Math.ceil((2 + random() * 58) * SECOND_US);
  },
  crossed_quote: (tick, { random }) => {
    tick.bid = tick.ask + 0.01 * Math.ceil(random() * 20);
  },
  locked_quote: (tick) => {
    tick.bid = tick.ask;
  },
  price_not_positive: (tick, { random }) => {
    tick.price = random() < 0.5 ? 0 : -tick.price;
  },
  not_a_number: (tick, { random }) => {
    if (random() < 0.5) tick.price = Number.NaN;
    else tick.size = Number.POSITIVE_INFINITY;
  },
  size_negative: (tick) => {
    tick.size = -tick.size;
  },
  // A misplaced decimal point, or a price of 12 to 90 % away.
  outside_price_band: (tick, { random }) => {
    const away = random() < 0.3 ? 9 * sign(random) : sign(random) * (0.12 + 0.78 * random());
    tick.price *= away <= -1 ? 0.1 : 1 + away;
  },
  // From 0.6 % to 4 % away: within the band.
  bad_print: (tick, { random }) => {
    tick.price =
      Math.round(tick.price * (1 + sign(random) * (0.006 + 0.034 * random())) * 100) / 100;
  },
  size_outlier: (tick, { random, day }) => {
    tick.size = Math.ceil(day.averageVolumes[tick.row]! * (0.12 + 1.88 * random()));
  },
  outside_session: (tick, { random, day }) => {
    const awayUs = Math.ceil(random() * 3_600 * SECOND_US);
    tick.timeUs = random() < 0.5 ? day.firstUs - awayUs : day.lastUs + awayUs;
  },
  unknown_symbol: (tick) => {
    tick.row = -1;
  },
};

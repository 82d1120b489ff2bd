// Plants faults into clean ticks at known places, and counts which of them the rules find.

import { nextRandom } from '../../engine/index.js';
import { TICK_CODES, type TickCode } from './codes.js';
import { AUCTION_FLAGS, UPDATES, updatesOf } from './sale-conditions.js';
import {
  createTickColumns,
  readTick,
  type TickColumns,
  tickAt,
  writeTick,
} from './tick-columns.js';
import { createTickRules, noTick, type Tick } from './tick-rules.js';

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

/** What became of the faults of one code. */
export interface PlantScore {
  readonly code: TickCode;
  readonly planted: number;
  /** Planted ticks that bear the code. */
  found: number;
  /** Ticks that bear the code though none was planted there. */
  alarms: number;
}

/** Sound ticks around each planted one, so that no fault hides another. */
const SPACING = 8;

/** Ticks of a day before the first fault: rules that compare need something to compare with. */
const LEAD_IN = 2_000;

/** A silence is this long, and lies somewhere in its slot. Units: microseconds. */
const SILENCE_US_MIN = 61_000_000;
const SILENCE_US_MORE = 29_000_000;

const SECOND_US = 1_000_000;

type Random = () => number;

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

/** How each fault is made, in faults of a single tick; the others are made by `emit`. */
const SPOIL: Readonly<Partial<Record<TickCode, Spoil>>> = {
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

/** A day with faults, and what was planted where. */
export interface Planted {
  readonly ticks: TickColumns;
  /** Index into `TICK_CODES` of the fault planted in each tick; -1 for a sound one. */
  readonly planted: Int8Array;
}

/**
 * What to plant: silences take a minute and more of all ticks away each, so they are planted in a
 * day of their own, and the other faults in a whole one.
 */
export type PlantKind = 'silences' | 'others';

/** Plants so many faults of each code; equal seeds plant alike. */
export function plantFaults(
  day: PlantedDay,
  kind: PlantKind,
  { each, seed }: { readonly each: number; readonly seed: number },
): Planted {
  const state = Uint32Array.of(seed >>> 0);
  const random = (): number => nextRandom(state);
  const { isSilenced, endsSilence } = silences(day, kind === 'silences' ? each : 0, random);
  const kept = indicesOf(day.ticks.count, (index) => isSilenced[index] === 0);
  const faults =
    kind === 'others' ? choosePlaces(day, kept, each, random) : new Map<number, TickCode>();
  const planter = new Planter(day, kept.length + each, random);
  for (const index of kept) planter.emit(index, faults.get(index), endsSilence[index] === 1);
  return planter.done();
}

/** Writes ticks one after the other, with the source's numbers. */
class Planter {
  readonly #day: PlantedDay;
  readonly #random: Random;
  readonly #ticks: TickColumns;
  readonly #planted: Int8Array;
  readonly #newestUs: Float64Array;
  readonly #tick = noTick();
  #count = 0;
  #sequence = 0;
  #isAfterGap = false;

  constructor(day: PlantedDay, room: number, random: Random) {
    this.#day = day;
    this.#random = random;
    this.#ticks = createTickColumns(room);
    this.#planted = new Int8Array(room).fill(-1);
    this.#newestUs = new Float64Array(day.averageVolumes.length);
  }

  emit(index: number, fault: TickCode | undefined, isAfterSilence: boolean): void {
    const tick = readTick(this.#day.ticks, index, this.#tick);
    tick.sequence = ++this.#sequence;
    if (fault === 'gap') {
      this.#isAfterGap = true;
      return;
    }
    const { row } = tick;
    const newestUs = this.#newestUs[row]!;
    this.#newestUs[row] = Math.max(newestUs, tick.timeUs);
    if (fault !== undefined) {
      SPOIL[fault]?.(tick, { day: this.#day, random: this.#random, newestUs });
    }
    const label = isAfterSilence ? 'stale' : this.#isAfterGap ? 'gap' : fault;
    this.#isAfterGap = false;
    this.#write(tick, label === 'duplicate' ? undefined : label);
    if (fault === 'duplicate') this.#write(tick, fault);
  }

  done(): Planted {
    const ticks = { ...this.#ticks, count: this.#count };
    return { ticks, planted: this.#planted.subarray(0, this.#count) };
  }

  #write(tick: Tick, code: TickCode | undefined): void {
    writeTick(this.#ticks, this.#count, tick);
    this.#ticks.isHalted[this.#count] = code === 'halted' ? 1 : 0;
    this.#planted[this.#count] = TICK_CODES.findIndex((known) => known.code === code);
    this.#count++;
  }
}

function indicesOf(count: number, isWanted: (index: number) => boolean): number[] {
  const indices: number[] = [];
  for (let index = 0; index < count; index++) if (isWanted(index)) indices.push(index);
  return indices;
}

/** Takes the ticks of symbols away for a minute and more, each time in a slot of its own. */
function silences(
  { ticks, openUs, closeUs, averageVolumes }: PlantedDay,
  each: number,
  random: Random,
) {
  const isSilenced = new Uint8Array(ticks.count);
  const endsSilence = new Uint8Array(ticks.count);
  const symbols = averageVolumes.length;
  for (let row = 0; row < symbols; row++) {
    const count = Math.floor((each * (row + 1)) / symbols) - Math.floor((each * row) / symbols);
    const slotUs = (closeUs - openUs) / Math.max(1, count);
    const windows = Array.from({ length: count }, (_, slot) => {
      const lengthUs = SILENCE_US_MIN + random() * SILENCE_US_MORE;
      // The end of a slot stays free: the first tick after a silence must lie in it.
      const room = slotUs - lengthUs - SILENCE_US_MORE;
      const fromUs = openUs + slot * slotUs + random() * Math.max(0, room);
      return { fromUs, toUs: fromUs + lengthUs };
    });
    silence(ticks, row, windows, { isSilenced, endsSilence });
  }
  return { isSilenced, endsSilence };
}

function silence(
  ticks: TickColumns,
  row: number,
  windows: readonly { readonly fromUs: number; readonly toUs: number }[],
  marks: { readonly isSilenced: Uint8Array; readonly endsSilence: Uint8Array },
): void {
  let at = 0;
  let isSilent = false;
  for (let index = 0; index < ticks.count; index++) {
    if (ticks.row[index] !== row) continue;
    const timeUs = ticks.timeUs[index]!;
    while (at < windows.length && timeUs >= windows[at]!.toUs) at++;
    const window = windows[at];
    if (window !== undefined && timeUs >= window.fromUs) {
      marks.isSilenced[index] = 1;
      isSilent = true;
    } else if (isSilent) {
      marks.endsSilence[index] = 1;
      isSilent = false;
    }
  }
}

/** Chooses a place for every fault: in the session, of a fitting kind, apart from each other. */
function choosePlaces(
  day: PlantedDay,
  kept: readonly number[],
  each: number,
  random: Random,
): Map<number, TickCode> {
  const isFit = (index: number): boolean => {
    const timeUs = day.ticks.timeUs[index]!;
    return timeUs > day.openUs + 60 * SECOND_US && timeUs < day.closeUs;
  };
  const places: number[] = [];
  for (let at = LEAD_IN; at < kept.length - SPACING; at += SPACING) {
    const index = kept[at]!;
    if (isFit(index)) places.push(index);
  }
  shuffle(places, random);
  const quotes = places.filter((index) => day.ticks.isQuote[index] === 1);
  const trades = places.filter((index) => isPlainTrade(day, index));
  const faults = new Map<number, TickCode>();
  for (const { code } of TICK_CODES) {
    if (code === 'stale') continue;
    const from = code === 'crossed_quote' || code === 'locked_quote' ? quotes : trades;
    for (const index of from.splice(0, each)) faults.set(index, code);
  }
  return faults;
}

function isPlainTrade({ ticks }: PlantedDay, index: number): boolean {
  const { isQuote, flags } = tickAt(ticks, index);
  return !isQuote && (flags & AUCTION_FLAGS) === 0 && (updatesOf(flags) & UPDATES.last) !== 0;
}

function shuffle(list: number[], random: Random): void {
  for (let index = list.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [list[index], list[other]] = [list[other]!, list[index]!];
  }
}

/** Runs the rules over a planted day and adds what they found to the scores. */
export function scoreFaults(
  day: PlantedDay,
  { ticks, planted }: Planted,
  scores: Map<TickCode, PlantScore>,
): void {
  const rules = createTickRules(day.averageVolumes.length);
  rules.open(day);
  for (const [row, shares] of day.averageVolumes.entries()) rules.setAverageVolume(row, shares);
  const tick = noTick();
  const counts = TICK_CODES.map(() => ({ planted: 0, found: 0, alarms: 0 }));
  for (let index = 0; index < ticks.count; index++) {
    const isHalted = ticks.isHalted[index] === 1;
    readTick(ticks, index, tick);
    if (isHalted) rules.setHalted(tick.row, true);
    const verdict = rules.check(tick);
    if (isHalted) rules.setHalted(tick.row, false);
    const label = planted[index]!;
    if (label >= 0) counts[label]!.planted++;
    if (verdict === 0) continue;
    for (let code = 0; code < counts.length; code++) {
      if ((verdict & (1 << code)) === 0) continue;
      if (label === code) counts[code]!.found++;
      else counts[code]!.alarms++;
    }
  }
  for (const [index, { code }] of TICK_CODES.entries()) {
    const before = scores.get(code) ?? { planted: 0, found: 0, alarms: 0 };
    const { planted: count, found, alarms } = counts[index]!;
    scores.set(code, {
      code,
      planted: before.planted + count,
      found: before.found + found,
      alarms: before.alarms + alarms,
    });
  }
}

// Chooses where in a day faults are planted, apart from each other.

import { TICK_CODES, type TickCode } from './codes.js';
import { AUCTION_FLAGS, UPDATES, updatesOf } from './sale-conditions.js';
import type { PlantedDay, Random } from './spoil.js';
import { type TickColumns, tickAt } from './tick-columns.js';

/** Sound ticks around each planted one, so that no fault hides another. */
const SPACING = 8;

/** Ticks of a day before the first fault: rules that compare need something to compare with. */
const LEAD_IN = 2_000;

/** A silence is this long, and lies somewhere in its slot. Units: microseconds. */
const SILENCE_US_MIN = 61_000_000;
const SILENCE_US_MORE = 29_000_000;

const SECOND_US = 1_000_000;

/** Takes the ticks of symbols away for a minute and more, each time in a slot of its own. */
export function silences(
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
export function choosePlaces(
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

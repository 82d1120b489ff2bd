// Plants faults into clean ticks at known places.

import { nextRandom } from '../../engine/index.js';
import { TICK_CODES, type TickCode } from './codes.js';
import { choosePlaces, silences } from './fault-places.js';
import { type PlantedDay, type Random, SPOIL } from './spoil.js';
import { createTickColumns, readTick, type TickColumns, writeTick } from './tick-columns.js';
import { noTick, type Tick } from './tick-rules.js';

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

// Splits an order over time: equal slices, or slices in proportion to expected volume.

import { type Refusal, refusal } from '../../engine/index.js';
import { parseUnits } from '../lots/index.js';
import { quotient } from './quotient.js';

const SLICES_MAX = 1_000_000;
/** Decimals of a volume profile that count; a float has at most 17 digits. */
const PROFILE_SCALE = 40;

/** Equal slices of an order. Units: shares. */
export interface TwapSchedule {
  readonly idealPerSlice: number;
  /** Whole lots but for what the last slice takes; sums to the order. */
  readonly slices: readonly number[];
  /** Largest distance between what is done and what should be, over all ends of slices. */
  readonly cumulativeDeviationMax: number;
}

function checkOrder(quantity: number, slices: number): Refusal | undefined {
  if (!(Number.isSafeInteger(quantity) && quantity >= 0)) {
    return refusal('execution.quantity', `expected a whole number of shares, was ${quantity}`);
  }
  if (!(Number.isInteger(slices) && slices >= 1 && slices <= SLICES_MAX)) {
    return refusal('execution.slices', `expected 1 to ${SLICES_MAX} slices, was ${slices}`);
  }
  return undefined;
}

/**
 * Equal slices in whole lots: what is done by the end of each is the ideal rounded down, and the
 * last slice completes the order. With lots of one every slice is the ideal rounded down or up.
 * Errors: `execution.quantity`, `execution.slices`, `execution.lot`.
 */
export function twapSchedule(
  quantity: number,
  sliceCount: number,
  lot = 1,
): TwapSchedule | Refusal {
  const refused = checkOrder(quantity, sliceCount);
  if (refused !== undefined) return refused;
  if (!(Number.isSafeInteger(lot) && lot >= 1)) {
    return refusal('execution.lot', `expected a lot of 1 share or more, was ${lot}`);
  }
  const slices: number[] = [];
  let done = 0;
  let cumulativeDeviationMax = 0;
  for (let index = 1; index <= sliceCount; index++) {
    const due = index === sliceCount ? quantity : wholeLots(quantity, index, sliceCount, lot);
    slices.push(due - done);
    done = due;
    const deviation = Math.abs(done - (quantity * index) / sliceCount);
    cumulativeDeviationMax = Math.max(cumulativeDeviationMax, deviation);
  }
  return { idealPerSlice: quantity / sliceCount, slices, cumulativeDeviationMax };
}

/** The ideal after `index` of `count` slices, rounded down to whole lots, without float error. */
function wholeLots(quantity: number, index: number, count: number, lot: number): number {
  const lots = (BigInt(quantity) * BigInt(index)) / (BigInt(count) * BigInt(lot));
  return Number(lots) * lot;
}

/** Slices in proportion to volume, under the two usual ways of rounding. Units: shares. */
export interface VwapSchedule {
  readonly ideal: readonly number[];
  /** Each slice rounded down; the shares left over go to the largest remainders. */
  readonly largestRemainder: readonly number[];
  /** What is done by the end of each slice is the ideal rounded down. */
  readonly cumulativeFloor: readonly number[];
}

/**
 * Slices in proportion to a volume profile of any unit. The profile's decimals are taken exactly,
 * so no share moves because of a float; equal remainders are served in order of time.
 * Errors: `execution.quantity`, `execution.slices`, `execution.profile`.
 */
export function vwapSchedule(
  quantity: number,
  volumeProfile: readonly number[],
): VwapSchedule | Refusal {
  const refused = checkOrder(quantity, volumeProfile.length);
  if (refused !== undefined) return refused;
  const volumes: bigint[] = [];
  for (const volume of volumeProfile) {
    const units = exactUnits(volume);
    if (units === undefined || units < 0n) {
      return refusal('execution.profile', `expected volumes of 0 or more, was ${volume}`);
    }
    volumes.push(units);
  }
  const total = volumes.reduce((sum, volume) => sum + volume, 0n);
  if (total === 0n) return refusal('execution.profile', 'expected some volume, was 0');
  const order = BigInt(quantity);
  return {
    ideal: volumes.map((volume) => quotient(order * volume, total)),
    largestRemainder: byLargestRemainder(order, volumes, total),
    cumulativeFloor: byCumulativeFloor(order, volumes, total),
  };
}

/** The decimal a float is written as, in units of 10^-40; undefined for one too small or large. */
function exactUnits(value: number): bigint | undefined {
  if (!Number.isFinite(value)) return undefined;
  const [digits = '', exponent = '0'] = String(value).split('e');
  const shift = PROFILE_SCALE + Number(exponent);
  return shift < 0 || shift > 300 ? undefined : parseUnits(digits, shift);
}

function byLargestRemainder(order: bigint, volumes: readonly bigint[], total: bigint): number[] {
  const slices = volumes.map((volume) => Number((order * volume) / total));
  let left = Number(order) - slices.reduce((sum, slice) => sum + slice, 0);
  const byRemainder = volumes
    .map((volume, index) => ({ index, remainder: (order * volume) % total }))
    .sort((one, other) => {
      if (one.remainder === other.remainder) return one.index - other.index;
      return one.remainder > other.remainder ? -1 : 1;
    });
  for (const { index } of byRemainder) {
    if (left === 0) break;
    slices[index]! += 1;
    left--;
  }
  return slices;
}

function byCumulativeFloor(order: bigint, volumes: readonly bigint[], total: bigint): number[] {
  let volumeDone = 0n;
  let done = 0n;
  return volumes.map((volume) => {
    volumeDone += volume;
    const due = (order * volumeDone) / total;
    const slice = due - done;
    done = due;
    return Number(slice);
  });
}

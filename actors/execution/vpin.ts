// How one-sided the flow of trades is, in buckets of equal volume.

import { type Refusal, refusal } from '../../engine/index.js';

/** A trade whose initiator is known: its size, and B for bought or S for sold. */
export type SidedTrade = readonly [size: number, side: 'B' | 'S'];

/** Volume of one bucket by side. */
export type Bucket = readonly [bought: number, sold: number];

/** Buckets filled in order, and what is left over. */
export interface VolumeBuckets {
  readonly complete: readonly Bucket[];
  readonly incomplete: Bucket;
}

const BUCKETS_MAX = 1_000_000;

/**
 * Fills buckets of equal volume in order; a trade over a border is split.
 * Errors: `execution.bucket` (volume not positive, or too many buckets), `execution.quantity`.
 */
export function volumeBuckets(
  trades: readonly SidedTrade[],
  bucketVolume: number,
): VolumeBuckets | Refusal {
  let volume = 0;
  for (const [size] of trades) {
    if (!(size >= 0 && Number.isFinite(size))) {
      return refusal('execution.quantity', `expected sizes of 0 or more, was ${size}`);
    }
    volume += size;
  }
  if (!(bucketVolume > 0 && volume / bucketVolume <= BUCKETS_MAX)) {
    const text = `expected a bucket that ${volume} fills at most ${BUCKETS_MAX} times`;
    return refusal('execution.bucket', `${text}, was ${bucketVolume}`);
  }
  const complete: Bucket[] = [];
  let bought = 0;
  let sold = 0;
  for (const [size, side] of trades) {
    let left = size;
    while (left > 0) {
      const room = bucketVolume - bought - sold;
      const taken = Math.min(left, room);
      if (side === 'B') bought += taken;
      else sold += taken;
      left -= taken;
      if (taken < room) break;
      complete.push([bought, sold]);
      bought = 0;
      sold = 0;
    }
  }
  return { complete, incomplete: [bought, sold] };
}

/**
 * Volume-synchronised probability of informed trading over the last `count` complete buckets:
 * the sum of |bought - sold| over their volume. NaN where there are fewer.
 * Source: Easley, Lopez de Prado and O'Hara, Rev. Financial Studies 25 (2012).
 */
export function vpin(
  complete: readonly Bucket[],
  bucketVolume: number,
  count = complete.length,
): number {
  if (count < 1 || count > complete.length) return Number.NaN;
  const last = complete.slice(complete.length - count);
  const oneSided = last.reduce((sum, [bought, sold]) => sum + Math.abs(bought - sold), 0);
  return oneSided / (count * bucketVolume);
}

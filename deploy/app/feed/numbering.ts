// Sources number their batches: how many went missing before one, and when a number is broken.

/** Numbers that a source may skip at once; a greater jump is no loss but a broken number. */
export const SKIPPED_MAX = 1_000_000_000n;

/** Numbers skipped before `sequence`, none before a source's first; negative for a repeated one. */
export function skippedBefore(last: bigint | undefined, sequence: bigint): bigint {
  return last === undefined ? 0n : sequence - last - 1n;
}

/** A sum of skipped numbers that stays one which every reader can take. */
export function addSkipped(sum: number, skipped: bigint): number {
  const most = skipped > SKIPPED_MAX ? SKIPPED_MAX : skipped;
  return Math.min(Number.MAX_SAFE_INTEGER, sum + Number(most));
}

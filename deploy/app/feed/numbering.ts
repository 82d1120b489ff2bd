// Sources number their batches: how many went missing before one, and when a number is broken.

/** Numbers that a source may skip at once; a greater jump is no loss but a broken number. */
export const SKIPPED_MAX = 1_000_000_000n;

/** Numbers skipped before `sequence`, none before a source's first; negative for a repeated one. */
export function skippedBefore(last: bigint | undefined, sequence: bigint): bigint {
  return last === undefined ? 0n : sequence - last - 1n;
}

/** Numbers of sources that never came. */
export class MissingNumbers {
  /** Over all sources. */
  total = 0;
  readonly #bySource: Map<string, number>;

  /** Goes on behind what is known from before. */
  constructor(before?: MissingNumbers) {
    this.total = before?.total ?? 0;
    this.#bySource = new Map(before?.bySource());
  }

  /** Adds what a source skipped. */
  add(source: string, skipped: bigint): void {
    if (skipped <= 0n) return;
    this.total = addSkipped(this.total, skipped);
    this.#bySource.set(source, addSkipped(this.#bySource.get(source) ?? 0, skipped));
  }

  /** Takes back what was added for a batch that is sent again. */
  takeBack(source: string, skipped: number): void {
    if (skipped === 0) return;
    this.total -= skipped;
    this.#bySource.set(source, (this.#bySource.get(source) ?? 0) - skipped);
  }

  /** Of each source that ever skipped one. */
  bySource(): ReadonlyMap<string, number> {
    return this.#bySource;
  }
}

/** A sum of skipped numbers that stays one which every reader can take. */
export function addSkipped(sum: number, skipped: bigint): number {
  const most = skipped > SKIPPED_MAX ? SKIPPED_MAX : skipped;
  return Math.min(Number.MAX_SAFE_INTEGER, sum + Number(most));
}

// What checking one file of an exchange's book messages found.

/** Figures of one file. */
export interface BookCheck {
  readonly file: string;
  readonly format: 'binance' | 'lobster' | 'cme';
  /** Changes of levels or orders applied. */
  readonly updates: number;
  /** Times the book was held against the exchange's own word. */
  readonly comparisons: number;
  readonly mismatches: number;
  /** Times a snapshot brought the book back into sync after a gap. */
  readonly resyncs: number;
  /** More figures, by name, that only this format has. */
  readonly details: Readonly<Record<string, number>>;
  /** Lines that were of no use, by reason. */
  readonly rejectedByReason: Readonly<Record<string, number>>;
  /** The first differences, in words. */
  readonly samples: readonly string[];
}

/** Differences told in words. */
export const SAMPLES_MAX = 5;

/** Counts by reason. Bound: reasons are codes in our source, so they are few. */
export class Reasons {
  readonly counts: Record<string, number> = {};
  total = 0;

  count(reason: string): void {
    this.counts[reason] = (this.counts[reason] ?? 0) + 1;
    this.total++;
  }
}

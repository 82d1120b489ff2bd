// Differences between bars of ours and a vendor's, and how many have which cause.

/** Fields of a bar that are compared. */
export const COMPARED_FIELDS = ['volume', 'high', 'low', 'open', 'close'] as const;

/** One of them. */
export type ComparedField = (typeof COMPARED_FIELDS)[number];

/** One difference between a bar of ours and the vendor's. */
export interface BarDifference {
  readonly symbol: string;
  /** Start of the minute. Units: microseconds since 1970 UTC. */
  readonly startUs: number;
  readonly field: ComparedField;
  readonly ours: number;
  readonly theirs: number;
  /** What explains it; `unexplained` where nothing does. */
  readonly cause: string;
}

/** Prices nearer to each other than this are one: those of the files have four decimals. */
export const SAME = 1e-6;

/** Differences by field and cause, the most frequent first. */
export function countCauses(
  differences: readonly BarDifference[],
): readonly { readonly field: ComparedField; readonly cause: string; readonly minutes: number }[] {
  const counts = new Map<string, { field: ComparedField; cause: string; minutes: number }>();
  for (const { field, cause } of differences) {
    const key = `${field} ${cause}`;
    const entry = counts.get(key) ?? { field, cause, minutes: 0 };
    entry.minutes++;
    counts.set(key, entry);
  }
  return [...counts.values()].sort(
    (a, b) => b.minutes - a.minutes || a.field.localeCompare(b.field),
  );
}

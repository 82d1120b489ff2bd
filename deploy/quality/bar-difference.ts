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

/** How many differences of a field have a cause, and how large they are. */
export interface CauseCount {
  readonly field: ComparedField;
  readonly cause: string;
  minutes: number;
  /** Largest difference. Units: shares of volumes, dollars of prices. */
  largest: number;
  readonly meaning: string;
}

/** What a cause is, beside the sale conditions, which are told as such. */
const MEANINGS: Readonly<Record<string, string>> = {
  closing_auction:
    "the closing auction's print comes after the bell; the vendor has it in the last minute",
  opening_auction:
    "the vendor leaves the opening auction's print out of the minute, or of its open",
  unexplained: 'no trade of the minute explains it',
};

/** Differences by field and cause, the most frequent first. */
export function countCauses(differences: readonly BarDifference[]): readonly CauseCount[] {
  const counts = new Map<string, CauseCount>();
  for (const { field, cause, ours, theirs } of differences) {
    const key = `${field} ${cause}`;
    const condition = `a trade under the sale condition ${cause}, which the vendor reads otherwise`;
    const meaning = MEANINGS[cause] ?? condition;
    const entry = counts.get(key) ?? { field, cause, minutes: 0, largest: 0, meaning };
    entry.minutes++;
    // A minute that we have no bar of differs by all that theirs has.
    entry.largest = Math.max(entry.largest, Math.abs((ours || 0) - theirs));
    counts.set(key, entry);
  }
  return [...counts.values()].sort(
    (a, b) => b.minutes - a.minutes || a.field.localeCompare(b.field),
  );
}

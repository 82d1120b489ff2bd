// Joins features to moments as they were known then: nothing of later, neither event nor knowledge.

/** Rows of a feature set. Units: microseconds UTC. */
export interface FeatureRows {
  readonly symbols: readonly string[];
  /** What each row is about. */
  readonly timeUs: Float64Array;
  /** When it could be known; a revision has the time of what it revises and is known later. */
  readonly knownUs: Float64Array;
  readonly values: Readonly<Record<string, Float64Array>>;
}

/** Moments to join to. */
export interface Moments {
  readonly symbols: readonly string[];
  readonly timeUs: Float64Array;
}

/**
 * For each moment the row of features that was valid and known then: of those whose time and whose
 * knowledge are not after it, the latest in time, and of its revisions the last.
 * Shape: an index into the rows for each moment, -1 where nothing was known.
 */
export function joinAsOf(rows: FeatureRows, moments: Moments): Int32Array {
  const result = new Int32Array(moments.symbols.length).fill(-1);
  // From when on a row may be seen; on a tie in the order of its own.
  const usable = (row: number): number => Math.max(rows.timeUs[row]!, rows.knownUs[row]!);
  const groups = grouped(rows.symbols);
  for (const [symbol, wanted] of grouped(moments.symbols)) {
    const known = [...(groups.get(symbol) ?? [])].sort((a, b) => usable(a) - usable(b) || a - b);
    wanted.sort((a, b) => moments.timeUs[a]! - moments.timeUs[b]!);
    let next = 0;
    let best = -1;
    for (const moment of wanted) {
      const nowUs = moments.timeUs[moment]!;
      for (; next < known.length && usable(known[next]!) <= nowUs; next++) {
        if (best < 0 || isNewer(rows, known[next]!, best)) best = known[next]!;
      }
      result[moment] = best;
    }
  }
  return result;
}

function isNewer(rows: FeatureRows, row: number, than: number): boolean {
  const [a, b] = [rows.timeUs[row]!, rows.timeUs[than]!];
  return a > b || (a === b && rows.knownUs[row]! >= rows.knownUs[than]!);
}

function grouped(symbols: readonly string[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  symbols.forEach((symbol, row) => {
    const group = groups.get(symbol);
    if (group === undefined) groups.set(symbol, [row]);
    else group.push(row);
  });
  return groups;
}

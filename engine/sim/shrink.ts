// Makes a failing plan small: what can go while the failure stays, goes.

/** Runs that one shrinking may take: each is a whole simulation. */
const RUNS_MAX = 400;

/**
 * A small part of `items` for which `fails` still holds, in their order. `fails` holds for all.
 * Source: A. Zeller, R. Hildebrandt, Simplifying and isolating failure-inducing input (ddmin).
 */
export async function shrink<T>(
  items: readonly T[],
  fails: (kept: readonly T[]) => Promise<boolean>,
  runsMax = RUNS_MAX,
): Promise<readonly T[]> {
  let kept = items;
  let runs = 0;
  for (let parts = 1; kept.length > 0 && runs < runsMax; ) {
    const size = Math.ceil(kept.length / parts);
    let hasShrunk = false;
    for (let from = 0; from < kept.length && runs < runsMax; ) {
      const without = [...kept.slice(0, from), ...kept.slice(from + size)];
      runs++;
      if (await fails(without)) {
        kept = without;
        hasShrunk = true;
      } else from += size;
    }
    if (size === 1 && !hasShrunk) break;
    parts = size === 1 ? kept.length : Math.min(kept.length, parts * 2);
  }
  return kept;
}

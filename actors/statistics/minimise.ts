// The lowest point of a smooth function of a few variables, without its slopes.

/** Where a search ended. */
export interface Minimum {
  readonly point: Float64Array;
  readonly value: number;
  readonly evaluations: number;
  /** Whether the corners came together before the evaluations ran out. */
  readonly converged: boolean;
}

interface Corner {
  readonly point: Float64Array;
  readonly value: number;
}

/** Bounds of a search. */
export interface SearchLimits {
  readonly evaluationsMax: number;
  /** The corners' values may differ by no more than this in the end. */
  readonly spreadMax: number;
}

/**
 * Walks a simplex downhill from `start`, its first edges `step` long; a value of NaN counts as
 * infinitely high. Source: Nelder and Mead 1965; coefficients of Lagarias et al. 1998.
 */
export function minimise(
  f: (point: Float64Array) => number,
  start: ArrayLike<number>,
  step: number,
  limits: SearchLimits = { evaluationsMax: 4000, spreadMax: 1e-11 },
): Minimum {
  const size = start.length;
  let evaluations = 0;
  const corner = (point: Float64Array): Corner => {
    evaluations++;
    const value = f(point);
    return { point, value: Number.isNaN(value) ? Infinity : value };
  };
  const origin = Float64Array.from(start);
  let corners: Corner[] = [corner(origin)];
  for (let axis = 0; axis < size; axis++) {
    corners.push(corner(origin.map((x, index) => (index === axis ? x + step : x))));
  }
  const inOrder = (): void => {
    corners.sort((a, b) => a.value - b.value);
  };
  inOrder();
  while (evaluations < limits.evaluationsMax && !isSmall(corners, limits.spreadMax)) {
    const best = corners[0]!;
    const worst = corners[size]!;
    const centre = origin.map((_, index) =>
      corners.slice(0, size).reduce((sum, { point }) => sum + point[index]! / size, 0),
    );
    const along = (reach: number): Corner =>
      corner(centre.map((x, index) => x + reach * (worst.point[index]! - x)));
    const reflected = along(-1);
    let replacement: Corner | undefined;
    if (reflected.value < best.value) {
      const expanded = along(-2);
      replacement = expanded.value < reflected.value ? expanded : reflected;
    } else if (reflected.value < corners[size - 1]!.value) {
      replacement = reflected;
    } else {
      const inside = along(reflected.value < worst.value ? -0.5 : 0.5);
      if (inside.value < Math.min(reflected.value, worst.value)) replacement = inside;
    }
    if (replacement === undefined) {
      corners = corners.map((each, index) =>
        index === 0 ? each : corner(each.point.map((x, at) => (x + best.point[at]!) / 2)),
      );
    } else {
      corners[size] = replacement;
    }
    inOrder();
  }
  const { point, value } = corners[0]!;
  return { point, value, evaluations, converged: isSmall(corners, limits.spreadMax) };
}

/** Corners are near when both their values and their places are. */
function isSmall(corners: readonly Corner[], spreadMax: number): boolean {
  const best = corners[0]!;
  const worst = corners[corners.length - 1]!;
  if (!(worst.value - best.value <= spreadMax * (1 + Math.abs(best.value)))) return false;
  return corners.every(({ point }) =>
    point.every((x, index) => Math.abs(x - best.point[index]!) <= 1e-6 * (1 + Math.abs(x))),
  );
}

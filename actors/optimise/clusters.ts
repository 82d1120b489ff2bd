// Agglomerative clustering of a distance matrix, with merges and leaves in scipy's order.

import { assert } from '../../engine/index.js';
import { type Matrix, zeros } from '../linear/index.js';

/** How the distance of a merged cluster to another follows from those of its parts. */
export const LINKAGES = [
  'single',
  'complete',
  'average',
  'weighted',
  'centroid',
  'median',
  'ward',
] as const;

/** One of them. */
export type Linkage = (typeof LINKAGES)[number];

/** One merge. Leaves are 0 to n - 1; the cluster of merge `k` is n + k. `left` is below `right`. */
export interface Merge {
  readonly left: number;
  readonly right: number;
  readonly distance: number;
  readonly size: number;
}

interface Live {
  readonly id: number;
  readonly size: number;
}

/**
 * Merges the two nearest clusters until one is left; of equal distances the lowest ids.
 * Source: Lance and Williams 1967; scipy.cluster.hierarchy.linkage.
 */
export function cluster(distances: Matrix, linkage: Linkage): Merge[] {
  const count = distances.rows;
  assert(count === distances.columns, 'optimise.distances_are_square');
  const apart = Float64Array.from(distances.values);
  // The cluster that stands in each row of `apart`; undefined once it was merged away.
  const live: (Live | undefined)[] = Array.from({ length: count }, (_, id) => ({ id, size: 1 }));
  const merges: Merge[] = [];
  while (merges.length < count - 1) {
    const { row, column, distance } = nearest(apart, live);
    // Both rows were found live.
    const a = live[row] as Live;
    const b = live[column] as Live;
    for (let other = 0; other < count; other++) {
      const third = live[other];
      if (third === undefined || other === row || other === column) continue;
      const merged = combined(linkage, {
        left: apart[row * count + other]!,
        right: apart[column * count + other]!,
        between: distance,
        sizes: [a.size, b.size, third.size],
      });
      apart[row * count + other] = merged;
      apart[other * count + row] = merged;
    }
    const size = a.size + b.size;
    merges.push({ left: Math.min(a.id, b.id), right: Math.max(a.id, b.id), distance, size });
    live[row] = { id: count + merges.length - 1, size };
    live[column] = undefined;
  }
  return merges;
}

function nearest(
  apart: Float64Array,
  live: readonly (Live | undefined)[],
): { row: number; column: number; distance: number } {
  const count = live.length;
  let best = { row: 0, column: 0, distance: Infinity };
  for (let row = 0; row < count; row++) {
    if (live[row] === undefined) continue;
    for (let column = row + 1; column < count; column++) {
      if (live[column] === undefined) continue;
      const distance = apart[row * count + column]!;
      if (distance < best.distance) best = { row, column, distance };
    }
  }
  assert(best.column > best.row, 'optimise.distances_are_numbers');
  return best;
}

interface Parts {
  readonly left: number;
  readonly right: number;
  readonly between: number;
  readonly sizes: readonly [number, number, number];
}

function combined(linkage: Linkage, parts: Parts): number {
  const { left, right, between, sizes } = parts;
  const [a, b, c] = sizes;
  switch (linkage) {
    case 'single':
      return Math.min(left, right);
    case 'complete':
      return Math.max(left, right);
    case 'average':
      return (a * left + b * right) / (a + b);
    case 'weighted':
      return (left + right) / 2;
    case 'centroid':
      return rootOf(
        (a * left ** 2 + b * right ** 2) / (a + b) - (a * b * between ** 2) / (a + b) ** 2,
      );
    case 'median':
      return rootOf(left ** 2 / 2 + right ** 2 / 2 - between ** 2 / 4);
    case 'ward':
      return Math.sqrt(
        ((a + c) * left ** 2 + (b + c) * right ** 2 - c * between ** 2) / (a + b + c),
      );
  }
}

/** Root of a square distance; of assets that repeat each other it rounds to less than nothing. */
function rootOf(square: number): number {
  return Math.sqrt(Math.max(0, square));
}

/** Leaves from left to right, so that what was merged stands together. */
export function leafOrder(merges: readonly Merge[]): number[] {
  const count = merges.length + 1;
  const order: number[] = [];
  const waiting = [2 * count - 2];
  while (waiting.length > 0) {
    const id = waiting.pop()!;
    const merge = merges[id - count];
    if (merge === undefined) order.push(id);
    else waiting.push(merge.right, merge.left);
  }
  return order;
}

/** Distances `sqrt((1 - correlation) / 2)`, in [0, 1]. Source: Lopez de Prado 2016. */
export function correlationDistance(correlation: Matrix): Matrix {
  return {
    ...correlation,
    values: correlation.values.map((value) => Math.sqrt(Math.min(1, Math.max(0, (1 - value) / 2)))),
  };
}

/** Euclidean distances between the columns of a square matrix. */
export function columnDistance(matrix: Matrix): Matrix {
  const count = matrix.rows;
  const made = zeros(count, count);
  for (let left = 0; left < count; left++) {
    for (let right = 0; right < left; right++) {
      let square = 0;
      for (let row = 0; row < count; row++) {
        square += (matrix.values[row * count + left]! - matrix.values[row * count + right]!) ** 2;
      }
      made.values[left * count + right] = Math.sqrt(square);
      made.values[right * count + left] = Math.sqrt(square);
    }
  }
  return made;
}

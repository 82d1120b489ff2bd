// Hierarchical risk parity: risk split down a tree of assets that move together.

import { type Matrix, quadraticForm, submatrix } from '../linear/index.js';
import { correlationFrom } from '../statistics/index.js';
import {
  cluster,
  columnDistance,
  correlationDistance,
  type Linkage,
  leafOrder,
} from './clusters.js';
import { inverseVariance } from './risk-budget.js';

/** What is clustered: correlation distances, or the distances between their columns. */
export type HierarchyDistance = 'correlation' | 'distance_of_distances';

/** Weights, and the order of the assets in the tree. */
export interface HierarchicalAllocation {
  readonly kind: 'allocation';
  readonly weights: Float64Array;
  /** Indices of assets, neighbours being alike. */
  readonly order: readonly number[];
}

/** The order that puts assets that move together side by side. */
export function hierarchyOrder(
  correlation: Matrix,
  linkage: Linkage = 'single',
  distance: HierarchyDistance = 'correlation',
): number[] {
  const near = correlationDistance(correlation);
  const used = distance === 'correlation' ? near : columnDistance(near);
  return leafOrder(cluster(used, linkage));
}

/**
 * Weights by recursive bisection of the clustered order, halves weighted against the variance of
 * their inverse-variance portfolios; the first half of an odd number is the shorter.
 * Source: Lopez de Prado 2016 (`distance_of_distances`); PyPortfolioOpt (`correlation`).
 */
export function hierarchicalRiskParity(
  covariance: Matrix,
  linkage: Linkage = 'single',
  distance: HierarchyDistance = 'correlation',
): HierarchicalAllocation {
  const order = hierarchyOrder(correlationFrom(covariance), linkage, distance);
  const weights = new Float64Array(covariance.rows).fill(1);
  const waiting: (readonly number[])[] = [order];
  for (let part = waiting.pop(); part !== undefined; part = waiting.pop()) {
    if (part.length < 2) continue;
    const middle = Math.floor(part.length / 2);
    const first = part.slice(0, middle);
    const second = part.slice(middle);
    const firstVariance = clusterVariance(covariance, first);
    const share = 1 - firstVariance / (firstVariance + clusterVariance(covariance, second));
    for (const asset of first) weights[asset] = weights[asset]! * share;
    for (const asset of second) weights[asset] = weights[asset]! * (1 - share);
    waiting.push(first, second);
  }
  return { kind: 'allocation', weights, order };
}

function clusterVariance(covariance: Matrix, members: readonly number[]): number {
  const part = submatrix(covariance, members);
  return quadraticForm(part, inverseVariance(part));
}

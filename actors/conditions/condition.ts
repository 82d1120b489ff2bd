// The condition tree that funnel stages, screens, alerts and strategies share.

/**
 * Values closer than this share of their sizes are equal: prices restated by factors carry
 * rounding of some 1e-15, and a tie must not be decided by it.
 */
export const EQUAL_SHARE = 1e-9;

/** Ways to compare two operands. */
export const COMPARISONS = ['>', '>=', '<', '<=', '=='] as const;
/** One of them. */
export type Comparison = (typeof COMPARISONS)[number];

/** Ways to fold the last bars of a feature. */
export const AGGREGATES = ['min', 'max', 'mean', 'sum'] as const;
/** One of them. */
export type Aggregate = (typeof AGGREGATES)[number];

/** A number, or a feature's value now, some bars ago, or folded over the last bars. */
export type Operand =
  | { readonly kind: 'number'; readonly value: number }
  | {
      readonly kind: 'feature';
      readonly name: string;
      /** Bars back; 0 is the developing bar. */
      readonly ago: number;
      readonly times: number;
    }
  | {
      readonly kind: 'window';
      readonly aggregate: Aggregate;
      readonly name: string;
      /** Bars folded, the developing one included. */
      readonly bars: number;
      readonly times: number;
    };

/** What a leaf says about itself. */
export interface LeafText {
  /** Stable within its tree: the path of its place. */
  readonly id: string;
  readonly label: string;
  /** Why the threshold is what it is. */
  readonly why: string;
}

/** A leaf: one comparison. */
export type Leaf = LeafText &
  (
    | {
        readonly kind: 'compare';
        readonly left: Operand;
        readonly op: Comparison;
        readonly right: Operand;
      }
    | {
        readonly kind: 'between';
        readonly left: Operand;
        readonly low: number;
        readonly high: number;
      }
    | {
        readonly kind: 'crosses';
        readonly direction: 'above' | 'below';
        /** Feature that crosses, and what it crosses: between the last closed bar and now. */
        readonly left: string;
        readonly right: string | number;
      }
  );

/**
 * A condition. Undefined values (not warm) follow three-valued logic: a comparison with one is
 * undefined, and only `true` passes a stage.
 */
export type Condition =
  | { readonly kind: 'all'; readonly of: readonly Condition[] }
  | { readonly kind: 'any'; readonly of: readonly Condition[] }
  | { readonly kind: 'not'; readonly of: Condition }
  | Leaf;

/** Deepest nesting and most leaves of one tree: far above any use, far below any stack. */
export const DEPTH_MAX = 16;
/** Most leaves of one tree. */
export const LEAVES_MAX = 200;
/** Most bars a window or a lag may reach back: a year and a day. */
export const BARS_MAX = 253;

/** The leaves of a tree, in reading order. */
export function leavesOf(condition: Condition): Leaf[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.flatMap(leavesOf);
    case 'not':
      return leavesOf(condition.of);
    case 'compare':
    case 'between':
    case 'crosses':
      return [condition];
  }
}

/** Names of the features an operand or a tree reads. */
export function featuresOf(condition: Condition): string[] {
  const names = new Set<string>();
  const add = (operand: Operand): void => {
    if (operand.kind !== 'number') names.add(operand.name);
  };
  for (const leaf of leavesOf(condition)) {
    if (leaf.kind === 'crosses') {
      names.add(leaf.left);
      if (typeof leaf.right === 'string') names.add(leaf.right);
    } else {
      add(leaf.left);
      if (leaf.kind === 'compare') add(leaf.right);
    }
  }
  return [...names];
}

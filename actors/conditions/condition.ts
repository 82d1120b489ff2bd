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

/** Which restatement a feature's past values need after a split or a dividend. */
export type Basis = 'none' | 'price' | 'volume';

/**
 * Columns that hold a row's factors: a forward price is `price * price_factor`, a forward volume
 * `volume / volume_factor`.
 */
export const FACTOR_COLUMN = { price: 'price_factor', volume: 'volume_factor' } as const;

/** What a condition must know of a feature. */
export interface FeatureTraits {
  readonly basis: Basis;
  /** False for values of the universe: a row keeps no past of them. */
  readonly hasPast: boolean;
}

/** What every reading of a feature may do to its value: `value * times + plus`. */
interface Scaled {
  readonly name: string;
  readonly basis: Basis;
  readonly times: number;
  readonly plus: number;
  /** Bars back; 0 is the developing bar. Past prices are restated in today's. */
  readonly ago: number;
}

/** A feature's value now or some bars ago. */
export type FeatureOperand = Scaled & { readonly kind: 'feature' };

/** Values of a feature folded over so many bars that end `ago` bars back, that bar included. */
export type WindowOperand = Scaled & {
  readonly kind: 'window';
  readonly aggregate: Aggregate;
  readonly bars: number;
};

/** A number, or a feature's value now, some bars ago, or folded over bars. */
export type Operand =
  | { readonly kind: 'number'; readonly value: number }
  | FeatureOperand
  | WindowOperand;

/** What a leaf says about itself. */
export interface LeafText {
  /** Stable within its tree: the path of its place. */
  readonly id: string;
  readonly label: string;
  /** Why the threshold is what it is. */
  readonly why: string;
}

/** One comparison of two operands. */
export type Compare = LeafText & {
  readonly kind: 'compare';
  readonly left: Operand;
  readonly op: Comparison;
  readonly right: Operand;
};

/** What is explained as one: a comparison, a range, a crossing, or a condition over past bars. */
export type Leaf =
  | Compare
  | (LeafText & {
      readonly kind: 'between';
      readonly left: Operand;
      readonly low: number;
      readonly high: number;
    })
  | (LeafText & {
      /** Between the last closed bar and now. */
      readonly kind: 'crosses';
      readonly direction: 'above' | 'below';
      readonly left: Operand;
      readonly right: Operand;
    })
  | (LeafText & {
      /** Held at any, or at all, of the last bars, the developing one included. */
      readonly kind: 'over';
      readonly fold: 'any' | 'all';
      readonly bars: number;
      readonly of: Condition;
    });

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
/** Most bars a condition may reach back in all: a year and a day, which a warm-up fills. */
export const BARS_MAX = 253;
/** Most bars a condition may be held over: a month. Each is a copy of the condition. */
export const HELD_BARS_MAX = 21;

/** The leaves of a tree, in reading order. */
function leavesOf(condition: Condition): Leaf[] {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.flatMap(leavesOf);
    case 'not':
      return leavesOf(condition.of);
    case 'compare':
    case 'between':
    case 'crosses':
    case 'over':
      return [condition];
  }
}

/** The operands that a leaf reads now; what it held over past bars counts as its own. */
export function operandsOf(leaf: Leaf): Operand[] {
  switch (leaf.kind) {
    case 'compare':
    case 'crosses':
      return [leaf.left, leaf.right];
    case 'between':
      return [leaf.left];
    case 'over':
      return leavesOf(leaf.of).flatMap(operandsOf);
  }
}

/**
 * Names of the columns a tree reads: its features, and the factors that restate their past. Both
 * the row and the SQL table must have them.
 */
export function featuresOf(condition: Condition): string[] {
  const names = new Set<string>();
  const add = (leaf: Leaf, looksBack: boolean): void => {
    for (const operand of operandsOf(leaf)) {
      if (operand.kind === 'number') continue;
      names.add(operand.name);
      const isPast = looksBack || operand.kind === 'window' || operand.ago > 0;
      if (isPast && operand.basis !== 'none') names.add(FACTOR_COLUMN[operand.basis]);
    }
  };
  for (const leaf of leavesOf(condition)) {
    add(leaf, leaf.kind === 'crosses' || leaf.kind === 'over');
  }
  return [...names];
}

/** The operand as it was so many bars before. */
function shiftOperand(operand: Operand, bars: number): Operand {
  return operand.kind === 'number' ? operand : { ...operand, ago: operand.ago + bars };
}

/** The condition as it was so many bars before. */
function shift(condition: Condition, bars: number): Condition {
  if (bars === 0) return condition;
  switch (condition.kind) {
    case 'all':
    case 'any':
      return { ...condition, of: condition.of.map((part) => shift(part, bars)) };
    case 'not':
    case 'over':
      return { ...condition, of: shift(condition.of, bars) };
    case 'between':
      return { ...condition, left: shiftOperand(condition.left, bars) };
    case 'compare':
    case 'crosses':
      return {
        ...condition,
        left: shiftOperand(condition.left, bars),
        right: shiftOperand(condition.right, bars),
      };
  }
}

/** A leaf other than a comparison, said with comparisons: rows and SQL then mean the same by it. */
export function expand(leaf: Exclude<Leaf, Compare>): Condition {
  const { id, label, why } = leaf;
  const compare = (left: Operand, op: Comparison, right: Operand): Compare => ({
    kind: 'compare',
    left,
    op,
    right,
    id,
    label,
    why,
  });
  switch (leaf.kind) {
    case 'between': {
      const low = compare(leaf.left, '>=', { kind: 'number', value: leaf.low });
      const high = compare(leaf.left, '<=', { kind: 'number', value: leaf.high });
      return { kind: 'all', of: [low, high] };
    }
    case 'crosses': {
      const [now, before] =
        leaf.direction === 'above' ? (['>', '<='] as const) : (['<', '>='] as const);
      const was = compare(shiftOperand(leaf.left, 1), before, shiftOperand(leaf.right, 1));
      return { kind: 'all', of: [compare(leaf.left, now, leaf.right), was] };
    }
    case 'over': {
      const of = Array.from({ length: leaf.bars }, (_, ago) => shift(leaf.of, ago));
      return { kind: leaf.fold, of };
    }
  }
}

/** How many closed bars a condition looks back in all. */
export function reachOf(condition: Condition): number {
  switch (condition.kind) {
    case 'all':
    case 'any':
      return condition.of.reduce((most, part) => Math.max(most, reachOf(part)), 0);
    case 'not':
      return reachOf(condition.of);
    case 'over':
      return condition.bars - 1 + reachOf(condition.of);
    case 'compare':
    case 'between':
    case 'crosses': {
      const reaches = operandsOf(condition).map((operand) => {
        if (operand.kind === 'number') return 0;
        return operand.ago + (operand.kind === 'window' ? operand.bars - 1 : 0);
      });
      return Math.max(...reaches) + (condition.kind === 'crosses' ? 1 : 0);
    }
  }
}

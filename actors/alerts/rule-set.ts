// Rules over one kind of scope, compiled: which are raised after a look, and why.

import {
  type ColumnLayout,
  compileRow,
  createExplainer,
  featuresOf,
  HistoryPlan,
  type RowView,
  TRUE,
} from '../conditions/index.js';
import { GROUP_MEASURES, type Measure, PORTFOLIO_MEASURES } from './measures.js';
import type { AlertRule } from './rule.js';

type TestRow = ReturnType<typeof compileRow>;

interface CompiledRule {
  readonly when: TestRow;
  readonly release: TestRow;
  readonly whyRaised: ReturnType<typeof createExplainer>;
  readonly whyReleased: ReturnType<typeof createExplainer>;
}

/** Compiled rules over the rows of one layout. They remember nothing themselves. */
export class RuleSet {
  readonly rules: readonly AlertRule[];
  /** What the rules look back at. */
  readonly plan: HistoryPlan;
  /** Float64 slots of state a row takes, for values of past bars. */
  readonly stateLength: number;
  /** Names of what the rules look at. */
  readonly features: ReadonlySet<string>;
  readonly #compiled: readonly CompiledRule[];

  /** Errors: bug when the layout lacks a feature of a rule, validation came first. */
  constructor(rules: readonly AlertRule[], layout: ColumnLayout) {
    this.rules = rules;
    this.plan = new HistoryPlan(layout);
    this.#compiled = rules.map(({ when, release }) => ({
      when: compileRow(when, this.plan),
      release: compileRow(release, this.plan),
      whyRaised: createExplainer(when, this.plan),
      whyReleased: createExplainer(release, this.plan),
    }));
    this.features = new Set(
      rules.flatMap(({ when, release }) => [...featuresOf(when), ...featuresOf(release)]),
    );
    this.stateLength = this.plan.layOut(0);
  }

  /** Keeps what later bars need of the closing one. */
  commit(values: Float64Array, from: number, state: Float64Array, base: number): void {
    this.plan.commit(values, from, state, base);
  }

  /**
   * Whether a rule is raised after a look at a row. While `when` holds it is, whatever `release`
   * says; a condition that is not known changes nothing. So no value that stays between the two
   * is told more than once.
   */
  // hot
  isRaised(rule: number, wasRaised: boolean, row: RowView & { readonly from: number }): boolean {
    const { when, release } = this.#compiled[rule]!;
    const { values, from, state, stateBase } = row;
    if (when(values, from, state, stateBase) === TRUE) return true;
    return wasRaised && release(values, from, state, stateBase) !== TRUE;
  }

  /** What a rule saw when it was raised or released. */
  why(rule: number, isRaised: boolean, row: RowView & { readonly from: number }): string {
    const { whyRaised, whyReleased } = this.#compiled[rule]!;
    const view = { ...row, values: row.values.subarray(row.from) };
    const leaves = (isRaised ? whyRaised : whyReleased)(view, 'deciding');
    // Leaves of one condition often read the same values.
    const seen = new Set(leaves.flatMap(({ detail }) => detail.split(', ')));
    return [...seen].join(', ');
  }
}

/** The compiled rules of each kind of scope. */
export interface AlertRuleSets {
  readonly portfolio: RuleSet;
  readonly group: RuleSet;
  readonly symbol: RuleSet;
}

/** Compiles rules; those over symbols for rows of this layout. */
export function compileAlertRules(
  rules: readonly AlertRule[],
  symbols: ColumnLayout,
): AlertRuleSets {
  const over = (scope: AlertRule['scope'], layout: ColumnLayout): RuleSet =>
    new RuleSet(
      rules.filter((rule) => rule.scope === scope),
      layout,
    );
  return {
    portfolio: over('portfolio', layoutOf(PORTFOLIO_MEASURES)),
    group: over('group', layoutOf(GROUP_MEASURES)),
    symbol: over('symbol', symbols),
  };
}

function layoutOf(measures: readonly Measure[]): ColumnLayout {
  return new Map(measures.map(({ name }, column) => [name, column]));
}

// Judges the rules at points, and keeps in shared memory which of them are raised for whom.

import { assert } from '../../engine/index.js';
import {
  GROUP_MEASURES,
  type MeasuredGroup,
  type MeasuredPortfolio,
  type PlacedRead,
  PORTFOLIO_MEASURES,
  placedReads,
  readMeasures,
} from './measures.js';
import { ALERT_SCOPES, type AlertRule, type AlertScope, type AlertSeverity } from './rule.js';
import type { AlertRuleSets, RuleSet } from './rule-set.js';

/** An alert that has just been raised or released. */
export interface AlertTransition {
  readonly kind: 'alert_raised' | 'alert_released';
  readonly rule: string;
  /** `portfolio/x`, `group/x` or `symbol/X`. */
  readonly scope: string;
  readonly severity: AlertSeverity;
  /** What the rule means, and the values it saw. */
  readonly text: string;
  /** Event time. Units: microseconds. */
  readonly asOfUs: number;
}

/** All names that rules may look at, by the kind of scope, in one order for all threads. */
export type WatchedNames = Readonly<Record<AlertScope, readonly string[]>>;

/** A point of the market. */
interface PointTime {
  readonly index: number;
  readonly timeUs: number;
}

/** A row of values, its first at `from`, with its past; one object is used for many rows. */
export interface WatchedRow {
  readonly values: Float64Array;
  from: number;
  readonly state: Float64Array;
  stateBase: number;
}

/** Numbers of a scope at a point: the point + 1, and a bit for each rule that is raised. */
const SLOT = { point: 0, raised: 1, size: 2 } as const;

/** Nothing was raised or released: most looks find this. */
const NONE: readonly AlertTransition[] = [];

/** Rows without a past: measures of portfolios and groups keep none. */
const NO_STATE = new Float64Array(0);

/**
 * Memory for so many points, as many as a thread that replaces another may have to judge again:
 * ```
 * Int32Array [kind of scope with rules][point % pointsKept][name][2]   see SLOT
 * ```
 * Whoever judges a scope writes it. A point that is judged again finds what was raised before it,
 * so it tells the same.
 */
export function createAlertMemory(
  rules: readonly AlertRule[],
  names: WatchedNames,
  pointsKept: number,
): SharedArrayBuffer {
  return new SharedArrayBuffer(scopeCount(rules, names) * pointsKept * SLOT.size * 4);
}

function scopeCount(rules: readonly AlertRule[], names: WatchedNames): number {
  return ALERT_SCOPES.reduce((sum, scope) => {
    return sum + (rules.some((rule) => rule.scope === scope) ? names[scope].length : 0);
  }, 0);
}

/** The rules as one thread judges them. */
export class AlertWatch {
  readonly #portfolios: ScopeWatch;
  readonly #groups: ScopeWatch;
  readonly #symbols: ScopeWatch;
  readonly #portfolioPlaces: ReadonlyMap<string, number>;
  readonly #groupPlaces: ReadonlyMap<string, number>;
  readonly #portfolioReads: readonly PlacedRead<MeasuredPortfolio>[];
  readonly #groupReads: readonly PlacedRead<MeasuredGroup>[];
  readonly #portfolio = rowOf(PORTFOLIO_MEASURES.length);
  readonly #group = rowOf(GROUP_MEASURES.length);

  constructor(memory: SharedArrayBuffer, sets: AlertRuleSets, names: WatchedNames) {
    const slots = new Int32Array(memory);
    this.#portfolioReads = placedReads(PORTFOLIO_MEASURES, sets.portfolio.features);
    this.#groupReads = placedReads(GROUP_MEASURES, sets.group.features);
    const all = ALERT_SCOPES.flatMap((scope) => sets[scope].rules);
    const pointsKept = slots.length / SLOT.size / Math.max(1, scopeCount(all, names));
    assert(Number.isInteger(pointsKept), 'alerts.memory_fits_the_rules');
    let at = 0;
    const over = (scope: AlertScope): ScopeWatch => {
      const isWatched = sets[scope].rules.length > 0;
      const length = isWatched ? names[scope].length * pointsKept * SLOT.size : 0;
      const own = slots.subarray(at, at + length);
      at += length;
      return new ScopeWatch(scope, sets[scope], names[scope], own);
    };
    this.#portfolios = over('portfolio');
    this.#groups = over('group');
    this.#symbols = over('symbol');
    this.#portfolioPlaces = new Map(names.portfolio.map((name, place) => [name, place]));
    this.#groupPlaces = new Map(names.group.map((name, place) => [name, place]));
  }

  /** Judges a portfolio at the point that its figures are of. */
  portfolio(
    figures: MeasuredPortfolio & { readonly key: string; readonly pointIndex: number },
  ): readonly AlertTransition[] {
    const place = this.#portfolioPlaces.get(figures.key);
    if (!this.#portfolios.isWatched || place === undefined) return NONE;
    readMeasures(this.#portfolioReads, figures, this.#portfolio.values);
    const point = { index: figures.pointIndex, timeUs: figures.asOfUs };
    return this.#portfolios.judge(place, point, this.#portfolio);
  }

  /** Judges a group at a point. */
  group(
    figures: MeasuredGroup & { readonly id: string },
    point: PointTime,
  ): readonly AlertTransition[] {
    const place = this.#groupPlaces.get(figures.id);
    if (!this.#groups.isWatched || place === undefined) return NONE;
    readMeasures(this.#groupReads, figures, this.#group.values);
    return this.#groups.judge(place, point, this.#group);
  }

  /** Scopes that a rule is raised for, as of the last point that each was judged at before one. */
  raisedFor({ id, scope }: AlertRule, pointIndex: number): string[] {
    const watch = { portfolio: this.#portfolios, group: this.#groups, symbol: this.#symbols }[
      scope
    ];
    return watch.raisedFor(id, pointIndex);
  }

  /** Whether any rule looks at symbols. */
  get watchesSymbols(): boolean {
    return this.#symbols.isWatched;
  }

  /** Judges a symbol by its row at a point; one that is not trading stays as it was. */
  symbol(row: number, point: PointTime, seen: WatchedRow | undefined): readonly AlertTransition[] {
    if (seen !== undefined) return this.#symbols.judge(row, point, seen);
    this.#symbols.carry(row, point);
    return NONE;
  }
}

function rowOf(length: number): WatchedRow {
  return { values: new Float64Array(length), from: 0, state: NO_STATE, stateBase: 0 };
}

/** The rules over one kind of scope. */
class ScopeWatch {
  readonly isWatched: boolean;
  readonly #scope: AlertScope;
  readonly #set: RuleSet;
  readonly #names: readonly string[];
  readonly #slots: Int32Array;
  readonly #pointsKept: number;
  /** By rule, then place: whether the rule looks there. */
  readonly #looks: readonly Uint8Array[];

  constructor(scope: AlertScope, set: RuleSet, names: readonly string[], slots: Int32Array) {
    this.#scope = scope;
    this.#set = set;
    this.#names = names;
    this.#slots = slots;
    this.isWatched = set.rules.length > 0 && names.length > 0;
    this.#pointsKept = slots.length / SLOT.size / Math.max(1, names.length);
    this.#looks = set.rules.map(({ only }) => {
      const wanted = new Set(only);
      return Uint8Array.from(names, (name) => (only.length === 0 || wanted.has(name) ? 1 : 0));
    });
  }

  /** Looks at a scope. Answers what changed since the point before. */
  judge(place: number, point: PointTime, row: WatchedRow): readonly AlertTransition[] {
    const before = this.#before(place, point.index);
    const { rules } = this.#set;
    let raised = 0;
    for (let rule = 0; rule < rules.length; rule++) {
      if (this.#looks[rule]![place] === 0) continue;
      if (this.#set.isRaised(rule, ((before >>> rule) & 1) === 1, row)) raised |= 1 << rule;
    }
    this.#put(place, point.index, raised);
    return raised === before ? NONE : this.#transitions(before, raised, { place, point, row });
  }

  /** Keeps what was raised at the point before. */
  carry(place: number, { index }: PointTime): void {
    this.#put(place, index, this.#before(place, index));
  }

  /** Scopes that a rule is raised for. */
  raisedFor(id: string, pointIndex: number): string[] {
    const rule = this.#set.rules.findIndex((one) => one.id === id);
    return this.#names
      .filter((_name, place) => ((this.#before(place, pointIndex) >>> rule) & 1) === 1)
      .map((name) => `${this.#scope}/${name}`);
  }

  #transitions(
    before: number,
    raised: number,
    { place, point, row }: { place: number; point: PointTime; row: WatchedRow },
  ): AlertTransition[] {
    return this.#set.rules.flatMap(({ id, severity, text }, rule) => {
      if ((((before ^ raised) >>> rule) & 1) === 0) return [];
      const isRaised = ((raised >>> rule) & 1) === 1;
      return [
        {
          kind: isRaised ? 'alert_raised' : 'alert_released',
          rule: id,
          scope: `${this.#scope}/${this.#names[place]}`,
          severity,
          text: `${text}: ${this.#set.why(rule, isRaised, row)}`,
          asOfUs: point.timeUs,
        },
      ];
    });
  }

  #put(place: number, pointIndex: number, raised: number): void {
    const at = this.#slotAt(place, pointIndex);
    this.#slots[at + SLOT.raised] = raised;
    // Last, so that a thread lost before leaves a slot that its successor writes again.
    this.#slots[at + SLOT.point] = pointIndex + 1;
  }

  /** What was raised at the last point before one: of a portfolio that was away it is older. */
  #before(place: number, pointIndex: number): number {
    const oldest = Math.max(0, pointIndex - this.#pointsKept + 1);
    for (let index = pointIndex - 1; index >= oldest; index--) {
      const at = this.#slotAt(place, index);
      if (this.#slots[at + SLOT.point] === index + 1) return this.#slots[at + SLOT.raised]!;
    }
    return 0;
  }

  #slotAt(place: number, pointIndex: number): number {
    return ((pointIndex % this.#pointsKept) * this.#names.length + place) * SLOT.size;
  }
}

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
import { type AlertSpan, PastCloses } from './past-closes.js';
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

/** Scopes whose measures keep no past but in the memory of alerts. */
const MEASURED_SCOPES = ['portfolio', 'group'] as const;

/**
 * Memory of alerts: past measures, then what was raised at as many points as a thread that replaces
 * another may have to judge again.
 * ```
 * Float64Array [kind of scope that is looked back on][...]             see PastCloses
 * Int32Array [kind of scope with rules][point % pointsKept][name][2]   see SLOT
 * ```
 * Whoever judges a scope writes it. A point that is judged again finds what was raised before it,
 * so it tells the same.
 */
export function createAlertMemory(
  sets: AlertRuleSets,
  names: WatchedNames,
  span: AlertSpan,
): SharedArrayBuffer {
  const slots = ALERT_SCOPES.reduce((sum, scope) => sum + slotsOf(sets, names, scope, span), 0);
  return new SharedArrayBuffer(pastLength(sets, names, span) * 8 + slots * 4);
}

/** Numbers that the past of all measures takes. */
function pastLength(sets: AlertRuleSets, names: WatchedNames, span: AlertSpan): number {
  return MEASURED_SCOPES.reduce((sum, scope) => {
    return sum + PastCloses.length(sets[scope].plan, names[scope].length, span);
  }, 0);
}

/** Numbers that what was raised of a kind of scope takes. */
function slotsOf(
  sets: AlertRuleSets,
  names: WatchedNames,
  scope: AlertScope,
  { pointsKept }: AlertSpan,
): number {
  return sets[scope].rules.length === 0 ? 0 : names[scope].length * pointsKept * SLOT.size;
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
  readonly #portfolio: WatchedRow;
  readonly #group: WatchedRow;

  /** Errors: bug when the memory was made for other rules, names or another span. */
  constructor(
    memory: SharedArrayBuffer,
    sets: AlertRuleSets,
    names: WatchedNames,
    span: AlertSpan,
  ) {
    const store = new Float64Array(memory, 0, pastLength(sets, names, span));
    const slots = new Int32Array(memory, store.byteLength);
    this.#portfolioReads = placedReads(PORTFOLIO_MEASURES, sets.portfolio.features);
    this.#groupReads = placedReads(GROUP_MEASURES, sets.group.features);
    let pastAt = 0;
    const pastOf = (scope: (typeof MEASURED_SCOPES)[number]): PastCloses => {
      const { plan, stateLength } = sets[scope];
      const from = pastAt;
      pastAt += PastCloses.length(plan, names[scope].length, span);
      return new PastCloses(store.subarray(from, pastAt), plan, stateLength, span);
    };
    let at = 0;
    const over = (scope: AlertScope, past?: PastCloses): ScopeWatch => {
      const from = at;
      at += slotsOf(sets, names, scope, span);
      return new ScopeWatch(scope, sets[scope], names[scope], {
        slots: slots.subarray(from, at),
        past,
      });
    };
    const [portfolios, groups] = [pastOf('portfolio'), pastOf('group')];
    this.#portfolio = rowOf(PORTFOLIO_MEASURES.length, portfolios.state);
    this.#group = rowOf(GROUP_MEASURES.length, groups.state);
    this.#portfolios = over('portfolio', portfolios);
    this.#groups = over('group', groups);
    this.#symbols = over('symbol');
    assert(at === slots.length, 'alerts.memory_fits_the_rules');
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

function rowOf(length: number, state: Float64Array): WatchedRow {
  return { values: new Float64Array(length), from: 0, state, stateBase: 0 };
}

/** Shared memory of one kind of scope. */
interface ScopeMemory {
  readonly slots: Int32Array;
  /** Of measures; symbols have theirs in their rows. */
  readonly past: PastCloses | undefined;
}

/** The rules over one kind of scope. */
class ScopeWatch {
  readonly isWatched: boolean;
  readonly #scope: AlertScope;
  readonly #set: RuleSet;
  readonly #names: readonly string[];
  readonly #slots: Int32Array;
  readonly #pointsKept: number;
  /** Undefined where no rule looks back at measures. */
  readonly #past: PastCloses | undefined;
  /** By rule, then place: whether the rule looks there. */
  readonly #looks: readonly Uint8Array[];

  constructor(
    scope: AlertScope,
    set: RuleSet,
    names: readonly string[],
    { slots, past }: ScopeMemory,
  ) {
    this.#scope = scope;
    this.#set = set;
    this.#names = names;
    this.#slots = slots;
    this.#past = set.plan.histories.length > 0 ? past : undefined;
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
    this.#past?.recall(place, point.index);
    let raised = 0;
    for (let rule = 0; rule < rules.length; rule++) {
      if (this.#looks[rule]![place] === 0) continue;
      if (this.#set.isRaised(rule, ((before >>> rule) & 1) === 1, row)) raised |= 1 << rule;
    }
    this.#past?.keep(place, point.index, row.values);
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

// Shared memory of what portfolios are worth and may lose, for those who sum them up.

import { assert } from '../../engine/index.js';
import { FREE, type Standing, standingOf, stronger } from '../limits/index.js';
import type { PortfolioMark } from '../risk/index.js';
import { type BoardConfig, LIMITS_MAX, limitsOfPortfolio, scopesOf } from './board-config.js';
import { BoardMarks, marksLength } from './board-marks.js';

/** Points whose group figures are kept: as many as records of points, for replays. */
export const POINTS_KEPT = 512;

/** Numbers of a group at a point. */
export const GROUP = {
  point: 0,
  timeUs: 1,
  equity: 2,
  gross: 3,
  net: 4,
  singleName: 5,
  peak: 6,
  var99: 7,
  cvar99: 8,
  behind: 9,
  broken: 10,
  paidIn: 11,
  gamma: 12,
  vega: 13,
  margin: 14,
  unmarked: 15,
  size: 16,
} as const;

/**
 * ```
 * head       Float64Array [2]                      length of why, last point judged + 1
 * why        Uint16Array  [640]                    who turned the kill switch on; 0 long: off
 * overrides  Float64Array [scope][32][2]           event time from, until which a limit is aside
 * groups     Float64Array [point % 512][group][16] see GROUP
 * marks      see BoardMarks
 * ```
 * A portfolio writes its own mark, shard 0 the groups, the owner the head's first, why, overrides.
 */
interface Layout {
  readonly overridesAt: number;
  readonly groupsAt: number;
  readonly marksAt: number;
  readonly total: number;
}

const HEAD = 2;

/** Longest text of why the kill switch is on: a name, a time, a reason. Units: UTF-16 units. */
const WHY_MAX = 640;
const WHY = WHY_MAX / 4;

function layOut(config: BoardConfig, rowCount: number): Layout {
  const { portfolios, groups } = config;
  const overridesAt = HEAD + WHY;
  const groupsAt = overridesAt + scopesOf(config).length * LIMITS_MAX * 2;
  const marksAt = groupsAt + POINTS_KEPT * groups.length * GROUP.size;
  // Without groups nobody reads what portfolios are worth.
  const total = marksAt + (groups.length === 0 ? 0 : marksLength(portfolios.length, rowCount));
  return { overridesAt, groupsAt, marksAt, total };
}

/** The memory of a board. */
export function createBoard(config: BoardConfig, rowCount: number): SharedArrayBuffer {
  return new SharedArrayBuffer(layOut(config, rowCount).total * 8);
}

/** The board as one thread sees it. */
export class RiskBoard {
  readonly config: BoardConfig;
  readonly rowCount: number;
  readonly #values: Float64Array;
  readonly #why: Uint16Array;
  readonly #layout: Layout;
  readonly #places: ReadonlyMap<string, number>;
  readonly #marks: BoardMarks;
  /** Groups of each portfolio, by place. */
  readonly #groupsOf: readonly (readonly number[])[];

  constructor(memory: SharedArrayBuffer, config: BoardConfig, rowCount: number) {
    this.config = config;
    this.rowCount = rowCount;
    this.#values = new Float64Array(memory);
    this.#why = new Uint16Array(memory, HEAD * 8, WHY_MAX);
    this.#layout = layOut(config, rowCount);
    assert(this.#values.length === this.#layout.total, 'groups.memory_fits_the_board');
    const marks = this.#values.subarray(this.#layout.marksAt);
    this.#marks = new BoardMarks(marks, config.portfolios.length, rowCount);
    this.#places = new Map(config.portfolios.map((id, place) => [id, place]));
    const groupsOf: number[][] = config.portfolios.map(() => []);
    config.groups.forEach(({ members }, group) => {
      for (const place of members) groupsOf[place]?.push(group);
    });
    this.#groupsOf = groupsOf;
  }

  /** Keeps a portfolio's mark: see `BoardMarks`. */
  // hot
  put(portfolio: string, mark: PortfolioMark): void {
    const place = this.#places.get(portfolio);
    if (place === undefined || this.config.groups.length === 0) return;
    this.#marks.put(place, mark);
  }

  /** The mark of a portfolio by its place: views over shared memory. */
  markAt(place: number) {
    return this.#marks.at(place);
  }

  /** The numbers of a group at a point: a view, laid out as `GROUP` says. */
  recordOf(pointIndex: number, group: number): Float64Array {
    const place = (pointIndex % POINTS_KEPT) * this.config.groups.length + group;
    const at = this.#layout.groupsAt + place * GROUP.size;
    return this.#values.subarray(at, at + GROUP.size);
  }

  /** Says that all groups have been judged at a point. */
  noteJudged(pointIndex: number): void {
    this.#values[1] = Math.max(this.#values[1]!, pointIndex + 1);
  }

  /** Last point at which all groups have been judged; -1 before the first. */
  get judgedPoint(): number {
    return this.#values[1]! - 1;
  }

  /** Whether the kill switch is on. */
  get isKilled(): boolean {
    return this.#values[0]! > 0;
  }

  /** Who turned the kill switch on, when, and why; empty where it is off. */
  get killedWhy(): string {
    return String.fromCharCode(...this.#why.subarray(0, this.#values[0]));
  }

  /** Turns the kill switch on, or off by an empty text, which is cut; the owner alone does. */
  setKilled(why: string): void {
    const length = Math.min(why.length, WHY_MAX);
    for (let at = 0; at < length; at++) this.#why[at] = why.charCodeAt(at);
    this.#values[0] = length;
  }

  /** Sets a limit aside in a span of event time, and in no other. The owner alone does. */
  setOverride(
    scope: number,
    limit: number,
    { fromUs, untilUs }: { readonly fromUs: number; readonly untilUs: number },
  ): void {
    const at = this.#overrideAt(scope, limit);
    // Ended first: whoever reads in between finds the limit in force.
    this.#values[at + 1] = 0;
    this.#values[at] = fromUs;
    this.#values[at + 1] = untilUs;
  }

  /** Event time until which a limit is set aside; 0 where it is not, at an event time. */
  overrideUntil(scope: number, limit: number, nowUs: number): number {
    const at = this.#overrideAt(scope, limit);
    const untilUs = this.#values[at + 1]!;
    return this.#values[at]! <= nowUs && nowUs < untilUs ? untilUs : 0;
  }

  /** Whether a limit of a portfolio, by its place, is set aside at an event time. */
  isOverridden(portfolio: string, limit: number, nowUs: number): boolean {
    const place = this.#places.get(portfolio);
    return place !== undefined && this.overrideUntil(place, limit, nowUs) > 0;
  }

  #overrideAt(scope: number, limit: number): number {
    return this.#layout.overridesAt + (scope * LIMITS_MAX + limit) * 2;
  }

  /**
   * What a portfolio may trade: its own limits, those of its groups, the kill switch. Limits of a
   * sector count for the rows of it alone.
   */
  standingOf(portfolio: string, broken: readonly boolean[], nowUs: number, row?: number): Standing {
    if (this.isKilled) return { action: 'kill', why: `the kill switch is on (${this.killedWhy})` };
    const place = this.#places.get(portfolio);
    if (place === undefined) return FREE;
    let standing = standingOf({
      scope: `portfolio/${portfolio}`,
      limits: limitsOfPortfolio(this.config, portfolio),
      isBroken: (index) => broken[index] === true,
      isOverridden: (index) => this.overrideUntil(place, index, nowUs) > 0,
    });
    for (const group of this.#groupsOf[place]!) {
      const { sector } = this.config.groups[group]!;
      const isOther = row === undefined || this.config.sectors?.[row] !== sector;
      if (sector !== undefined && isOther) continue;
      standing = stronger(standing, this.groupStanding(group, nowUs));
    }
    return standing;
  }

  /** What the members of a group may trade by its limits. */
  groupStanding(group: number, nowUs: number): Standing {
    const point = this.judgedPoint;
    const { id, limits } = this.config.groups[group]!;
    const bits = point < 0 ? 0 : this.recordOf(point, group)[GROUP.broken]!;
    const scope = this.config.portfolios.length + group;
    return standingOf({
      scope: `group/${id}`,
      limits,
      isBroken: (index) => ((bits >>> index) & 1) === 1,
      isOverridden: (index) => this.overrideUntil(scope, index, nowUs) > 0,
    });
  }
}

// Sums the marks of a group's portfolios at a point and judges the sum by the group's limits.

import { judgeLimits, type LimitTransition } from '../limits/index.js';
import { addTo, SCENARIOS, type ScenarioMatrix, type TailRisk, worstTail } from '../risk/index.js';
import { GROUP, POINTS_KEPT, type RiskBoard } from './board.js';
import type { GroupConfig } from './board-config.js';
import { bitsOf, figuresOf, type GroupFigures, measuresIn, peakOf } from './group-record.js';
import { add, addFour, addHeld, largestOf } from './group-sums.js';

/** All groups at a point, and which limits have just been broken or kept again. */
export interface GroupsMarked {
  readonly kind: 'groups_marked';
  readonly pointIndex: number;
  readonly timeUs: number;
  readonly groups: readonly GroupFigures[];
  readonly transitions: readonly (LimitTransition & { readonly group: string })[];
}

/** Quantile and tail mean of a group, and the event time that each member's profits were of. */
interface GroupTail {
  readonly madeUs: readonly number[];
  readonly var99: number;
  readonly cvar99: number;
}

/**
 * Judges groups; run by one thread. What it finds at a point is kept with the board, so that one
 * that replaces it finds the same, though portfolios have gone on since.
 */
export class GroupJudge {
  readonly #board: RiskBoard;
  readonly #profits = new Float64Array(SCENARIOS);
  readonly #worst = new Float64Array(SCENARIOS);
  readonly #exposures: Float64Array;
  readonly #matrix: ScenarioMatrix | undefined;
  readonly #tails: (GroupTail | undefined)[] = [];
  /** By group of a sector: 1 for the rows that are of it. */
  readonly #sectorRows: readonly (Uint8Array | undefined)[];

  /** Without the returns of the scenarios the risk of sectors stays unknown. */
  constructor(board: RiskBoard, matrix?: ScenarioMatrix) {
    this.#board = board;
    this.#matrix = matrix;
    this.#exposures = new Float64Array(board.rowCount);
    const { groups, sectors = [] } = board.config;
    this.#sectorRows = groups.map(({ sector }) =>
      sector === undefined
        ? undefined
        : Uint8Array.from(sectors, (one) => (one === sector ? 1 : 0)),
    );
  }

  /** Judges every group at a point that all portfolios have been told of. */
  judge(pointIndex: number, timeUs: number): GroupsMarked {
    const { groups } = this.#board.config;
    const transitions: (LimitTransition & { readonly group: string })[] = [];
    const figures = groups.map((group, index) => {
      const record = this.#board.recordOf(pointIndex, index);
      if (record[GROUP.point] !== pointIndex + 1) this.#sum(group, index, pointIndex, timeUs);
      const before = this.#before(pointIndex, index);
      const broken = bitsOf(before?.[GROUP.broken] ?? 0, group.limits);
      const judged = judgeLimits(group.limits, measuresIn(record), broken);
      record[GROUP.broken] = broken.reduce((bits, is, at) => bits + (is ? 2 ** at : 0), 0);
      record[GROUP.point] = pointIndex + 1;
      for (const transition of judged.transitions) {
        transitions.push({ ...transition, group: group.id });
      }
      return figuresOf(group, record, judged.states);
    });
    this.#board.noteJudged(pointIndex);
    return { kind: 'groups_marked', pointIndex, timeUs, groups: figures, transitions };
  }

  /** The group at the point before, where it is still kept. */
  #before(pointIndex: number, group: number): Float64Array | undefined {
    if (pointIndex === 0) return undefined;
    const record = this.#board.recordOf(pointIndex - 1 + POINTS_KEPT, group);
    return record[GROUP.point] === pointIndex ? record : undefined;
  }

  #sum(config: GroupConfig, group: number, pointIndex: number, timeUs: number): void {
    const record = this.#board.recordOf(pointIndex, group);
    const { members } = config;
    const sectorRows = this.#sectorRows[group];
    const exposures = this.#exposures.fill(0);
    record.fill(0);
    record[GROUP.timeUs] = timeUs;
    if (sectorRows !== undefined) {
      this.#sumSector(members, sectorRows, record, pointIndex);
      return;
    }
    // In the order of the configuration, so that sums do not depend on who runs where.
    for (const place of members) {
      const mark = this.#board.markAt(place);
      if (mark.pointIndex < pointIndex) record[GROUP.behind]!++;
      if (mark.pointIndex < 0) record[GROUP.unmarked]!++;
      record[GROUP.equity]! += mark.equity;
      record[GROUP.net]! += mark.net;
      record[GROUP.gross]! += mark.gross;
      record[GROUP.gamma]! += mark.gamma;
      record[GROUP.vega]! += mark.vega;
      record[GROUP.margin]! += mark.margin;
      record[GROUP.paidIn]! += mark.paidIn;
      addHeld(exposures, mark.rows, mark.exposures, mark.held);
    }
    record[GROUP.singleName] = largestOf(exposures);
    record[GROUP.peak] = peakOf(record, this.#before(pointIndex, group));
    const { var99, cvar99 } = this.#tailOf(members, group);
    record[GROUP.var99] = var99;
    record[GROUP.cvar99] = cvar99;
  }

  /** What members hold of one sector, as shares of all their equity; its fall is not known. */
  #sumSector(
    members: readonly number[],
    sectorRows: Uint8Array,
    record: Float64Array,
    pointIndex: number,
  ): void {
    let firstDay = Number.NaN;
    for (const place of members) {
      const mark = this.#board.markAt(place);
      if (mark.pointIndex < pointIndex) record[GROUP.behind]!++;
      if (mark.pointIndex < 0) record[GROUP.unmarked]!++;
      record[GROUP.equity]! += mark.equity;
      // The latest window: every day of it has come.
      if (mark.pointIndex >= 0 && !(mark.firstDay < firstDay)) firstDay = mark.firstDay;
      for (let at = 0; at < mark.held; at++) {
        const row = mark.rows[at]!;
        if (sectorRows[row] !== 1) continue;
        const exposure = mark.exposures[at]!;
        record[GROUP.gross]! += Math.abs(exposure);
        record[GROUP.net]! += exposure;
        this.#exposures[row] = this.#exposures[row]! + exposure;
      }
    }
    record[GROUP.singleName] = largestOf(this.#exposures);
    record[GROUP.peak] = Math.max(0, record[GROUP.equity]!);
    const { valueAtRisk, tailMean } = this.#tailAt(firstDay);
    record[GROUP.var99] = valueAtRisk;
    record[GROUP.cvar99] = tailMean;
  }

  /** The tail of the summed exposures over a window: options in them count by delta. */
  #tailAt(firstDay: number): TailRisk {
    const profits = this.#profits.fill(this.#matrix === undefined ? Number.NaN : firstDay * 0);
    if (this.#matrix !== undefined && firstDay === firstDay) {
      const { kernel } = this.#matrix;
      let count = 0;
      for (let row = 0; row < this.#exposures.length; row++) {
        if (this.#exposures[row] === 0) continue;
        kernel.rows[count] = row;
        kernel.changes[count++] = this.#exposures[row]!;
      }
      addTo(kernel, profits, count, firstDay);
    }
    return worstTail(profits, this.#worst, 0.99);
  }

  /** The tail of a group's summed profits: as before while no member's risk was made anew. */
  #tailOf(members: readonly number[], group: number): GroupTail {
    const madeUs = members.map((place) => this.#board.markAt(place).riskAsOfUs);
    const known = this.#tails[group];
    if (known?.madeUs.every((timeUs, at) => timeUs === madeUs[at]) === true) return known;
    const profits = this.#sumProfits(members);
    const room = this.#worst.subarray(0, profits.length);
    // Without a day that all have in common nothing is known.
    const { valueAtRisk, tailMean } = worstTail(profits, room, 0.99);
    const tail: GroupTail = { madeUs, var99: valueAtRisk, cvar99: tailMean };
    this.#tails[group] = tail;
    return tail;
  }

  /**
   * Profits of the days that all members have. Windows differ by a day within a session, as each
   * portfolio has its own point to make risk anew: a day is added to the same day.
   */
  #sumProfits(members: readonly number[]): Float64Array {
    const marks = members.map((place) => this.#board.markAt(place));
    const marked = marks.filter(({ pointIndex }) => pointIndex >= 0);
    const firstDays = marked.map(({ firstDay }) => firstDay);
    const from = Math.max(...firstDays);
    const common = SCENARIOS - (from - Math.min(...firstDays));
    const profits = this.#profits.subarray(0, common > 0 ? common : 0).fill(0);
    let next = 0;
    // Four at a time read and write the sum once; it is the same sum, in the same order.
    for (; next + 4 <= marked.length; next += 4) {
      addFour(profits, marked, next, from);
    }
    for (; next < marked.length; next++) {
      add(profits, marked[next]!.profits, from - marked[next]!.firstDay);
    }
    return profits;
  }
}

// A market made from a seed: sessions of points with prices, splits and dividends between them.

import type { PointSummarised } from '../../actors/funnel/index.js';
import { Chance } from '../../engine/index.js';

/** Symbols of the simulated market. */
export const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD'] as const;

/** Points of a session, the last of them its close. */
export const POINTS_PER_SESSION = 6;

/** Sessions from one snapshot of the shards to the next. */
const SESSIONS_PER_SNAPSHOT = 2;

/** Share of sessions that begin with a split or a dividend. */
const ACTION_SHARE = 0.4;

/** Day index of the first session: the scenarios before it are there. */
const FIRST_DAY = 600;

/** One step of the market; a snapshot is a frame between steps and counts as none. */
export type MarketStep =
  | {
      readonly kind: 'action';
      readonly row: number;
      readonly date: number;
      readonly split: number;
      readonly dividend: number;
    }
  | {
      readonly kind: 'point';
      readonly pointIndex: number;
      readonly date: number;
      readonly dayIndex: number;
      readonly isClose: boolean;
      readonly opensSession: boolean;
      readonly prices: Float64Array;
    }
  | { readonly kind: 'snapshot' };

/** A split or dividend with its place among the steps, from 1. */
export interface PlacedAction {
  readonly step: number;
  readonly row: number;
  readonly split: number;
  readonly dividend: number;
}

/** A seed's market, made as far as somebody has looked. */
export class MarketWalk {
  readonly #chance: Chance;
  readonly #frames: MarketStep[] = [];
  readonly #summaries: PointSummarised[] = [];
  readonly #actions: PlacedAction[] = [];
  readonly #stepsBefore: number[] = [];
  #stepCount = 0;
  #prices = Float64Array.of(100, 50, 20, 250);
  #session = 0;

  constructor(seed: number) {
    this.#chance = new Chance(seed, 'market');
  }

  /** Frame number `index`, from 0. */
  at(index: number): MarketStep {
    while (this.#frames.length <= index) this.#addSession();
    return this.#frames[index]!;
  }

  /** What the funnel is told of a point that has been reached. */
  summaryOf(pointIndex: number): PointSummarised {
    return this.#summaries[pointIndex]!;
  }

  /** Steps of the market before a point that has been reached. */
  stepsBefore(pointIndex: number): number {
    return this.#stepsBefore[pointIndex]!;
  }

  /** Splits and dividends after one step, up to and with another. */
  actionsBetween(after: number, upTo: number): readonly PlacedAction[] {
    const actions: PlacedAction[] = [];
    for (let index = this.#actions.length - 1; index >= 0; index--) {
      const action = this.#actions[index]!;
      if (action.step <= after) break;
      if (action.step <= upTo) actions.unshift(action);
    }
    return actions;
  }

  #addSession(): void {
    const chance = this.#chance;
    const session = this.#session++;
    const date = 20_210_104 + session;
    if (session > 0 && session % SESSIONS_PER_SNAPSHOT === 0)
      this.#frames.push({ kind: 'snapshot' });
    if (chance.happens(ACTION_SHARE)) this.#addAction(date);
    for (let point = 0; point < POINTS_PER_SESSION; point++) {
      const prices = this.#prices.map((price) => {
        return Math.max(1, Math.round(price * (0.98 + chance.next() * 0.04) * 100) / 100);
      });
      this.#prices = prices;
      const pointIndex = session * POINTS_PER_SESSION + point;
      const isClose = point === POINTS_PER_SESSION - 1;
      const dayIndex = FIRST_DAY + session;
      this.#stepsBefore.push(this.#stepCount++);
      this.#frames.push({
        kind: 'point',
        pointIndex,
        date,
        dayIndex,
        isClose,
        opensSession: point === 0,
        prices,
      });
      this.#summaries.push({
        kind: 'point_summarised',
        pointIndex,
        date,
        isClose,
        stages: Uint8Array.from(SYMBOLS, () => chance.below(7)),
        liquidity: prices.map((price) => price * 1_000),
      });
    }
  }

  #addAction(date: number): void {
    const chance = this.#chance;
    const row = chance.below(SYMBOLS.length);
    const isSplit = chance.happens(0.3);
    const split = isSplit ? chance.pick([2, 3, 0.5]) : 1;
    const dividend = isSplit ? 0 : chance.between(1, 300) / 100;
    this.#prices = this.#prices.map((price, at) => {
      return at === row ? Math.max(1, Math.round((price / split) * 100) / 100) : price;
    });
    this.#stepCount++;
    this.#frames.push({ kind: 'action', row, date, split, dividend });
    this.#actions.push({ step: this.#stepCount, row, split, dividend });
  }
}

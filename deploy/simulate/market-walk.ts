// A market made from a seed: sessions of points with prices, splits and dividends between them.

import { dateOf, daysOf, sessionOf } from '../../actors/calendar/index.js';
import { Chance } from '../../engine/index.js';

/** Symbols of the simulated market. */
export const SYMBOLS = ['AAA', 'BBB', 'CCC', 'DDD'] as const;

/** Points of a session, the last of them its close. */
export const POINTS_PER_SESSION = 6;

/** Sessions from one snapshot of the shards to the next. */
const SESSIONS_PER_SNAPSHOT = 2;

/** Share of sessions that begin with a split or a dividend. */
const ACTION_SHARE = 0.4;

/** Day index of the first session: so many days of history are before it. */
export const FIRST_DAY = 40;

/** Prices at the close of history. Units: dollars. */
export const FIRST_PRICES = [100, 50, 20, 250] as const;

/** A point, with the last price of every row before it: prints lead to them. */
export interface MarketPoint {
  readonly kind: 'point';
  readonly pointIndex: number;
  readonly timeUs: number;
  readonly date: number;
  readonly dayIndex: number;
  readonly isClose: boolean;
  readonly opensSession: boolean;
  readonly prices: Float64Array;
}

/** One step of the market; a snapshot is a frame between steps and counts as none. */
export type MarketStep =
  | MarketPoint
  | {
      readonly kind: 'open';
      readonly date: number;
      readonly dayIndex: number;
      readonly openUs: number;
      readonly closeUs: number;
    }
  | {
      readonly kind: 'action';
      readonly timeUs: number;
      readonly row: number;
      readonly date: number;
      readonly split: number;
      readonly dividend: number;
    }
  | { readonly kind: 'snapshot'; readonly id: number; readonly timeUs: number };

/**
 * The first session: there is one each day, for nothing here asks for those of an exchange. Its
 * times are those of its date: what expires does so by both.
 */
const SESSION_DAY = daysOf(20_210_104);

/** A split or dividend with its place among the steps, from 1. */
export interface PlacedAction {
  readonly kind: 'action';
  readonly step: number;
  readonly row: number;
  readonly split: number;
  readonly dividend: number;
}

/**
 * A close, which settles options at its prices: half a step before its point has passed, for the
 * point tells what the books are with it.
 */
export interface PlacedClose {
  readonly kind: 'close';
  readonly step: number;
  readonly date: number;
  readonly prices: Float64Array;
}

/** A seed's market, made as far as somebody has looked. */
export class MarketWalk {
  readonly #chance: Chance;
  readonly #frames: MarketStep[] = [];
  readonly #actions: (PlacedAction | PlacedClose)[] = [];
  readonly #stepsBefore: number[] = [];
  readonly #points: MarketPoint[] = [];
  /** Frames up to and with each snapshot, by its id. */
  readonly #snapshots = [0];
  #stepCount = 0;
  #prices = Float64Array.from(FIRST_PRICES);
  #session = 0;

  constructor(seed: number) {
    this.#chance = new Chance(seed, 'market');
    // The point that closes history.
    const date = dateOf(SESSION_DAY - 1);
    this.#addPoint({ date, dayIndex: FIRST_DAY - 1, isClose: true, opensSession: true }, 1);
  }

  /** Frame number `index`, from 0. */
  at(index: number): MarketStep {
    while (this.#frames.length <= index) this.#addSession();
    return this.#frames[index]!;
  }

  /**
   * Asks for a snapshot of the shards at a place that nobody has come to yet; gives its id. Those
   * behind it, which nobody has heard of, are numbered anew.
   */
  insertSnapshot(index: number): number {
    this.at(index);
    const before = this.#snapshots.findIndex((frames) => frames > index);
    const id = before < 0 ? this.#snapshots.length : before;
    for (let at = index; at < this.#frames.length; at++) {
      const frame = this.#frames[at]!;
      if (frame.kind === 'snapshot') this.#frames[at] = { ...frame, id: frame.id + 1 };
    }
    for (let later = id; later < this.#snapshots.length; later++) this.#snapshots[later]!++;
    this.#frames.splice(index, 0, { kind: 'snapshot', id, timeUs: 0 });
    this.#snapshots.splice(id, 0, index + 1);
    return id;
  }

  /** Frames up to and with a snapshot that has been reached. */
  framesAt(snapshot: number): number {
    return this.#snapshots[snapshot]!;
  }

  /** A point that has been reached, or the next ones up to the end of their session. */
  pointAt(pointIndex: number): MarketPoint | undefined {
    return this.#points[pointIndex];
  }

  /** Steps of the market before a point that has been reached. */
  stepsBefore(pointIndex: number): number {
    return this.#stepsBefore[pointIndex]!;
  }

  /** Steps of the market before the point of an event time, which has been reached. */
  stepsBeforeTime(timeUs: number): number {
    return this.#stepsBefore[this.#points.findLastIndex((point) => point.timeUs === timeUs)]!;
  }

  /** Splits, dividends and closes after one step, up to and with another. */
  actionsBetween(after: number, upTo: number): readonly (PlacedAction | PlacedClose)[] {
    const actions: (PlacedAction | PlacedClose)[] = [];
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
    const date = dateOf(SESSION_DAY + session);
    const dayIndex = FIRST_DAY + session;
    const { openUs, closeUs } = sessionOf(date);
    if (session > 0 && session % SESSIONS_PER_SNAPSHOT === 0) {
      this.#frames.push({ kind: 'snapshot', id: this.#snapshots.length, timeUs: openUs });
      this.#snapshots.push(this.#frames.length);
    }
    this.#stepCount++;
    this.#frames.push({ kind: 'open', date, dayIndex, openUs, closeUs });
    if (chance.happens(ACTION_SHARE)) this.#addAction(date, openUs);
    for (let point = 0; point < POINTS_PER_SESSION; point++) {
      this.#prices = this.#prices.map((price) => {
        return Math.max(1, Math.round(price * (0.98 + chance.next() * 0.04) * 100) / 100);
      });
      const isClose = point === POINTS_PER_SESSION - 1;
      const share = (point + 1) / POINTS_PER_SESSION;
      this.#addPoint({ date, dayIndex, isClose, opensSession: point === 0 }, share);
    }
  }

  #addPoint(
    point: Pick<MarketPoint, 'date' | 'dayIndex' | 'isClose' | 'opensSession'>,
    share: number,
  ): void {
    const { openUs, closeUs } = sessionOf(point.date);
    const added: MarketPoint = {
      kind: 'point',
      pointIndex: this.#points.length,
      timeUs: openUs + (closeUs - openUs) * share,
      prices: this.#prices,
      ...point,
    };
    if (point.isClose) {
      const { date } = point;
      this.#actions.push({
        kind: 'close',
        step: this.#stepCount + 0.5,
        date,
        prices: this.#prices,
      });
    }
    this.#stepsBefore.push(this.#stepCount++);
    this.#frames.push(added);
    this.#points.push(added);
  }

  #addAction(date: number, timeUs: number): void {
    const chance = this.#chance;
    const row = chance.below(SYMBOLS.length);
    const isSplit = chance.happens(0.3);
    const split = isSplit ? chance.pick([2, 3, 0.5]) : 1;
    const dividend = isSplit ? 0 : chance.between(1, 300) / 100;
    this.#prices = this.#prices.map((price, at) => {
      return at === row ? Math.max(1, Math.round((price / split) * 100) / 100) : price;
    });
    this.#stepCount++;
    this.#frames.push({ kind: 'action', timeUs, row, date, split, dividend });
    this.#actions.push({ kind: 'action', step: this.#stepCount, row, split, dividend });
  }
}

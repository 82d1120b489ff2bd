// Daily returns as the live shards put them into the scenario matrix, kept for replays.

import {
  attachReturns,
  attachScenarioMatrix,
  createScenarioMatrix,
  putReturn,
  type ScenarioMatrixHandle,
  type ScenarioReturns,
} from '../../actors/risk/index.js';
import { FIRST_DAY, type MarketPoint, SYMBOLS } from './market-walk.js';

/** First day that the live shards put: history is closed by the first point. */
const FIRST_PUT = FIRST_DAY - 1;

/** What the live matrix held, day by day, and a matrix for replays. */
export class Returns {
  readonly #live: ScenarioReturns;
  readonly #history: readonly (Float64Array | Int32Array)[];
  readonly #days: Float64Array[] = [];
  /** The replays' own matrix, with the plain kernel: it must agree with the compiled one. */
  readonly matrix = attachScenarioMatrix(createScenarioMatrix(SYMBOLS.length));
  /** The first day that was not put as it had been before. */
  problem: string | undefined;

  /** `live` holds history alone so far. */
  constructor(live: ScenarioMatrixHandle) {
    this.#live = attachReturns(live);
    this.#history = historyOf(this.#live).map((view) => view.slice());
  }

  /** A point has been judged: the first one of a session puts the returns of the day before. */
  note({ opensSession, dayIndex }: MarketPoint): void {
    const day = dayIndex - 1;
    if (!opensSession || day < FIRST_PUT) return;
    const { returns, slots } = this.#live;
    const seen = Float64Array.from(SYMBOLS, (_, row) => returns[row * slots + (day % slots)]!);
    const before = this.#days[day - FIRST_PUT];
    if (before === undefined) this.#days[day - FIRST_PUT] = seen;
    else if (before.join() !== seen.join()) {
      this.problem ??= `expected returns ${before.join()} of day ${day} again, was ${seen.join()}`;
    }
  }

  /** Makes the replays' matrix what the live one was before the session of a day had a point. */
  rewind(dayIndex: number): void {
    for (const [index, view] of historyOf(this.matrix).entries()) view.set(this.#history[index]!);
    for (let day = FIRST_PUT; day < dayIndex - 1; day++) this.#put(day);
  }

  /** Puts into the replays' matrix what a point put into the live one. */
  replay({ opensSession, dayIndex }: MarketPoint): void {
    if (opensSession && dayIndex > FIRST_PUT) this.#put(dayIndex - 1);
  }

  #put(day: number): void {
    const seen = this.#days[day - FIRST_PUT];
    for (let row = 0; row < SYMBOLS.length; row++) {
      putReturn(this.matrix, row, day, seen?.[row] ?? Number.NaN);
    }
  }
}

function historyOf({ returns, missing }: ScenarioReturns): (Float64Array | Int32Array)[] {
  return [returns, missing];
}

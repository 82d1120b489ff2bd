// One price moves one exposure of a portfolio, and its value at risk is read anew.

import {
  attachScenarioMatrix,
  historicalRisk,
  SCENARIOS,
  ScenarioBook,
} from '../../actors/risk/index.js';
import type { Sample } from '../lib/case.js';
import { nowUs, percentiles, ratePerSecond } from '../lib/clock.js';
import { filledMatrix, HELD, ROWS } from '../lib/held-portfolio.js';

const TIMED = 50_000;

/** Updates a second, and single times: one exposure over 504 scenarios, the 99 % tail. */
export async function run(): Promise<Sample> {
  const book = new ScenarioBook(attachScenarioMatrix(filledMatrix(ROWS)));
  book.hold(Int32Array.from({ length: HELD }, (_, index) => index * 10));
  const exposures = new Float64Array(HELD).fill(100_000);
  let number = 0;
  let sum = 0;
  const update = (): void => {
    exposures[number % HELD]! += (number % 7) - 3;
    number++;
    book.update(exposures, SCENARIOS, false);
    sum += historicalRisk(book.sorted(), 0.99).valueAtRisk;
  };
  const rate = await ratePerSecond(() => {
    for (let index = 0; index < 100; index++) update();
    return 100;
  });
  const timesUs = new Float64Array(TIMED);
  for (let index = 0; index < TIMED; index++) {
    const started = nowUs();
    update();
    timesUs[index] = nowUs() - started;
  }
  if (!(sum > 0)) throw new Error(`expected a value at risk above 0, sum was ${sum}`);
  return { rate, ...percentiles(timesUs) };
}

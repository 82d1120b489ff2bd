// One price moves one exposure of a portfolio, and its value at risk is read anew.

import {
  attachScenarioMatrix,
  createScenarioMatrix,
  historicalRisk,
  putReturn,
  SCENARIOS,
  ScenarioBook,
} from '../../actors/risk/index.js';
import { scenarioKernel } from '../../deploy/app/kernels.js';
import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';

const ROWS = 504;
const HELD = 50;

/** Updates a second: one exposure over 504 scenarios, then the 99 % quantile and its tail. */
export async function run(): Promise<Sample> {
  const matrix = attachScenarioMatrix(createScenarioMatrix(ROWS, 1, scenarioKernel()));
  for (let row = 0; row < ROWS; row++) {
    for (let day = 0; day < SCENARIOS; day++) {
      putReturn(matrix, row, day, Math.sin((row * SCENARIOS + day) * 12.9898) * 0.02);
    }
  }
  const book = new ScenarioBook(matrix);
  book.hold(Int32Array.from({ length: HELD }, (_, index) => index * 10));
  const exposures = new Float64Array(HELD).fill(100_000);
  let number = 0;
  let sum = 0;
  const rate = await ratePerSecond(() => {
    for (let update = 0; update < 100; update++) {
      exposures[number % HELD]! += (number % 7) - 3;
      number++;
      book.update(exposures, SCENARIOS, false);
      sum += historicalRisk(book.sorted(), 0.99).valueAtRisk;
    }
    return 100;
  });
  if (!(sum > 0)) throw new Error(`expected a value at risk above 0, sum was ${sum}`);
  return { rate };
}

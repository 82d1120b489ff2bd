// Portfolios that hold all of 500 symbols, valued from nothing in 504 scenarios, one after another.

import {
  attachScenarioMatrix,
  historicalRisk,
  SCENARIOS,
  ScenarioBook,
} from '../../actors/risk/index.js';
import type { Sample } from '../lib/case.js';
import { ratePerSecond } from '../lib/clock.js';
import { filledMatrix } from '../lib/held-portfolio.js';

/** Symbols that each holds: the shape of the peer's matrices too. */
const SYMBOLS = 500;

/** Portfolios a second, with value at risk and tail mean of each. */
export async function run(): Promise<Sample> {
  const book = new ScenarioBook(attachScenarioMatrix(filledMatrix(SYMBOLS)));
  book.hold(Int32Array.from({ length: SYMBOLS }, (_, row) => row));
  const exposures = Float64Array.from({ length: SYMBOLS }, (_, row) => 100_000 + row);
  let number = 0;
  let sum = 0;
  const rate = await ratePerSecond(() => {
    for (let portfolio = 0; portfolio < 20; portfolio++) {
      exposures[number++ % SYMBOLS]! += 1;
      book.update(exposures, SCENARIOS, true);
      const { valueAtRisk, tailMean } = historicalRisk(book.sorted(), 0.99);
      sum += valueAtRisk + tailMean;
    }
    return 20;
  });
  if (!(sum > 0)) throw new Error(`expected losses above 0, sum was ${sum}`);
  return { rate };
}

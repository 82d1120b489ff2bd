// How old risk gets when every price moves all the time: 10,000 portfolios on two threads.

import { createHistogram, Histogram, percentileOf, ShardPool } from '../../engine/index.js';
import type { Sample } from '../lib/case.js';
import { nowUs } from '../lib/clock.js';
import { filledMatrix, ROWS } from '../lib/held-portfolio.js';
import { observed } from '../lib/profile.js';
import type { MarkingConfig, Moved } from './marking-program.js';

const SHARDS = 2;
const PORTFOLIOS = 10_000;

/** A turn that takes longer is one without end. Units: milliseconds. */
const HUNG_MS = 30_000;

/** Moves of all prices before measuring and measured. */
const WARM = 5;
const MEASURED = 20;

/**
 * Ages of all risk figures just before they are replaced, the oldest they ever are: since the move
 * of the prices that they were made of. The next move comes once all have been made anew.
 */
export async function run(): Promise<Sample> {
  const prices = new Float64Array(new SharedArrayBuffer(ROWS * 8)).fill(100);
  const ages = Array.from({ length: SHARDS }, createHistogram);
  const matrix = filledMatrix(ROWS, SHARDS);
  let waiting = 0;
  let done: () => void = () => {};
  const pool = new ShardPool({
    shardCount: SHARDS,
    ringCapacity: 1024,
    programUrl: new URL('./marking-program.js', import.meta.url).href,
    configFor: (shard): MarkingConfig => ({
      matrix,
      prices: prices.buffer as SharedArrayBuffer,
      ages: ages[shard]!,
      shardCount: SHARDS,
      portfolios: PORTFOLIOS / SHARDS,
    }),
    onMessages: (_shard, _generation, answers) => {
      waiting -= answers.length;
      if (waiting === 0) done();
    },
    // All portfolios are one turn here, which the compiler sees for the first time at first.
    patience: { hungMs: HUNG_MS },
    onDied(_shard, fault) {
      throw fault;
    },
  });
  const moveAll = async (pointIndex: number): Promise<void> => {
    // By 2 to 4 % and back: each portfolio has moved by more than it may without new figures.
    for (let row = 0; row < ROWS; row++) prices[row] = 100 + (pointIndex % 2) * (2 + (row % 3));
    const moved: Moved = { pointIndex, movedUs: nowUs(), isMeasured: pointIndex >= WARM };
    waiting = SHARDS;
    const answered = new Promise<void>((resolve) => {
      done = resolve;
    });
    for (let shard = 0; shard < SHARDS; shard++) pool.post(shard, moved);
    await answered;
  };
  for (let point = 0; point < WARM; point++) await moveAll(point);
  await observed(async () => {
    for (let point = WARM; point < WARM + MEASURED; point++) await moveAll(point);
  });
  await pool.close(2_000);
  const told = ages.map((memory) => new Histogram(memory));
  return { p50: percentileOf(told, 0.5) / 1000, p99: percentileOf(told, 0.99) / 1000 };
}

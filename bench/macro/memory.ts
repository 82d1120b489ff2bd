// Memory with 10,000 portfolios of 50 positions, over two streamed sessions.

import type { Sample } from '../lib/case.js';
import { writePortfolios } from '../lib/many-portfolios.js';
import { runOnce } from '../lib/product.js';
import { withScratch } from '../lib/scratch.js';

/** One run; its report tells the peak. */
export function run(): Promise<Sample> {
  return withScratch(async (folder) => {
    const portfolios = writePortfolios(folder, 10_000);
    const flags = ['--shards', '1', '--to', '2021-01-05', '--portfolios', portfolios];
    const { rssMb } = await runOnce(flags);
    return { rss: rssMb };
  });
}

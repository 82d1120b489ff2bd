// Memory with 10,000 portfolios of 50 positions, over two streamed sessions.

import { Market } from '../../deploy/app/market/market.js';
import { readSettings } from '../../deploy/app/settings.js';
import { System } from '../../deploy/app/system.js';
import type { Sample } from '../lib/case.js';
import { portfolioConfigs } from '../lib/many-portfolios.js';
import { withScratch } from '../lib/scratch.js';

const PORTFOLIOS = 10_000;

/** Memory is read so often. Units: milliseconds. */
const EVERY_MS = 100;

/** The market and its views in this process, which is the case's own. */
export function run(): Promise<Sample> {
  return withScratch(async (folder) => {
    let rssMb = 0;
    const timer = setInterval(() => {
      rssMb = Math.max(rssMb, process.memoryUsage.rss() / 1e6);
    }, EVERY_MS);
    const flags = { dataDir: folder, shards: '1', pace: 'max', to: '2021-01-05' };
    const settings = readSettings(flags);
    const system = new System();
    const market = await Market.start(
      {
        ...settings,
        portfolios: { ...settings.portfolios, portfolios: portfolioConfigs(PORTFOLIOS) },
      },
      {
        onEvent: (shard, message) => system.onEvent(shard, message),
        onSession() {},
        onRestart() {},
      },
    );
    system.attach(market);
    await market.stream();
    rssMb = Math.max(rssMb, process.memoryUsage.rss() / 1e6);
    clearInterval(timer);
    await market.close(5_000);
    return { rss: rssMb };
  });
}

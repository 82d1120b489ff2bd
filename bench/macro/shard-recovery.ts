// From the death of a shard's thread to the first answer of an actor that lived on it.

import { Market } from '../../deploy/app/market/market.js';
import { readSettings } from '../../deploy/app/settings.js';
import type { Sample } from '../lib/case.js';
import { pause } from '../lib/clock.js';
import { writePortfolios } from '../lib/many-portfolios.js';
import { withScratch } from '../lib/scratch.js';

/** Portfolios on the shard. */
const PORTFOLIOS = 1_000;

/** Sessions before the death: past the first snapshot, so that both it and the log are used. */
const SESSIONS_BEFORE = 7;

/** Most tries to get an answer. */
const TRIES = 20_000;

/** Kills the only shard in the middle of a paced replay, and asks until it answers. */
export function run(): Promise<Sample> {
  return withScratch(async (folder) => {
    const flags = { dataDir: folder, shards: '1', pace: '2' };
    const portfolios = writePortfolios(folder, PORTFOLIOS);
    let reached: () => void = () => {};
    const enough = new Promise<void>((resolve) => {
      reached = resolve;
    });
    const market = await Market.start(readSettings({ ...flags, portfolios }), {
      onEvent() {},
      onSession: (_date, done) => {
        if (done === SESSIONS_BEFORE) reached();
      },
      onRestart() {},
    });
    const streamed = market.stream();
    await enough;
    const started = performance.now();
    market.shards.kill(0);
    await answered(market);
    const took = performance.now() - started;
    const restarts = market.shards.restarts();
    market.stop();
    await streamed;
    await market.close(2_000);
    if (restarts !== 1) throw new Error(`expected one restart, was ${restarts}`);
    return { ms: took };
  });
}

async function answered(market: Market): Promise<void> {
  for (let tries = 0; tries < TRIES; tries++) {
    const isRestarted = market.shards.restarts() > 0;
    const reply = await market.shards.asks.ask('portfolio/p0', { kind: 'show_portfolio' });
    if (isRestarted && reply.kind === 'replied') return;
    await pause(1);
  }
  throw new Error('expected an answer after the restart, was none');
}

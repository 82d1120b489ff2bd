// The hash of a run is of all that was sent to its shards, also behind the last point.

import t from 'tap';
import { sessionOf } from '../../../actors/calendar/index.js';
import { hashAtRest, packPrints, startLife, temporaryFolder } from '../../services/test-system.js';

/** Prints of one batch: more than a shard takes while the batch is answered. */
const PRINTS = 20_000;

t.test('prints behind the last point are in the hash as soon as they were taken', async (t) => {
  const dataDir = temporaryFolder(t, 'state-hash');
  const { market, system } = await startLife({ dataDir, pace: 'max', shards: '1', warmup: '60' });
  t.teardown(() => market.close(2_000));
  await market.stream();
  const { openUs } = sessionOf(20210121);
  for (let sequence = 1n; sequence <= 3n; sequence++) {
    const fromUs = openUs + Number(sequence) * PRINTS;
    const prints = packPrints(
      Array.from({ length: PRINTS }, (_, at) => [0, fromUs + at, 130 + (at % 7) / 100]),
    );
    const taken = await system.market.ingest({
      source: 'desk',
      sequence,
      symbols: ['AAPL'],
      prints,
    });
    t.match(taken, { ok: true });
    const soon = await market.hash();
    t.equal(soon, await hashAtRest(market), `after batch ${sequence}`);
  }
});

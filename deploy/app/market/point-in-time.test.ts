// A market put back to a point of its past goes on from there as if nothing later had been.

import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { copyJournal, examineJournal, restoreJournal } from '../../../engine/index.js';
import {
  CashMovementSchema,
  CommandRequestSchema,
} from '../../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { packPrints, SYMBOLS, temporaryFolder } from '../../services/test-system.js';
import { readSettings } from '../settings.js';
import { System } from '../system.js';
import { Market } from './market.js';
import { marketCut } from './market-cut.js';

const HOUR_US = 3_600_000_000;

/** A life of the market: what it came to, and its journal's end at each deposit. */
async function live(dataDir: string, resume: boolean, depositAfter: readonly number[]) {
  const system = new System();
  const answers: Promise<unknown>[] = [];
  const market: Market = await Market.start(
    readSettings({
      dataDir,
      resume,
      symbols: SYMBOLS.join(','),
      warmup: '60',
      pace: '200',
      shards: '2',
      to: '2021-01-20',
    }),
    {
      onEvent: (shard, message) => system.onEvent(shard, message),
      onSession(_date, done) {
        if (!depositAfter.includes(done)) return;
        const value = create(CashMovementSchema, { amount: '1000', direction: 'deposit' });
        const command = { case: 'cash', value } as const;
        const names = { portfolio: 'megacaps', commandId: `deposit-${done}` };
        const request = create(CommandRequestSchema, { ...names, command });
        const prints = packPrints([[0, market.sequencer.closeUs - HOUR_US, 140]]);
        const batch = { source: 'test', sequence: BigInt(done), symbols: ['AAPL'], prints };
        const deposited = system.portfolios.command(request);
        answers.push(deposited.then(() => system.market.ingest(batch)));
      },
      onRestart() {},
    },
  );
  system.attach(market);
  await market.stream();
  await Promise.all(answers);
  await market.settle();
  const detail = await system.portfolios.get('megacaps');
  const hash = await market.hash();
  const inputs = [...market.journal.inputs()].length;
  const { position } = market.journal;
  return { market, hash, inputs, position, cash: detail.ok ? detail.value.summary?.cash : '' };
}

t.test('a backup taken while it runs, cut at an event, resumed', async (t) => {
  const folder = temporaryFolder(t, 'point');
  const [whole, short] = [join(folder, 'whole'), join(folder, 'short')];
  const all = await live(whole, false, [2, 5, 8]);
  t.equal(all.inputs, 3);
  await copyJournal(join(whole, 'store'), join(folder, 'backup.mdb'));
  t.match(await examineJournal(join(whole, 'store')), { isSound: true }, 'while it is open');
  const kept = all.market.journal.recordsOf('portfolio/megacaps').slice(0, -1);
  const until = { position: kept.at(-1)!.position };
  await all.market.close(2_000);

  const { records, dropped } = await restoreJournal(
    join(folder, 'backup.mdb'),
    join(short, 'store'),
    marketCut(until),
  );
  t.equal(records, until.position);
  // Alerts may have been noted as taken after the end of the run was looked at.
  t.ok(dropped >= all.position - until.position);
  const resumed = await live(short, true, []);
  t.equal(Number(all.cash) - Number(resumed.cash), 1000, 'the last deposit is not there');
  t.ok(resumed.inputs < all.inputs, 'nor the prints that came after it');
  await resumed.market.close(2_000);
  const again = await live(short, true, []);
  t.equal(again.hash, resumed.hash, 'it is a past like any other');
  await again.market.close(2_000);
});

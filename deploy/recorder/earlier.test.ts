// A recording is replayed whatever its data directory had before, and holds one run alone.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { sessionOf } from '../../actors/calendar/index.js';
import { Journal, toJson } from '../../engine/index.js';
import { PACKED_PRINT } from '../../proto/frames/market.js';
import {
  CommandRequestSchema,
  TradeSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { encodeBatch, RecordedBatches } from '../app/feed/recorded-batches.js';
import { Market } from '../app/market/market.js';
import type { RunFlags } from '../app/run-flags.js';
import { readSettings } from '../app/settings.js';
import {
  hashAtRest,
  type Life,
  packPrints,
  startLife,
  temporaryFolder,
} from '../services/test-system.js';
import { recordEarlier } from './earlier.js';
import { Recorder } from './recorder.js';
import { readRun, runFile } from './recording.js';
import { prepareReplay } from './replay.js';

/** A trade and a print of the session after the last one; returns the state they came to. */
async function trade({ market, system }: Life, sequence: bigint): Promise<string> {
  const value = create(TradeSchema, { symbol: 'KO', side: 'buy', quantity: '10' });
  const commandId = `buy-${sequence}`;
  const command = { case: 'trade', value } as const;
  const request = create(CommandRequestSchema, { portfolio: 'megacaps', commandId, command });
  const { accepted } = await system.portfolios.command(request);
  const prints = packPrints([[0, sessionOf(20210121).openUs + Number(sequence) * 1e6, 130]]);
  const batch = { source: 'desk', sequence, symbols: ['AAPL'], prints };
  const taken = await system.market.ingest(batch);
  if (!accepted || !taken.ok) throw new Error('expected a trade and a print to be taken');
  await market.settle();
  return await hashAtRest(market);
}

/** The state that a recording comes to in a data directory of its own. */
async function replayed(record: string, dataDir: string): Promise<string> {
  const { run } = await prepareReplay(record, dataDir);
  const market = await Market.start(
    {
      ...readSettings({ ...run.flags, dataDir, resume: true }),
      recordDir: undefined,
      isReplay: true,
    },
    { onEvent() {}, onSession() {}, onRestart() {} },
  );
  await market.stream();
  const hash = await hashAtRest(market);
  await market.close(2_000);
  return hash;
}

t.test('a recording from before books were recorded is told apart', async (t) => {
  const folder = temporaryFolder(t, 'without-books');
  const record = join(folder, 'records');
  const recorder = await Recorder.open(record);
  recorder.note({ flags: {}, feed: 'f' });
  await recorder.close();
  const today = await prepareReplay(record, join(folder, 'today'));
  t.equal(today.isWithoutBooks, false, 'nothing was said, and that was recorded');
  writeFileSync(runFile(record), JSON.stringify({ flags: {}, feed: 'f' }));
  const earlier = await prepareReplay(record, join(folder, 'earlier'));
  t.equal(earlier.isWithoutBooks, true);
});

t.test('what was dropped of a recording is not copied again, and stays noted', async (t) => {
  const folder = temporaryFolder(t, 'dropped');
  const record = join(folder, 'records');
  const journal = Journal.open(join(folder, 'store'));
  t.teardown(() => journal.close());
  const event = { kind: 'noted' };
  await journal.append([{ address: 'portfolio/a', sequence: 1, event, cause: 'test', timeUs: 1 }]);
  const recorder = await Recorder.open(record);
  recorder.note({ flags: {}, feed: 'f', keptFrom: '2021-01-05' });
  const recorded = new RecordedBatches(journal, 'f');
  await recordEarlier(recorder, record, {
    journal,
    recorded,
    feed: 'f',
    position: 0,
    resume: true,
  });
  t.equal(recorder.counters.events, 0);
  recorder.note({ flags: {}, feed: 'f', ticks: 5 });
  t.match(readRun(record), { ticks: 5, keptFrom: '2021-01-05' });
  await recorder.close();
});

const ADDRESS = 'portfolio/a';

const event = (sequence: number, note: string) =>
  ({
    address: ADDRESS,
    sequence,
    event: { kind: 'noted', note },
    cause: 'test',
    timeUs: 1,
  }) as const;

const batch = (sequence: bigint, price: number) => {
  const prints = packPrints([[0, sessionOf(20210121).openUs, price]]);
  return { source: 'desk', sequence, symbols: ['AAPL'], prints };
};

/** Each price comes at a time of its own. */
const at = (price: number) => ({ step: 1, prints: 0, arrivalUs: price });

/** What a replay of a recording begins with: notes of its events, prices of its batches. */
async function replayedPast(record: string, dataDir: string) {
  await prepareReplay(record, dataDir);
  const journal = Journal.open(join(dataDir, 'store'), { readOnly: true });
  const notes = journal.events(ADDRESS).map((one) => Reflect.get(one, 'note'));
  const prices = [...new RecordedBatches(journal, 'f').all()].map((one) => {
    const { buffer, byteOffset } = one.batch.prints;
    return new DataView(buffer, byteOffset).getFloat64(PACKED_PRINT.price, true);
  });
  await journal.close();
  return { notes, prices };
}

t.test('what a crash left in the recording alone is in no replay', async (t) => {
  const folder = temporaryFolder(t, 'recorded-alone');
  const record = join(folder, 'records');
  const journal = Journal.open(join(folder, 'store'));
  t.teardown(() => journal.close());
  const take = async (recorder: Recorder, sequence: number, note: string): Promise<void> => {
    const one = event(sequence, note);
    await recorder.event({ ...one, event: toJson(one.event) });
  };
  const keep = async (sequence: number, note: string, price: number): Promise<void> => {
    await journal.append([event(sequence, note)]);
    await journal.appendInput(encodeBatch(batch(BigInt(sequence), price), at(price), 'f'));
  };
  const goOn = async (): Promise<Recorder> => {
    const recorder = await Recorder.open(record);
    const recorded = new RecordedBatches(journal, 'f');
    await recordEarlier(recorder, record, {
      ...{ journal, recorded, feed: 'f', position: 0, resume: true },
    });
    return recorder;
  };
  const first = await Recorder.open(record);
  first.note({ flags: {}, feed: 'f' });
  for (const sequence of [1, 2, 3]) {
    await take(first, sequence, `first ${sequence}`);
    await first.batch(batch(BigInt(sequence), 130), at(130));
  }
  await keep(1, 'first 1', 130);
  await first.close();

  const second = await goOn();
  await second.close();
  const past = await replayedPast(record, join(folder, 'again'));
  t.same(past, { notes: ['first 1'], prices: [130] }, 'nobody was told of the others');

  const third = await goOn();
  await take(third, 2, 'third 2');
  await take(third, 3, 'third 3');
  await third.batch(batch(2n, 140), at(140));
  await third.close();
  // As a run leaves it that goes on without the recording.
  await keep(2, 'fourth 2', 150);
  const fifth = await goOn();
  await fifth.close();
  t.same(await replayedPast(record, join(folder, 'other')), {
    notes: ['first 1', 'fourth 2'],
    prices: [130, 150],
  });
});

t.test('a recording of a data directory with a past', async (t) => {
  const folder = temporaryFolder(t, 'earlier');
  const record = join(folder, 'records');
  const flags = { dataDir: join(folder, 'data'), pace: 'max', shards: '1', warmup: '60' };
  const live = async (more: RunFlags, sequence: bigint): Promise<string> => {
    const life = await startLife({ ...flags, ...more });
    await life.market.stream();
    const hash = await trade(life, sequence);
    await life.market.close(2_000);
    return hash;
  };
  await live({}, 1n);
  await live({ record }, 2n);
  await t.rejects(startLife({ ...flags, record }), { code: 'recording.exists' });

  await live({ resume: true }, 3n);
  const resumed = await live({ resume: true, record }, 4n);
  t.equal(await replayed(record, join(folder, 'again')), resumed);
});

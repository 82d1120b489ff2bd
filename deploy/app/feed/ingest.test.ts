// Prints from outside: broken numbers, wrong dates and failing disks do no harm that lasts.

import { join } from 'node:path';
import { create, toBinary } from '@bufbuild/protobuf';
import t, { type Test } from 'tap';
import { sessionOf } from '../../../actors/calendar/index.js';
import { FeedStatusSchema } from '../../../proto/gen/sluice/market/v1/market_pb.js';
import { prepareReplay } from '../../recorder/replay.js';
import {
  hashAtRest,
  type Life,
  packPrints,
  startLife,
  temporaryFolder,
} from '../../services/test-system.js';
import { Market } from '../market/market.js';
import type { IngestBatch } from '../port.js';
import { readSettings } from '../settings.js';
import { SKIPPED_MAX } from './numbering.js';
import { sessionToOpen } from './outside-dates.js';
import { encodeBatch, RecordedBatches } from './recorded-batches.js';

/** The session after the small system's last one. */
const NEXT = 20210121;

function batch(sequence: bigint, timesUs: readonly number[], symbol = 'AAPL'): IngestBatch {
  const prints = packPrints(timesUs.map((timeUs) => [0, timeUs, 130]));
  return { source: 'desk', sequence, symbols: [symbol], prints };
}

/** The small system without doors, all of it streamed. */
async function streamed(t: Test): Promise<Life> {
  const dataDir = temporaryFolder(t, 'ingest');
  const life = await startLife({ dataDir, pace: 'max', shards: '1', warmup: '60' });
  t.teardown(() => life.market.close(2_000));
  await life.market.stream();
  return life;
}

t.test('a number that jumps too far is refused, and the feed can still be told', async (t) => {
  const { system, market } = await streamed(t);
  const { ingest } = system.market;
  t.match(await ingest(batch(1n, [])), { ok: true });
  t.match(await ingest(batch(2n ** 64n - 1n, [])), {
    ok: false,
    refusal: { code: 'ingest.gap_too_large' },
  });
  t.match(await ingest(batch(2n + SKIPPED_MAX, [])), {
    ok: true,
    value: { gaps: Number(SKIPPED_MAX) },
  });
  t.match(await ingest(batch(3n + SKIPPED_MAX, [])), { ok: true, value: { gaps: 0 } });
  t.ok(toBinary(FeedStatusSchema, system.market.feed()).length > 0);
  t.equal(new RecordedBatches(market.journal, 'any').missing.total, Number(SKIPPED_MAX));
});

t.test('a journal that holds a jump of 2^64 is read with a count that can be told', (t) => {
  const inputs = [1n, 2n ** 64n - 1n].map((sequence) =>
    encodeBatch(batch(sequence, []), { step: 1, prints: 0 }, 'feed'),
  );
  const journal = {
    *inputs() {
      yield* inputs;
    },
    input: (number: number) => inputs[number - 1]!,
  };
  const recorded = new RecordedBatches(journal, 'feed');
  const status = create(FeedStatusSchema, { gaps: BigInt(recorded.missing.total) });
  t.ok(toBinary(FeedStatusSchema, status).length > 0);
  t.end();
});

t.test('only a near session of the exchange is opened, by a symbol that is known', async (t) => {
  const { system, market } = await streamed(t);
  const { ingest } = system.market;
  const { date } = market.sequencer;
  const noonUs = (day: number): number => sessionOf(day).openUs + 9e9;
  let sequence = 0n;
  const wrong = [
    ['AAPL', noonUs(20960608)],
    ['AAPL', noonUs(20210123)],
    ['NOPE', noonUs(NEXT)],
    ['AAPL', Number.POSITIVE_INFINITY],
  ] as const;
  for (const [symbol, timeUs] of wrong) {
    t.match(await ingest(batch(++sequence, [timeUs], symbol)), {
      ok: true,
      value: { accepted: 0 },
    });
    t.equal(market.sequencer.date, date, `${symbol} ${timeUs}`);
  }
  const answer = ingest(batch(++sequence, [sessionOf(NEXT).openUs + 1e6, 1]));
  // Others are refused while this one waits for its place.
  system.market.refuseFrame({ reason: 'dropped', source: 'other' });
  t.match(await answer, { ok: true, value: { accepted: 1 } });
  const answered = await answer;
  t.same(answered.ok && answered.value.rejectedByReason, { outside_session: 1 });
  t.equal(market.sequencer.date, NEXT);
});

t.test('sessions may be opened up to the day on which a print came', (t) => {
  const noonUs = (day: number): number => sessionOf(day).openUs + 9e9;
  const friday = 20261120;
  const today = noonUs(friday);
  t.equal(sessionToOpen(today, 20210120, today), friday);
  t.equal(sessionToOpen(noonUs(20261123), 20210120, today), undefined);
  t.equal(sessionToOpen(noonUs(20261121), 20210120, noonUs(20261121)), undefined, 'a Saturday');
  t.equal(sessionToOpen(noonUs(20210127), 20210120, 1), 20210127, 'five sessions ahead');
  t.equal(sessionToOpen(noonUs(20210128), 20210120, 1), undefined, 'six');
  t.equal(sessionToOpen(noonUs(20960608), 20210120, undefined), 20960608, 'an earlier version');
  t.end();
});

t.test('batches whose recording fails are sent again and count once, ever', async (t) => {
  const folder = temporaryFolder(t, 'failing');
  const record = join(folder, 'records');
  const flags = { dataDir: join(folder, 'live'), pace: 'max', shards: '1', warmup: '60' };
  const first = await startLife({ ...flags, record });
  await first.market.stream();
  const { ingest } = first.system.market;
  const { openUs } = sessionOf(NEXT);
  const recorder = first.market.recorder!;
  const whole = recorder.batch.bind(recorder);
  let failures = 0;
  recorder.batch = async (one, admission) => {
    if (one.sequence === 2n && failures++ < 2) throw new Error('no space left on device');
    return await whole(one, admission);
  };
  const send = (sequence: bigint) => ingest(batch(sequence, [openUs + Number(sequence) * 1e6]));
  t.match(await send(1n), { ok: true });
  for (let attempt = 0; attempt < 2; attempt++) {
    const both = await Promise.allSettled([send(2n), send(3n)]);
    t.match(both, [{ status: 'rejected' }, { status: 'rejected' }], 'a source is taken in order');
  }
  const found = new RecordedBatches(first.market.journal, 'any').sequences.get('desk');
  t.equal(found, 1n, 'of what failed nothing would be there if the process ended now');
  const prints = first.market.sequencer.prints;
  t.match(await Promise.all([send(2n), send(3n)]), [{ ok: true }, { ok: true }]);
  t.equal(first.market.sequencer.prints, prints + 2);
  t.equal(first.market.ingest.missing.total, 0);
  const { journal } = first.market;
  const append = journal.appendInput.bind(journal);
  journal.appendInput = () => Promise.reject(new Error('no space left on device'));
  await t.rejects(send(4n), 'recorded, and never sent again');
  journal.appendInput = append;
  await first.market.settle();
  const state = await hashAtRest(first.market);
  await first.market.close(2_000);

  const second = await startLife({ ...flags, resume: true });
  await second.market.stream();
  t.equal(await hashAtRest(second.market), state, 'after a restart');
  t.match(await second.system.market.ingest(batch(3n, [])), {
    refusal: { code: 'ingest.repeated' },
  });
  await second.market.close(2_000);

  const dataDir = join(folder, 'again');
  const { run } = await prepareReplay(record, dataDir);
  const again = await Market.start(
    {
      ...readSettings({ ...run.flags, dataDir, resume: true }),
      recordDir: undefined,
      isReplay: true,
    },
    { onEvent() {}, onSession() {}, onRestart() {} },
  );
  await again.stream();
  t.equal(await hashAtRest(again), state, 'from the recording');
  await again.close(2_000);
});

// Recording: a replay comes to the same state, nothing acknowledged is lost, torn ends are told.

import { fork } from 'node:child_process';
import {
  appendFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { sessionOf } from '../../actors/calendar/index.js';
import { DuckDb, sqlText } from '../../engine/index.js';
import {
  CommandRequestSchema,
  TradeSchema,
} from '../../proto/gen/sluice/portfolio/v1/portfolio_pb.js';
import { Market } from '../app/market/market.js';
import { readSettings } from '../app/settings.js';
import { System } from '../app/system.js';
import { packPrints, SYMBOLS, temporaryFolder } from '../services/test-system.js';
import { Recorder } from './recorder.js';
import { openFolder, tablesOf } from './recording.js';
import { prepareReplay } from './replay.js';
import { SegmentWriter, scanSegment } from './segment.js';

const CHILD = 'record';

if (process.argv[2] === CHILD) await recordForEver(process.argv[3]!);
else tests();

/** The child of the kill test: tells each batch once it was acknowledged. */
async function recordForEver(dir: string): Promise<void> {
  const recorder = await Recorder.open(dir);
  for (let sequence = 1n; ; sequence++) {
    const prints = packPrints([[0, 1e15 + Number(sequence), 10]]);
    const batch = { source: 's', sequence, symbols: ['AAPL'], prints };
    await recorder.batch(batch, { step: 1, prints: 0, arrivalUs: Date.now() * 1_000 });
    process.send!(Number(sequence));
  }
}

function tests(): void {
  t.test('a replay comes to the state of the recorded run, with prints and commands', async (t) => {
    const dir = temporaryFolder(t, 'recorded');
    const record = join(dir, 'records');
    const flags = { symbols: SYMBOLS.join(','), pace: 'max', shards: '1', to: '2021-01-12' };
    const system = new System();
    let sequence = 0n;
    const sent: Promise<unknown>[] = [];
    const market = await Market.start(
      readSettings({ ...flags, record, dataDir: join(dir, 'live') }),
      {
        onEvent: (shard, message) => system.onEvent(shard, message),
        onSession(date, done) {
          if (done > 4) return;
          const { openUs } = sessionOf(date);
          const prints = packPrints([
            [0, openUs + 5e6, 131],
            [9, openUs + 6e6, 1],
            [0, 1, 131],
          ]);
          const batch = { source: 'desk', sequence: ++sequence, symbols: ['AAPL'], prints };
          sent.push(system.market.ingest(batch));
          const trade = { symbol: 'KO', side: 'buy', quantity: '10', price: '', fee: '' };
          const command = {
            case: 'trade',
            value: create(TradeSchema, trade),
          } as const;
          const commandId = `buy-${done}`;
          const request = create(CommandRequestSchema, {
            portfolio: 'megacaps',
            commandId,
            command,
          });
          sent.push(system.portfolios.command(request));
        },
        onRestart() {},
      },
    );
    system.attach(market);
    await market.stream();
    await Promise.all(sent);
    await market.settle();
    await market.noteState(() => true);
    const live = await market.hash();
    await market.close(2_000);
    t.equal(sequence, 4n);

    const dataDir = join(dir, 'again');
    const prepared = await prepareReplay(record, dataDir);
    t.match(prepared, { batches: 4, prints: 12, run: { hash: live } });
    t.ok(prepared.events >= 4);
    const again = await Market.start(
      {
        ...readSettings({ ...prepared.run.flags, dataDir, resume: true }),
        recordDir: undefined,
        isReplay: true,
      },
      { onEvent() {}, onSession() {}, onRestart() {} },
    );
    await again.stream();
    t.equal(await again.hash(), live);
    await again.close(2_000);
  });

  t.test('kill -9: nothing that was acknowledged is lost, and nothing comes twice', async (t) => {
    const dir = temporaryFolder(t, 'killed');
    const child = fork(new URL(import.meta.url), [CHILD, dir]);
    let told = 0;
    await new Promise<void>((resolve) => {
      child.on('message', (sequence) => {
        told = Number(sequence);
        if (told === 300) child.kill('SIGKILL');
      });
      child.on('exit', () => resolve());
    });
    const recorder = await Recorder.open(dir);
    t.equal(recorder.recovered.length, 1);
    await recorder.close();
    const db = await DuckDb.open();
    t.teardown(() => db.close());
    const tables = tablesOf(dir, 'prints').map(sqlText).join(', ');
    const found = await db.rows(`SELECT count(*)::INT AS n, count(DISTINCT sequence_low)::INT AS d,
      max(sequence_low)::INT AS last, min(arrival_us) > 1e15 AS timed
      FROM read_parquet([${tables}])`);
    t.match(found, [{ timed: true }]);
    const { n, d, last } = found[0]!;
    t.ok(Number(last) >= told, `${last} of ${told}`);
    t.same([n, d], [last, last]);
    t.ok(told >= 300);
  });

  t.test(
    'large segments are tables made beside the recorder, whole; one that fails is kept',
    async (t) => {
      const dir = temporaryFolder(t, 'large');
      const recorder = await Recorder.open(dir);
      const prints = packPrints(Array.from({ length: 10_000 }, (_, at) => [0, 1e15 + at, 10]));
      const admission = { step: 1, prints: 0, arrivalUs: 1 };
      for (let sequence = 1n; sequence <= 40n; sequence++) {
        await recorder.batch({ source: 's', sequence, symbols: ['AAPL'], prints }, admission);
      }
      await recorder.close();
      t.equal(recorder.counters.sealed, 2, 'one is full');
      const db = await DuckDb.open();
      t.teardown(() => db.close());
      const tables = tablesOf(dir, 'prints').map(sqlText).join(', ');
      const counts = 'count(*)::INT AS n, count(DISTINCT batch)::INT AS batches';
      const found = await db.rows(`SELECT ${counts} FROM read_parquet([${tables}])`);
      t.same(found, [{ n: 400_000, batches: 40 }]);

      const failing = await Recorder.open(dir);
      for (let sequence = 41n; sequence <= 45n; sequence++) {
        await failing.batch({ source: 's', sequence, symbols: ['AAPL'], prints }, admission);
      }
      // Where the table is to go there is a file: the folder of its day can't be made.
      const [open = ''] = readdirSync(openFolder(dir));
      const day = join(dir, `date=${open.slice(0, 10)}`);
      renameSync(day, `${day}-aside`);
      writeFileSync(day, '');
      await t.rejects(failing.close(), { code: 'recording.seal_failed' });
      t.same(readdirSync(openFolder(dir)), [open], 'its segment is there for the next run');
    },
  );

  t.test('a torn end is put aside and told; what is before it is kept', async (t) => {
    const dir = temporaryFolder(t, 'torn');
    mkdirSync(openFolder(dir));
    const path = join(openFolder(dir), '2021-01-04.prints.00000007.open');
    const writer = await SegmentWriter.open(path);
    const head = (batch: number) =>
      JSON.stringify({
        batch,
        source: 's',
        sequence: '1',
        symbols: ['A'],
        step: 0,
        place: 0,
        arrivalUs: 1,
      });
    const body = packPrints([[0, 1e15, 10]]);
    await Promise.all([0, 1, 2].map((batch) => writer.append({ head: head(batch), body })));
    await writer.close();
    const whole = readFileSync(path);
    for (let cut = 1; cut < whole.length; cut += 13) {
      const { blocks, wholeBytes } = scanSegment(whole.subarray(0, cut));
      t.ok(wholeBytes <= cut && blocks.length <= 2);
    }
    const flipped = Buffer.from(whole);
    flipped[whole.length - 3]! ^= 4;
    t.equal(scanSegment(flipped).blocks.length, 2);
    appendFileSync(path, whole.subarray(0, 50));
    writeFileSync(join(openFolder(dir), 'other.txt'), 'x');
    const recorder = await Recorder.open(dir);
    t.match(recorder.recovered, [{ blocks: 3, rows: 3, tornBytes: 50 }]);
    t.ok(readdirSync(openFolder(dir)).includes('2021-01-04.prints.00000007.torn'));
    t.match(tablesOf(dir, 'prints'), [/date=2021-01-04.kind=prints.00000007\.parquet$/]);
    await recorder.close();
  });
}

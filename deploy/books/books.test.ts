// Captured books through real shards and real doors: figures, streams, conditions, a killed thread.

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { createGrpcClient, Fault } from '../../engine/index.js';
import {
  type BookBatch,
  Books,
  GetBookRequestSchema,
  ListBooksRequestSchema,
  WatchBooksRequestSchema,
} from '../../proto/gen/sluice/book/v1/book_pb.js';
import { System } from '../app/system.js';
import { openSocket } from '../services/test-socket.js';
import { openDoors, until } from '../services/test-system.js';
import { type Capture, CaptureFeed, SAMPLE_CAPTURES } from './capture-feed.js';
import { type CapturedBooks, startBooks } from './start-books.js';
import { shortened } from './test-captures.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-feed-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

function start(
  t: { teardown(run: () => Promise<void>): void },
  captures: readonly Capture[],
): { readonly system: System; readonly books: CapturedBooks } {
  const system = new System();
  const books = startBooks(system, {
    captures,
    pace: 0,
    shardCount: 2,
    onReplaced() {},
    onStopped() {},
  });
  t.teardown(() => books.close(1_000));
  return { system, books };
}

/** Features of a symbol once they are those of the end of its capture. */
async function settled(
  system: System,
  symbol: string,
  updates: number,
): Promise<Readonly<Record<string, number>>> {
  let features: Readonly<Record<string, number>> = {};
  await until(() => {
    const answer = system.books.changed(0, [symbol]);
    features = answer.ok ? (answer.value.books[0]?.features ?? {}) : {};
    return features['updates'] === updates;
  });
  return features;
}

t.test('the captures end in the figures of the exchange, on two threads', async (t) => {
  const [spotWhole, perpetualWhole] = SAMPLE_CAPTURES;
  const captures = [spotWhole!, shortened(folder, perpetualWhole!, 20_000)];
  const { system, books } = start(t, captures);
  await books.finished;
  const spot = await settled(system, 'BTCUSDT', 126_073);
  const perpetual = await settled(system, 'BTCUSDT-PERP', 97651);
  t.match(spot, { is_synced: 1, gaps: 0, trades: 9_757, bid: 61_685.99, ask: 61_686 });
  t.match(perpetual, { is_synced: 1, gaps: 0, trades: 3_024, bid: 61_803.8, ask: 61_803.9 });
  // Of spot as the README states it; of the perpetual over its first minute.
  const accuracy = (of: Readonly<Record<string, number>>) =>
    ['tick_accuracy', 'quote_accuracy', 'lee_ready_accuracy'].map((name) => of[name]?.toFixed(3));
  t.same(accuracy(spot), ['0.969', '0.962', '0.962']);
  t.same(accuracy(perpetual), ['0.962', '0.996', '0.996']);
  t.same(books.feed.reasons.counts, {});
  t.ok(books.feed.isDone);
});

t.test('books are listed, shown and streamed through every door', async (t) => {
  const captures = SAMPLE_CAPTURES.map((capture) => shortened(folder, capture, 1_500));
  const { system, books } = start(t, captures);
  const services = await openDoors(system, folder);
  t.teardown(() => services.close(1_000));
  await books.finished;
  const client = createGrpcClient(Books, `127.0.0.1:${services.grpcPort}`, 5_000);
  t.teardown(() => client.close());
  const list = await client.call('list', create(ListBooksRequestSchema));
  t.same(
    list.books.map(({ symbol, synced }) => [symbol, synced]),
    [
      ['BTCUSDT', true],
      ['BTCUSDT-PERP', true],
    ],
  );
  const detail = await client.call('get', create(GetBookRequestSchema, { symbol: 'btcusdt' }));
  t.ok((detail.profile?.rows.length ?? 0) > 0 && (detail.heat?.columns.length ?? 0) > 0);
  t.match(detail.counters, { gaps: 0, misplaced: 0, badMessages: 0 });
  const missing = client.call('get', create(GetBookRequestSchema, { symbol: 'AAPL' }));
  await t.rejects(missing, { code: 'grpc.refused' });

  const url = `http://127.0.0.1:${services.httpPort}/api/v1/books`;
  const json = async (path: string) => (await fetch(url + path)).json() as Promise<Shown>;
  t.equal((await json('')).books?.length, 2);
  t.ok((await json('/features')).features?.some(({ name }) => name === 'vpin'));
  t.equal((await fetch(`${url}/AAPL`)).status, 404);

  const socket = openSocket(services.httpPort);
  await socket.opened;
  socket.send(JSON.stringify({ subscribe: { topic: 'books', keys: ['BTCUSDT'] } }));
  t.match(JSON.parse(await socket.next()), { topic: 'books', snapshot: true });
  socket.socket.destroy();

  const shown = async (where: string): Promise<readonly string[]> => {
    const request = create(WatchBooksRequestSchema, { where });
    for await (const batch of client.stream('watch', request) as AsyncIterable<BookBatch>) {
      return batch.books.map(({ symbol }) => symbol);
    }
    return [];
  };
  t.same(await shown('{"feature":"spread_bps","op":"<","value":0.01}'), ['BTCUSDT']);
  t.same(
    await shown('{"feature":"vpin","op":"<","value":2}'),
    [],
    'what is not known meets nothing',
  );
  for (const where of ['{"feature":"nope","op":"<","value":1}', 'not json', OLD]) {
    await t.rejects(shown(where), { code: 'grpc.refused' }, where);
  }
});

/** A look back that a book has no bars for. */
const OLD = '{"feature":"mid","ago":1,"op":"<","value":1}';

interface Shown {
  readonly books?: readonly unknown[];
  readonly features?: readonly { readonly name: string }[];
}

t.test('a thread that is killed leaves the same books behind', async (t) => {
  const captures = SAMPLE_CAPTURES.map((capture) => shortened(folder, capture, 3_000));
  const whole = start(t, captures);
  await whole.books.finished;
  const { system, books } = start(t, captures);
  await until(() => books.feed.sent > 1_000);
  books.shards.kill(0);
  await until(() => books.shards.restarts === 1);
  await until(() => books.feed.isDone);
  const expected = whole.system.books.changed(0, ['BTCUSDT']);
  if (!expected.ok) throw new Error('the whole run has no such book');
  const wanted = expected.value.books[0]!;
  const isSame = await until(() => {
    const answer = system.books.changed(0, ['BTCUSDT']);
    return answer.ok && JSON.stringify(answer.value.books[0]) === JSON.stringify(wanted);
  });
  t.ok(isSame);
});

/** A feed of ten trades, 50 ms apart, into a list of their numbers. */
function tenTrades(pace: number, name: string) {
  const path = join(folder, name);
  const trade = (at: number): string => {
    const data = {
      e: 'trade',
      s: 'X',
      t: at + 1,
      T: 1_723_104_000_000,
      p: '100.0',
      q: '1.0',
      m: true,
    };
    return `${1_723_104_000_000_000_000n + BigInt(at) * 50_000_000n} ${JSON.stringify({ data })}`;
  };
  writeFileSync(path, Array.from({ length: 10 }, (_, at) => trade(at)).join('\n'));
  const ids: number[] = [];
  const failures: unknown[] = [];
  const shards = {
    send(_row: number, _kind: number, lanes: Float64Array) {
      ids.push(lanes[3]!);
      return true;
    },
    publish() {},
  };
  const feed = new CaptureFeed({
    captures: [{ path, instrument: SAMPLE_CAPTURES[0]!.instrument }],
    shards,
    pace,
    onFailed: (error) => failures.push(error),
  });
  return { feed, ids, path, failures };
}

t.test('captures that are rewound after their end are sent once, as fast as it goes', async (t) => {
  // At this pace one rewind would take minutes.
  const { feed, ids, path, failures } = tenTrades(0.001, 'ten.jsonl');
  const whole = Array.from({ length: 10 }, (_, at) => at + 1);
  feed.reachedUs = Number.MAX_SAFE_INTEGER;
  await feed.run();
  t.same(ids, whole);
  t.ok(feed.isDone);
  ids.length = 0;
  feed.rewind();
  t.notOk(feed.isDone);
  feed.rewind();
  await feed.run();
  // The first was given up at its first record, if it came so far.
  t.same(ids.slice(-10), whole);
  t.ok(ids.length <= 11, String(ids));
  rmSync(path);
  feed.rewind();
  await until(() => failures.length === 1);
  t.notOk(feed.isDone);
});

t.test('books whose threads die again and again end, and say so', async (t) => {
  const stopped: unknown[] = [];
  const system = new System();
  const [capture] = SAMPLE_CAPTURES.map((one) => shortened(folder, one, 100));
  const books = startBooks(system, {
    ...{ captures: [capture!], pace: 0, shardCount: 1, onReplaced() {} },
    onStopped: (error) => stopped.push(error),
  });
  t.teardown(() => books.close(1_000));
  for (let death = 1; death <= 5; death++) {
    books.shards.kill(0);
    await until(() => books.shards.restarts === death);
  }
  const asked = books.shards.ask(0, { kind: 'show_book' });
  books.shards.kill(0);
  t.match(await asked, { code: 'shard.dies_again' });
  t.match(stopped, [{ code: 'shard.killed' }]);
  t.equal(books.shards.restarts, 5);
  t.match(await books.shards.ask(0, { kind: 'show_book' }), { code: 'shard.dies_again' });
});

t.test('a capture that is none is a fault with its code', async (t) => {
  const path = join(folder, 'none.jsonl');
  writeFileSync(path, 'no capture\n');
  const { books } = start(t, [{ ...SAMPLE_CAPTURES[0]!, path }]);
  const fault = await books.finished.catch((error: unknown) => error);
  t.ok(fault instanceof Fault && fault.code === 'data.wrong_columns');
  t.same(books.feed.reasons.counts, { no_receive_time: 1 });
});

// Captured books through real shards and real doors: figures, streams, conditions, a killed thread.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
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
import { type Capture, SAMPLE_CAPTURES } from './capture-feed.js';
import { type RunningBooks, startBooks } from './start-books.js';

const folder = mkdtempSync(join(tmpdir(), 'sluice-feed-'));
t.teardown(() => rmSync(folder, { recursive: true, force: true }));

/** The first lines of a capture, in a file of their own. */
function shortened({ path, instrument }: Capture, lines: number): Capture {
  const short = join(folder, `${instrument.symbol}.jsonl`);
  const text = gunzipSync(readFileSync(path)).toString();
  writeFileSync(short, text.split('\n').slice(0, lines).join('\n'));
  return { path: short, instrument };
}

function start(
  t: { teardown(run: () => Promise<void>): void },
  captures: readonly Capture[],
): { readonly system: System; readonly books: RunningBooks } {
  const system = new System();
  const books = startBooks(system, { captures, pace: 0, shardCount: 2, onReplaced() {} });
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
  const captures = [spotWhole!, shortened(perpetualWhole!, 20_000)];
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
  const captures = SAMPLE_CAPTURES.map((capture) => shortened(capture, 1_500));
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
  const captures = SAMPLE_CAPTURES.map((capture) => shortened(capture, 3_000));
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

t.test('a capture that is none is a fault with its code', async (t) => {
  const path = join(folder, 'none.jsonl');
  writeFileSync(path, 'no capture\n');
  const { books } = start(t, [{ ...SAMPLE_CAPTURES[0]!, path }]);
  const fault = await books.finished.catch((error: unknown) => error);
  t.ok(fault instanceof Fault && fault.code === 'data.wrong_columns');
  t.same(books.feed.reasons.counts, { no_receive_time: 1 });
});

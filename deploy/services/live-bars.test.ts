// Live bars through every door: a snapshot, then what a print or a late one has changed.

import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { sessionOf } from '../../actors/calendar/index.js';
import { createGrpcClient } from '../../engine/index.js';
import {
  type BarBatch,
  Bars,
  GetBarsRequestSchema,
  ListSeriesRequestSchema,
  WatchBarsRequestSchema,
} from '../../proto/gen/sluice/bars/v1/bars_pb.js';
import { openSocket } from './test-socket.js';
import { openSystem, packPrints } from './test-system.js';

const KEY = 'AAPL/1h';
const { openUs: OPEN_US } = sessionOf(20210121);

t.test('bars are listed, shown, watched and amended through gRPC, HTTP and sockets', async (t) => {
  const { system, services, grpc, http } = await openSystem(t);
  const client = createGrpcClient(Bars, grpc, 10_000);
  t.teardown(() => client.close());
  const list = await client.call('list', create(ListSeriesRequestSchema));
  t.same(list.symbols, ['AAPL', 'MSFT']);
  t.match(list.series[0], { name: '1h', style: 'time', measures: 'every hour, regular hours' });
  const get = (symbol: string, series: string, limit = 2) =>
    client.call('get', create(GetBarsRequestSchema, { symbol, series, limit }));
  const before = await get('aapl', '1h');
  t.equal(before.bars.length, 2);
  t.ok(before.derived);
  for (const [symbol, series, text] of [
    ['NOPE', '1h', /unknown_symbol/],
    ['KO', '1h', /bars\.not_built: .*AAPL, MSFT/],
    ['AAPL', '2h', /bars\.unknown_series: .*1h, 1h-heikin-ashi/],
  ] as const) {
    await t.rejects(get(symbol, series), { message: text });
  }
  t.equal((await fetch(`${http}/api/v1/bars/KO/1h`)).status, 400);
  const table = (await (await fetch(`${http}/api/v1/bars/AAPL/1h?limit=3`)).json()) as Shown;
  t.equal(table.bars?.length, 3);

  const socket = openSocket(services.httpPort);
  await socket.opened;
  socket.send(JSON.stringify({ subscribe: { topic: 'bars', keys: [KEY] } }));
  t.match(JSON.parse(await socket.next()), {
    topic: 'bars',
    snapshot: true,
    bars: { tables: [{ symbol: 'AAPL', series: '1h' }] },
  });
  const news = client.stream('watch', create(WatchBarsRequestSchema, { keys: [KEY] }));
  // The service's own type, which the client's stream does not carry.
  const watched = (news as AsyncIterable<BarBatch>)[Symbol.asyncIterator]();
  t.ok(((await watched.next()).value as BarBatch).tables[0]!.bars.length > 10, 'all at first');

  const take = (sequence: bigint, minutes: number, price: number) =>
    system.market.ingest({
      source: 'test',
      sequence,
      symbols: ['AAPL'],
      prints: packPrints([[0, OPEN_US + minutes * 60_000_000, price]]),
    });
  await take(1n, 5, 136);
  await take(2n, 65, 137);
  await take(3n, 10, 138);
  let amended: Shown['bars'];
  while (amended?.[0]?.version !== 2) {
    const message = JSON.parse(await socket.next()) as { bars: { tables: Shown[] } };
    amended = message.bars.tables[0]?.bars ?? amended;
  }
  t.match(amended, [{ startUs: OPEN_US, open: 136, high: 138, close: 138, version: 2 }]);
  let last: BarBatch['tables'][number] | undefined;
  while (last?.bars.at(-1)?.version !== 2) {
    last = ((await watched.next()).value as BarBatch).tables[0];
  }
  t.match(last.bars.at(-1), { high: 138, version: 2 });
  t.equal(last.derived, false);
  await watched.return?.();
  socket.socket.destroy();
});

interface Shown {
  readonly bars?: readonly { readonly startUs: number; readonly version: number }[];
}

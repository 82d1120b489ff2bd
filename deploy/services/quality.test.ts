// The quality of what streams in, through gRPC and HTTP; refused prints lie in the quarantine.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { sessionOf } from '../../actors/calendar/index.js';
import { createGrpcClient } from '../../engine/index.js';
import {
  GetQualityRequestSchema,
  Quality,
  RejectsRequestSchema,
} from '../../proto/gen/sluice/quality/v1/quality_pb.js';
import { QUARANTINE_FILE } from '../app/feed/quality-part.js';
import { openSystem, packPrints, SYMBOLS } from './test-system.js';

t.test('what is refused is counted by rule and kept as it came', async (t) => {
  const { grpc, http, system, market } = await openSystem(t);
  const client = createGrpcClient(Quality, grpc, 5_000);
  t.teardown(() => client.close());
  const before = await client.call('get', create(GetQualityRequestSchema));
  t.match(before, { completeness: 1, refused: 0n, quarantined: 0n });
  const closed = before.sessions.filter(({ underWay }) => !underWay);
  t.ok(closed.every(({ streamed, seen }) => streamed && seen === SYMBOLS.length));

  const { openUs } = sessionOf(20210121);
  const prints = [0, 1, 2, 3, 4].map((step): [number, number, number] => [0, openUs + step, 130]);
  const answer = await system.market.ingest({
    source: 'vendor',
    sequence: 1n,
    symbols: ['AAPL'],
    prints: packPrints([
      ...prints,
      [0, openUs + 5, 131],
      [0, openUs + 6, 200],
      [0, openUs + 7, Number.NaN],
      [0, openUs + 8, 130.01],
      [0, openUs + 3_600_000_000, 130],
    ]),
  });
  t.match(answer, {
    value: {
      accepted: 7,
      rejectedByReason: { bad_print: 1, outside_price_band: 1, not_a_number: 1 },
    },
  });
  const after = await client.call('get', create(GetQualityRequestSchema));
  t.match(after, { refused: 3n, quarantined: 3n, accepted: before.accepted + 7n });
  t.match(
    after.sources.find(({ source }) => source === 'vendor'),
    { accepted: 7n, refused: 3n, marked: 1n, byCode: { stale: 1n, bad_print: 1n } },
  );
  t.match(
    after.rules.find(({ code }) => code === 'bad_print'),
    { records: 1n, kind: 'statistical' },
  );
  t.match(after.symbols, [{ symbol: 'AAPL', refused: 3n }]);

  const wanted = create(RejectsRequestSchema, { code: 'outside_price_band' });
  const { rejects } = await client.call('rejects', wanted);
  t.match(rejects, [{ source: 'vendor', symbol: 'AAPL', timeUs: openUs + 6 }]);
  t.match(JSON.parse(rejects[0]!.raw), { price: 200, size: 100 });
  const all = await (await fetch(`${http}/api/v1/quality/rejects?limit=2`)).json();
  t.match(all, { rejects: [{ code: 'not_a_number' }, { code: 'outside_price_band' }] });
  t.match(await (await fetch(`${http}/api/v1/quality`)).json(), { refused: '3', quarantined: '3' });
  t.equal((await fetch(`${http}/api/v1/quality/nothing`)).status, 404);
  t.ok(existsSync(join(market.options.dataDir, QUARANTINE_FILE)), 'in the data directory');

  const late = packPrints([[0, openUs + 1, 130]]);
  await system.market.ingest({ source: 'vendor', sequence: 2n, symbols: ['AAPL'], prints: late });
  const { rules } = await client.call('get', create(GetQualityRequestSchema));
  t.match(
    rules.find(({ code }) => code === 'out_of_order'),
    { records: 1n, action: 'refuse', text: /amends bars/ },
    'what streams in is not put in order behind',
  );
});

t.test('numbers that never came are told by source, and what the open session has', async (t) => {
  const { grpc, system } = await openSystem(t);
  const client = createGrpcClient(Quality, grpc, 5_000);
  t.teardown(() => client.close());
  const { openUs } = sessionOf(20210121);
  for (const [source, sequence] of [
    ['a', 1n],
    ['a', 5n],
    ['a', 3n],
    ['b', 9n],
    ['b', 12n],
  ] as const) {
    const prints = packPrints([[0, openUs + Number(sequence), 130]]);
    await system.market.ingest({ source, sequence, symbols: ['AAPL'], prints });
  }
  const report = await client.call('get', create(GetQualityRequestSchema));
  t.match(
    report.sources.filter(({ source }) => source.length === 1).map(({ byCode }) => byCode),
    [{ gap: 3n }, { gap: 2n }],
  );
  t.match(
    report.rules.find(({ code }) => code === 'gap'),
    { records: 5n, action: 'mark', text: /batches or frames, that never came/ },
  );
  const [open, last] = report.sessions;
  t.match(open, { date: 20210121, underWay: true, streamed: true, seen: 1, accepted: 4n });
  t.match(last, { date: 20210120, underWay: false });
  t.equal(report.completeness, 1, 'which it is no part of');
});

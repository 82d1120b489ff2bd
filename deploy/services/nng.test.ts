// The SP door (nanomsg): frames taken in order, gaps and malformed frames counted by reason.

import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { create } from '@bufbuild/protobuf';
import t from 'tap';
import { sessionOf } from '../../actors/calendar/index.js';
import { PACKED_FRAME } from '../../proto/frames/market.js';
import { RejectsRequestSchema } from '../../proto/gen/sluice/quality/v1/quality_pb.js';
import { nextTurn } from '../app/next-turn.js';
import { decodeFrame, startNngIngest, WAITING_MAX } from './nng-ingest.js';
import { freePort, openSystem, packFrame, packPrints, until } from './test-system.js';

const { openUs } = sessionOf(20210121);

/** What SP peers greet each other with, here that of a PUSH socket. Source: SP over TCP. */
const PUSH_GREETING = Buffer.from([0x00, 0x53, 0x50, 0x00, 0x00, 0x50, 0x00, 0x00]);

/** An SP frame's head on TCP: its length. */
function lengthOf(bytes: number): Buffer {
  const head = Buffer.alloc(8);
  head.writeBigUInt64BE(BigInt(bytes));
  return head;
}

t.test('a frame is decoded or refused by reason', async (t) => {
  const good = packFrame(1, packPrints([[0, openUs + 20, 132]]));
  t.match(decodeFrame(good, 's'), { sequence: 1n, symbols: ['AAPL'] });
  const changed = (offset: number, value: number): Buffer => {
    const frame = Buffer.from(good);
    frame.writeUInt32LE(value, offset);
    return frame;
  };
  const wrong: [Buffer, string][] = [
    [Buffer.alloc(0), 'short_head'],
    [good.subarray(0, PACKED_FRAME.headBytes - 1), 'short_head'],
    [changed(0, 7), 'wrong_magic'],
    [good.subarray(0, good.length - 1), 'wrong_length'],
    [Buffer.concat([good, Buffer.alloc(1)]), 'wrong_length'],
    [changed(PACKED_FRAME.count, 2 ** 32 - 1), 'wrong_length'],
    [Buffer.alloc(PACKED_FRAME.bytesMax + 1), 'too_long'],
    [changed(PACKED_FRAME.symbolsBytes, 7), 'unaligned_symbols'],
    [changed(PACKED_FRAME.symbolsBytes, 2 ** 32 - 8), 'wrong_length'],
  ];
  t.match(decodeFrame(changed(PACKED_FRAME.publisher, 7), 's'), { source: 's-7', sequence: 1n });
  for (const [frame, reason] of wrong) t.equal(decodeFrame(frame, 's'), reason);
});

t.test('while the market takes nothing, PULL holds its senders up', async (t) => {
  const url = `tcp://127.0.0.1:${await freePort()}`;
  const { market, system, services } = await openSystem(t, { nngPull: url, isStreamed: false });
  if (services.warnings.length > 0) return;
  const nanomsg = createRequire(import.meta.url)('nanomsg');
  const push = nanomsg.socket('push');
  t.teardown(() => push.close());
  push.connect(url);
  const frames = 3 * WAITING_MAX;
  for (let sequence = 1; sequence <= frames; sequence++) {
    push.send(packFrame(sequence, Buffer.alloc(0)));
    // The other end is of this thread: it must come to its turn.
    await nextTurn();
  }
  t.ok(await until(() => system.market.lastSequence('nng-pull') >= WAITING_MAX));
  await market.stream();
  t.ok(await until(() => system.market.lastSequence('nng-pull') === BigInt(frames)));
  t.same(
    Object.keys(system.market.feed().rejectedByReason).filter((code) => code.startsWith('frame_')),
    [],
    'none was dropped',
  );
});

t.test('the SP door', async (t) => {
  const url = `tcp://127.0.0.1:${await freePort()}`;
  const { market, system, services } = await openSystem(t, { nngPull: url });
  if (services.warnings.length > 0) {
    t.comment(`nothing was tried: ${services.warnings.join('; ')}`);
    return;
  }
  const rejected = () => system.market.feed().rejectedByReason;
  const nanomsg = createRequire(import.meta.url)('nanomsg');
  const push = nanomsg.socket('push');
  t.teardown(() => push.close());
  push.connect(url);

  await t.test('prints, gaps and malformed frames are counted', async (t) => {
    const prints = market.sequencer.prints;
    push.send(Buffer.alloc(50));
    push.send(Buffer.from('short'));
    push.send(packFrame(1, packPrints([[0, openUs + 20, 132]])));
    push.send(packFrame(1, packPrints([[0, openUs + 21, 132]])));
    push.send(
      packFrame(
        5,
        packPrints([
          [0, openUs + 30, 133],
          [0, openUs + 31, Number.POSITIVE_INFINITY],
          [3, openUs + 32, 133],
        ]),
      ),
    );
    t.ok(await until(() => rejected()['unknown_symbol'] === 1n));
    t.equal(market.sequencer.prints, prints + 2);
    t.equal(system.market.feed().gaps, 3n);
    t.match(rejected(), {
      frame_wrong_magic: 1n,
      frame_short_head: 1n,
      frame_repeated: 1n,
      not_a_number: 1n,
    });
  });

  await t.test('refused frames are seen by source, and kept with their first bytes', async (t) => {
    const { sources } = await system.quality.report();
    t.match(
      sources.find(({ source }) => source === 'nng-pull'),
      { accepted: 2n, byCode: { frame_wrong_magic: 1n, frame_short_head: 1n } },
    );
    const { rejects } = await system.quality.rejects(
      create(RejectsRequestSchema, { code: 'frame_short_head' }),
    );
    t.match(rejects, [{ source: 'nng-pull', raw: /"head":"73686f7274"/ }]);
  });

  await t.test('publishers are numbered on their own', async (t) => {
    const prints = market.sequencer.prints;
    for (const publisher of [7, 8]) {
      const frame = packFrame(1, packPrints([[0, openUs + 33, 133]]));
      frame.writeUInt32LE(publisher, PACKED_FRAME.publisher);
      push.send(frame);
    }
    t.ok(await until(() => market.sequencer.prints === prints + 2));
    t.equal(system.market.lastSequence('nng-pull-8'), 1n);
  });

  await t.test('a frame of 5 MB is read and refused by reason', async (t) => {
    push.send(Buffer.alloc(5_000_000));
    t.ok(await until(() => rejected()['frame_too_long'] === 1n));
  });

  await t.test('a frame of 100 MB ends its connection alone', async (t) => {
    const { port } = new URL(url);
    const peer = connect(Number(port), '127.0.0.1');
    peer.on('error', () => {});
    peer.resume();
    const closed = new Promise((resolve) => peer.on('close', () => resolve(true)));
    peer.write(Buffer.concat([PUSH_GREETING, lengthOf(100_000_000), Buffer.alloc(100_000)]));
    t.ok(await closed);
    const prints = market.sequencer.prints;
    push.send(packFrame(6, packPrints([[0, openUs + 40, 133]])));
    t.ok(await until(() => market.sequencer.prints === prints + 1));
  });

  await t.test('a peer that speaks another protocol is hung up on', async (t) => {
    const peer = connect(Number(new URL(url).port), '127.0.0.1');
    peer.on('error', () => {});
    peer.resume();
    const closed = new Promise((resolve) => peer.on('close', () => resolve(true)));
    peer.write('GET / HTTP/1.1\r\n\r\n');
    t.ok(await closed);
  });

  await t.test('a busy address is told with what to do', async (t) => {
    t.throws(() => startNngIngest(system, 'pull', url), {
      code: 'nng.cannot_bind',
      message: /choose another/,
    });
  });
});

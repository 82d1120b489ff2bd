// The link: order across the ring and the port, a full ring, a stopped reader, two threads.

import { isDeepStrictEqual } from 'node:util';
import { MessageChannel, Worker } from 'node:worker_threads';
import fc from 'fast-check';
import t from 'tap';
import { type Inbox, Inboxes } from './inboxes.js';
import { createLink } from './link.js';
import { LinkReader, NOTHING } from './link-reader.js';
import { LinkWriter } from './link-writer.js';

const SEED = 20_261_122;

function pair() {
  const channel = new MessageChannel();
  const memory = createLink();
  const writer = new LinkWriter(memory, channel.port1);
  const reader = new LinkReader(memory, channel.port2);
  return { memory, channel, writer, reader, close: () => channel.port1.close() };
}

function takeAll(reader: LinkReader): unknown[] {
  const taken: unknown[] = [];
  for (let one = reader.take(); one !== NOTHING; one = reader.take()) taken.push(one);
  return taken;
}

t.test('every message comes once and in order, by the ring or by the port', async (t) => {
  const link = pair();
  t.teardown(link.close);
  const message = fc.oneof(
    fc.integer(),
    fc.record({ kind: fc.string(), note: fc.string({ maxLength: 50 }) }),
    // By the port: no plain data, or too long.
    fc.date({ noInvalidDate: true }),
    fc.integer({ min: 60_000, max: 70_000 }).map((bytes) => new Uint8Array(bytes).fill(bytes)),
  );
  const batches = fc.array(fc.array(message, { maxLength: 30 }), { maxLength: 5 });
  const property = fc.property(batches, (sent) => {
    for (const batch of sent) {
      for (const one of batch) link.writer.post(one);
      t.equal(link.reader.isEmpty(), batch.length === 0);
      t.ok(isDeepStrictEqual(takeAll(link.reader), structuredClone(batch)));
      t.ok(link.reader.isEmpty());
    }
  });
  fc.assert(property, { seed: SEED, numRuns: 60 });
  t.ok(link.writer.counters.ringed > 100);
  t.ok(link.writer.counters.unfit > 100);
});

t.test('a full ring sends by the port, counted, and nothing changes places', async (t) => {
  const link = pair();
  t.teardown(link.close);
  const sent: unknown[] = [];
  const post = (bytes: number) => {
    const message = { number: sent.length, name: `n-${sent.length}`, note: 'x'.repeat(bytes) };
    sent.push(message);
    link.writer.post(message);
  };
  const taken: unknown[] = [];
  // Sizes without a common factor with the ring's, so that messages lie across its end.
  for (let round = 0; round < 40; round++) {
    for (let n = 0; n < 150; n++) post((n * 9_973) % 40_009);
    for (let n = 0; n < 120; n++) taken.push(link.reader.take());
  }
  taken.push(...takeAll(link.reader));
  t.ok(isDeepStrictEqual(taken, sent));
  t.ok(link.writer.counters.overflowed > 100);
  t.ok(link.writer.counters.ringed > 1_000);
});

t.test('where nobody reads, the port is bounded and what is too much is refused', async (t) => {
  const link = pair();
  t.teardown(link.close);
  const unfit = new Date(0);
  for (let n = 0; n < 100_000; n++) link.writer.post(unfit);
  t.throws(() => link.writer.post(unfit), { code: 'shard.link_full', retryable: true });
  link.writer.post('the ring has room');
  t.same(link.reader.take(), unfit);
  link.writer.post(unfit);
  t.equal(takeAll(link.reader).at(-2), 'the ring has room');
});

t.test('what waits in the port is bounded by weight, and one alone may weigh more', async (t) => {
  const link = pair();
  t.teardown(link.close);
  const MIB = 1024 ** 2;
  // One buffer many times: its clones are not made before it is read.
  const large = new Uint8Array(100 * MIB);
  link.writer.post(large);
  link.writer.post(large);
  t.throws(() => link.writer.post(large), { code: 'shard.link_full', retryable: true });
  t.match(link.writer.counters, { unfit: 2, refused: 1, waiting: 2 });
  t.ok(Math.abs(link.writer.counters.waitingKib - 200 * 1024) < 10);
  link.writer.post('by the ring');
  link.writer.post(new Uint8Array(MIB));
  t.equal(takeAll(link.reader).length, 4);
  t.match(link.writer.counters, { ringed: 1, unfit: 3, waiting: 0, waitingKib: 0 });
  const huge = { both: [large, large, large] };
  link.writer.post(huge);
  t.throws(() => link.writer.post(new Date(0)), { code: 'shard.link_full' });
  t.equal(takeAll(link.reader).length, 1);
});

t.test('a message that no thread can take is refused and the next one comes', async (t) => {
  const link = pair();
  t.teardown(link.close);
  t.throws(() => link.writer.post({ call: () => 1 }), { name: 'DataCloneError' });
  link.writer.post('next');
  t.strictSame(takeAll(link.reader), ['next']);
});

t.test('a sleeper is woken once', async (t) => {
  const { writer, reader, close } = pair();
  t.teardown(close);
  t.notOk(writer.takeWish());
  t.ok(reader.sleep());
  writer.post(1);
  t.ok(writer.takeWish());
  t.notOk(writer.takeWish());
  t.notOk(reader.sleep(), 'a message is there');
  t.notOk(writer.takeWish());
});

t.test('a hundred thousand messages cross to another thread and back', async (t) => {
  const there = createLink();
  const back = createLink();
  const channel = new MessageChannel();
  const bell = new MessageChannel();
  const source = `
    const { workerData } = require('node:worker_threads');
    Promise.all(workerData.modules.map((module) => import(module))).then((modules) => {
      const { LinkReader, LinkWriter, NOTHING } = Object.assign({}, ...modules);
      const inbox = new LinkReader(workerData.there, workerData.port);
      const outbox = new LinkWriter(workerData.back, workerData.port);
      for (;;) {
        const message = inbox.take();
        if (message === NOTHING) continue;
        outbox.post(message);
        if (outbox.takeWish()) workerData.bell.postMessage(null);
        if (message === 'end') break;
      }
    });`;
  const modules = ['./link-reader.js', './link-writer.js'].map(
    (name) => new URL(name, import.meta.url).href,
  );
  const workerData = { there, back, port: channel.port2, bell: bell.port2, modules };
  const transferList = [channel.port2, bell.port2];
  const worker = new Worker(source, { eval: true, workerData, transferList });
  const writer = new LinkWriter(there, channel.port1);
  const inboxes = new Inboxes();
  let received = 0;
  let isOrdered = true;
  const ended = new Promise<Inbox>((resolve) => {
    const inbox: Inbox = {
      reader: new LinkReader(back, channel.port1),
      receive(messages) {
        for (const message of messages) {
          if (message === 'end') resolve(inbox);
          else isOrdered &&= (message as { readonly number: number }).number === received++;
        }
      },
    };
    inboxes.add(inbox);
  });
  bell.port1.on('message', () => inboxes.woken());
  for (let number = 0; number < 100_000; number++) {
    writer.post(number % 1_000 === 0 ? { number, at: new Date(number) } : { number, name: 'n' });
    if (number % 2_000 === 0) {
      inboxes.posted();
      await new Promise(setImmediate);
    }
  }
  writer.post('end');
  inboxes.posted();
  inboxes.remove(await ended);
  t.equal(received, 100_000);
  t.ok(isOrdered);
  channel.port1.close();
  bell.port1.close();
  await worker.terminate();
});

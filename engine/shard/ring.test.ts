// The ring, the gate and placement: order, bounds, wake-ups, and two threads at once.

import { Worker } from 'node:worker_threads';
import t from 'tap';
import { createGate, Gate } from './gate.js';
import { Idle } from './idle.js';
import { hashText, placeKey } from './placement.js';
import { createRing, RingConsumer, RingProducer } from './ring.js';

t.test('frames come out in the order they went in, and a full ring says so', async (t) => {
  const handle = createRing(4);
  const producer = new RingProducer(handle);
  const consumer = new RingConsumer(handle);
  for (let round = 0; round < 5; round++) {
    for (let n = 0; n < 4; n++) producer.floats[producer.claim() * 8 + 1] = round * 4 + n;
    t.equal(producer.claim(), -1, 'a fifth frame finds no room');
    t.equal(consumer.available(), 0, 'nothing is seen before it is published');
    producer.publish();
    t.equal(consumer.available(), 4);
    t.equal(producer.depth(), 4);
    for (let n = 0; n < 4; n++) t.equal(consumer.floats[consumer.slot(n) * 8 + 1], round * 4 + n);
    consumer.release(4);
  }
});

t.test('a capacity that is not a power of two is a bug', async (t) => {
  t.throws(() => createRing(3), { code: 'ring.capacity_is_a_power_of_two' });
});

t.test('the loop beats', async (t) => {
  const handle = createRing(2);
  const producer = new RingProducer(handle);
  const consumer = new RingConsumer(handle);
  consumer.beat();
  t.equal(producer.heartbeat(), 1);
  producer.claim();
  producer.publish();
  producer.reset();
  t.equal(producer.depth(), 0);
});

t.test('a parked consumer on another thread is woken by a frame', async (t) => {
  const handle = createRing(8);
  const producer = new RingProducer(handle);
  const source = `
    const { workerData, parentPort } = require('node:worker_threads');
    import(workerData.module).then(({ RingConsumer }) => {
      const ring = new RingConsumer(workerData.handle);
      parentPort.postMessage('parking');
      while (ring.available() === 0) ring.park(10_000);
      parentPort.postMessage(ring.floats[ring.slot(0) * 8 + 1]);
    });`;
  const module = new URL('./ring.js', import.meta.url).href;
  const worker = new Worker(source, { eval: true, workerData: { handle, module } });
  const messages: unknown[] = [];
  await new Promise<void>((resolve, reject) => {
    worker.on('error', reject);
    worker.on('message', (message) => {
      messages.push(message);
      if (message === 'parking') {
        while (!producer.isParked());
        producer.floats[producer.claim() * 8 + 1] = 42;
        producer.publish();
      } else resolve();
    });
  });
  t.notOk(producer.isParked());
  await worker.terminate();
  t.same(messages, ['parking', 42]);
});

t.test('an idle loop spins first and parks later, and never when something is due', async (t) => {
  const calls: string[] = [];
  const ring = { park: () => calls.push('park'), pause: () => calls.push('pause') };
  const idle = new Idle(false);
  for (let pass = 0; pass < 99; pass++) idle.after(0, ring as unknown as RingConsumer, 5, false);
  t.same(calls, []);
  idle.after(0, ring as unknown as RingConsumer, 5, false);
  idle.after(0, ring as unknown as RingConsumer, 0, false);
  idle.after(0, ring as unknown as RingConsumer, 5, true);
  t.same(calls, ['park', 'pause']);
  idle.after(1, ring as unknown as RingConsumer, 5, false);
  idle.after(0, ring as unknown as RingConsumer, 5, false);
  t.same(calls, ['park', 'pause'], 'work starts the spinning anew');
});

t.test('a gate opens when all have come, and nobody can go back', async (t) => {
  const handle = createGate(2);
  const [a, b] = [new Gate(handle, 0), new Gate(handle, 1)];
  t.equal(a.isOpen(0), false);
  a.announce(5);
  b.announce(3);
  t.equal(a.isOpen(3), true);
  t.equal(b.isOpen(4), false);
  a.announce(1);
  t.equal(b.hasReached(0, 5), true);
});

t.test('placement depends on the key alone and uses every shard', async (t) => {
  t.equal(hashText('a'), 0xe40c292c, 'FNV-1a of "a"');
  const used = new Set(Array.from({ length: 100 }, (_, index) => placeKey(`key-${index}`, 4)));
  t.equal(used.size, 4);
});

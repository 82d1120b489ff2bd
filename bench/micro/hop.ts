// What it costs to hand a record to another thread: the ring beside postMessage.

import { Worker } from 'node:worker_threads';
import { createRing, RingProducer } from '../../engine/index.js';
import { type Figure, measure } from '../lib/measure.js';

const FRAMES = 200_000;

const RING_SOURCE = `
  const { workerData, parentPort } = require('node:worker_threads');
  import(workerData.module).then(({ RingConsumer }) => {
    const ring = new RingConsumer(workerData.handle);
    let seen = 0;
    let sum = 0;
    parentPort.postMessage('ready');
    while (seen < workerData.frames) {
      const count = ring.available();
      for (let n = 0; n < count; n++) sum += ring.floats[ring.slot(n) * 8 + 1];
      ring.release(count);
      seen += count;
      if (count === 0) ring.park(1);
    }
    parentPort.postMessage(sum);
  });`;

const POST_SOURCE = `
  const { workerData, parentPort } = require('node:worker_threads');
  let seen = 0;
  parentPort.on('message', (record) => {
    if (++seen === workerData.frames) parentPort.postMessage(seen);
  });
  parentPort.postMessage('ready');`;

async function throughRing(): Promise<number> {
  const handle = createRing(4096);
  const producer = new RingProducer(handle);
  const module = import.meta.resolve('../../engine/shard/ring.js');
  const worker = new Worker(RING_SOURCE, {
    eval: true,
    workerData: { handle, module, frames: FRAMES },
  });
  await new Promise((resolve) => worker.once('message', resolve));
  const done = new Promise((resolve) => worker.once('message', resolve));
  const started = performance.now();
  for (let sent = 0; sent < FRAMES; ) {
    const slot = producer.claim();
    if (slot < 0) {
      producer.publish();
      continue;
    }
    producer.floats[slot * 8 + 1] = sent++;
    if (sent % 64 === 0) producer.publish();
  }
  producer.publish();
  await done;
  const took = performance.now() - started;
  await worker.terminate();
  return FRAMES / (took / 1000);
}

async function throughPost(): Promise<number> {
  const frames = FRAMES / 4;
  const worker = new Worker(POST_SOURCE, { eval: true, workerData: { frames } });
  await new Promise((resolve) => worker.once('message', resolve));
  const done = new Promise((resolve) => worker.once('message', resolve));
  const started = performance.now();
  for (let sent = 0; sent < frames; sent++) worker.postMessage({ row: 1, price: sent });
  await done;
  const took = performance.now() - started;
  await worker.terminate();
  return frames / (took / 1000);
}

/** Records a second through the ring and through postMessage. */
export async function hopFigures(rounds: number): Promise<Figure[]> {
  return [
    await measure('records to another thread, ring', 'per second', rounds, throughRing),
    await measure('records to another thread, postMessage', 'per second', rounds, throughPost),
  ];
}

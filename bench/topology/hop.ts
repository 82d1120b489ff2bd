// Frames a second from one thread to another through the ring, filled and read in place.

import { Worker } from 'node:worker_threads';
import { createRing, FRAME_LANES, RingProducer } from '../../engine/index.js';
import type { Sample } from '../lib/case.js';

/** Frames of one measurement: under a second on any machine. */
const FRAMES = 10_000_000;

const CONSUMER = `
  const { workerData, parentPort } = require('node:worker_threads');
  import(workerData.module).then(({ RingConsumer }) => {
    const ring = new RingConsumer(workerData.handle);
    let sum = 0;
    parentPort.postMessage('ready');
    for (let seen = 0; seen < workerData.frames; ) {
      const count = ring.available();
      for (let n = 0; n < count; n++) sum += ring.floats[ring.slot(n) * ${FRAME_LANES} + 1];
      ring.release(count);
      seen += count;
      if (count === 0) ring.park(1);
    }
    parentPort.postMessage(sum);
  });`;

/** Sends every frame with its number and checks the sum. */
export async function run(): Promise<Sample> {
  await hop(FRAMES / 10);
  return { rate: await hop(FRAMES) };
}

async function hop(frames: number): Promise<number> {
  const handle = createRing(4096);
  const producer = new RingProducer(handle);
  const module = import.meta.resolve('../../engine/shard/ring.js');
  const worker = new Worker(CONSUMER, { eval: true, workerData: { handle, module, frames } });
  await new Promise((resolve) => worker.once('message', resolve));
  const done = new Promise<unknown>((resolve) => worker.once('message', resolve));
  const started = performance.now();
  for (let sent = 0; sent < frames; ) {
    const slot = producer.claim();
    if (slot < 0) {
      producer.publish();
      continue;
    }
    producer.floats[slot * FRAME_LANES + 1] = sent++;
    if (sent % 64 === 0) producer.publish();
  }
  producer.publish();
  const sum = await done;
  const took = performance.now() - started;
  await worker.terminate();
  if (sum !== (frames * (frames - 1)) / 2) throw new Error(`expected every frame, sum ${sum}`);
  return (frames / took) * 1000;
}

// A shard whose thread was replaced: it is back once it has taken all that it goes through again.

import t from 'tap';
import { createRing, FRAME_LANES, RingConsumer, RingProducer } from '../../../engine/index.js';
import { ShardLine } from './shard-line.js';

const FRAMES = 40;

/** A line whose thread has died, and a ring that has room for all its frames. */
function lost() {
  const line = new ShardLine();
  const slots = new Float64Array(FRAME_LANES);
  const log = (count: number): void => {
    for (let frame = 0; frame < count; frame++) line.log.append(slots, 0);
  };
  log(FRAMES);
  line.isReplaying = true;
  const ring = createRing(64);
  const consumer = new RingConsumer(ring);
  const taken = { frames: 0 };
  const take = (): void => {
    const available = consumer.available();
    taken.frames += available;
    consumer.release(available);
  };
  return { line, log, producer: new RingProducer(ring), take, taken };
}

t.test('it is back once its thread has taken every frame, not once all are written', async (t) => {
  const { line, log, producer, take, taken } = lost();
  const seen = new Set<boolean>();
  let pauses = 0;
  await line.replay(
    producer,
    () => true,
    async () => {
      seen.add(line.isReplaying);
      // More comes meanwhile, in ever new pieces: it is not waited for.
      if (++pauses < 20) log(1);
      take();
    },
  );
  t.same([...seen], [true]);
  t.ok(taken.frames >= FRAMES, `${taken.frames} taken`);
  t.notOk(line.isReplaying);
  take();
  t.equal(taken.frames, line.log.next, 'all of them, and none twice');
});

t.test('a thread that is lost before it has taken them is not back', async (t) => {
  const { line, producer } = lost();
  let pauses = 0;
  await line.replay(
    producer,
    () => pauses < 3,
    async () => {
      pauses++;
    },
  );
  t.ok(line.isReplaying);
});

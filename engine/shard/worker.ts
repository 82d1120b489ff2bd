// The thread side of a shard: one loop that takes messages, frames and timers in turn.

import { availableParallelism } from 'node:os';
import { threadId } from 'node:worker_threads';
import { Suspicion } from '../runtime/suspicion.js';
import { Idle } from './idle.js';
import { isAtLeisure } from './leisure.js';
import { LinkReader, NOTHING } from './link-reader.js';
import { LinkWriter } from './link-writer.js';
import type {
  CreateShardProgram,
  PrepareShard,
  ShardProgram,
  ShardTask,
  SpareTask,
} from './program.js';
import { RingConsumer } from './ring.js';

/** Frames taken in one visit, so that messages and timers get their turn. */
const FRAMES_A_VISIT = 256;

/** Messages taken in one visit, for the same reason. */
const MESSAGES_A_VISIT = 256;

/** The message that ends a shard's loop. */
export const STOP_SHARD = 'stop-shard';

function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Loads a program, so that a shard can begin here at once. */
export async function loadProgram(url: string): Promise<void> {
  await import(url);
}

/** What the module of a program exports. */
interface ProgramModule {
  readonly createShardProgram: CreateShardProgram;
  readonly prepareShard?: PrepareShard;
}

/** Loads a program and has it prepare for a shard that may need the thread, at leisure. */
export async function prepareThread({ programUrl, config, hurry }: SpareTask): Promise<void> {
  if (!isAtLeisure(hurry)) return;
  const { prepareShard } = (await import(programUrl)) as ProgramModule;
  const suspicion = new Suspicion(new Int32Array(1), []);
  const steps = prepareShard?.(config, { monotonicUs, suspicion });
  while (isAtLeisure(hurry) && steps?.next().done === false);
}

/** Runs a shard until it is told to stop; the value is the number of loop passes. */
export default async function runShard(task: ShardTask): Promise<number> {
  const module = (await import(task.programUrl)) as ProgramModule;
  const ring = new RingConsumer(task.ring);
  ring.attach(threadId);
  const inbox = new LinkReader(task.toShard, task.port);
  const outbox = new LinkWriter(task.toOwner, task.port);
  const wakeOwner = (): void => {
    if (outbox.takeWish()) task.bell.postMessage(null);
  };
  const program = module.createShardProgram(task.config, {
    shard: task.shard,
    shardCount: task.shardCount,
    monotonicUs,
    suspicion: new Suspicion(ring.markWord(), task.guilty),
    post: (message) => outbox.post(message),
    wake: wakeOwner,
    atLength: (work) => ring.atLength(work),
  });
  wakeOwner();
  // One core is the owner's.
  const idle = new Idle(task.shardCount < availableParallelism());
  const passes = loop(ring, inbox, program, idle, wakeOwner);
  wakeOwner();
  task.port.close();
  task.bell.close();
  return passes;
}

function loop(
  ring: RingConsumer,
  inbox: LinkReader,
  program: ShardProgram,
  idle: Idle,
  wakeOwner: () => void,
): number {
  for (let passes = 0; ; passes++) {
    ring.beat();
    let work = 0;
    for (; work < MESSAGES_A_VISIT; work++) {
      const message = inbox.take();
      if (message === NOTHING) break;
      if (message === STOP_SHARD) return passes;
      program.onMessage(message);
    }
    const available = ring.available();
    if (available > 0) {
      const taken = program.onFrames(ring, Math.min(available, FRAMES_A_VISIT));
      ring.release(taken);
      work += taken;
    }
    work += program.step();
    if (program.takePressure !== undefined) ring.press(program.takePressure());
    wakeOwner();
    idle.after(work, ring, program.dueMs(), program.isHeld(), inbox);
  }
}

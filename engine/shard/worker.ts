// The thread side of a shard: one loop that takes messages, frames and timers in turn.

import { receiveMessageOnPort, threadId } from 'node:worker_threads';
import { Suspicion } from '../runtime/suspicion.js';
import { Idle } from './idle.js';
import type { CreateShardProgram, ShardProgram, ShardTask } from './program.js';
import { RingConsumer } from './ring.js';

/** Frames taken in one visit, so that messages and timers get their turn. */
const FRAMES_A_VISIT = 256;

/** Messages taken in one visit, for the same reason. */
const MESSAGES_A_VISIT = 64;

/** The message that ends a shard's loop. */
export const STOP_SHARD = 'stop-shard';

function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

/** Runs a shard until it is told to stop; the value is the number of loop passes. */
export default async function runShard(task: ShardTask): Promise<number> {
  const module = (await import(task.programUrl)) as { createShardProgram: CreateShardProgram };
  const ring = new RingConsumer(task.ring);
  ring.attach(threadId);
  let outgoing: unknown[] = [];
  const program = module.createShardProgram(task.config, {
    shard: task.shard,
    shardCount: task.shardCount,
    monotonicUs,
    suspicion: new Suspicion(ring.markWord(), task.guilty),
    post: (message) => {
      outgoing.push(message);
    },
  });
  const flush = (): void => {
    if (outgoing.length === 0) return;
    task.port.postMessage(outgoing);
    outgoing = [];
  };
  flush();
  const passes = loop(task, ring, program, flush);
  flush();
  task.port.close();
  return passes;
}

function loop(
  task: ShardTask,
  ring: RingConsumer,
  program: ShardProgram,
  flush: () => void,
): number {
  const idle = new Idle();
  let pendingMessages = 0;
  for (let passes = 0; ; passes++) {
    ring.beat();
    pendingMessages += ring.newMessages();
    let work = 0;
    for (let taken = 0; pendingMessages > 0 && taken < MESSAGES_A_VISIT; taken++) {
      const received = receiveMessageOnPort(task.port) as { message: unknown } | undefined;
      if (received === undefined) {
        pendingMessages = 0;
        break;
      }
      pendingMessages--;
      if (received.message === STOP_SHARD) return passes;
      program.onMessage(received.message);
      work++;
    }
    const available = ring.available();
    if (available > 0) {
      const taken = program.onFrames(ring, Math.min(available, FRAMES_A_VISIT));
      ring.release(taken);
      work += taken;
    }
    work += program.step();
    if (program.takePressure !== undefined) ring.press(program.takePressure());
    flush();
    idle.after(work, ring, program.dueMs(), program.isHeld());
  }
}

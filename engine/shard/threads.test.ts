// The spare thread: prepared a step at a time, taken by the next shard, and never waited for long.

import { availableParallelism } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { BroadcastChannel } from 'node:worker_threads';
import t, { type Test } from 'tap';
import {
  createShardProgram,
  type FromSpare,
  openGate,
  prepareShard,
  type SpareConfig,
} from '../testkit/spare-program.js';
import { ShardPool } from './pool.js';
import { ShardThreads } from './threads.js';

const PROGRAM = new URL('../testkit/spare-program.js', import.meta.url).href;

/** With one core there is never one for a thread that nobody waits for. */
const skip = availableParallelism() === 1 && 'there is one core';

/** One shard that has begun, its threads, and what they have told since. */
class Stage {
  readonly config: SpareConfig;
  readonly threads = new ShardThreads({ shardCount: 1, programUrl: PROGRAM });
  readonly pool: ShardPool;
  readonly told: FromSpare[] = [];
  readonly #channel: BroadcastChannel;
  #look: () => void = () => {};

  constructor(t: Test, config: Partial<SpareConfig>) {
    const channel = `spare of ${t.name}`;
    this.config = { channel, steps: 3, gate: new SharedArrayBuffer(4), ...config };
    this.#channel = new BroadcastChannel(channel);
    this.#channel.onmessage = (event: unknown) => {
      // The program's threads are the only ones that know the channel.
      this.told.push((event as { readonly data: FromSpare }).data);
      this.#look();
    };
    this.pool = new ShardPool({
      shardCount: 1,
      programUrl: PROGRAM,
      threads: this.threads,
      ringCapacity: 16,
      configFor: () => this.config,
      onMessages() {},
      onDied: (shard) => this.pool.replace(shard),
    });
    t.teardown(async () => {
      openGate(this.config.gate);
      await this.pool.close(1_000);
      this.#channel.close();
    });
  }

  /** Prepares a spare thread. */
  prepare(): void {
    this.pool.prepareSpare(this.config);
  }

  /** Resolves to what is said for the `count`-th time. */
  async heard(said: FromSpare['said'], count = 1): Promise<FromSpare> {
    for (;;) {
      const found = this.told.filter((one) => one.said === said)[count - 1];
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#look = resolve;
      });
    }
  }

  /** Resolves once so many tasks of threads have ended that no shard ran on. */
  async ended(tasks: number): Promise<void> {
    while (this.threads.piscina.completed < tasks) await nextTurn();
  }

  /** Ends the shard's thread; resolves to what its successor tells. */
  async replaced(deaths = 1): Promise<FromSpare> {
    this.pool.kill(0);
    return this.heard('begins', deaths + 1);
  }
}

t.test('the shard of a dead thread goes on where everything is prepared', { skip }, async (t) => {
  t.type(createShardProgram, 'function');
  t.type(prepareShard, 'function');
  const stage = new Stage(t, {});
  const first = await stage.heard('begins');
  t.equal(first.steps, 0);
  stage.prepare();
  const spare = await stage.heard('has prepared');
  t.not(spare.threadId, first.threadId);
  // The loading of the program, and the preparation.
  await stage.ended(2);
  t.match(await stage.replaced(), { threadId: spare.threadId, steps: 3 });
});

t.test('a thread that is needed ends the step it is at, and no other', { skip }, async (t) => {
  const stage = new Stage(t, { steps: 1_000, heldStep: 2 });
  await stage.heard('begins');
  stage.prepare();
  await stage.heard('is held');
  // Told before the step ends: it has seen that it is needed when it could begin another.
  const replaced = stage.replaced();
  openGate(stage.config.gate);
  await replaced;
  await stage.ended(2);
  t.notOk(stage.told.some(({ said }) => said === 'has prepared'));
  t.ok(stage.told.every(({ steps }) => steps <= 2));
});

t.test('no shard waits for a step without end: it begins elsewhere', { skip }, async (t) => {
  const stage = new Stage(t, { heldStep: 1 });
  await stage.heard('begins');
  stage.prepare();
  const spare = await stage.heard('is held');
  const next = await stage.replaced();
  t.not(next.threadId, spare.threadId);
  t.equal(next.steps, 0);
});

t.test('there is one spare thread at most, and another once it is taken', { skip }, async (t) => {
  const stage = new Stage(t, {});
  await stage.heard('begins');
  stage.prepare();
  stage.prepare();
  const spare = await stage.heard('has prepared');
  await stage.ended(2);
  stage.prepare();
  t.match(await stage.replaced(), { threadId: spare.threadId });
  t.equal(stage.told.filter(({ said }) => said === 'prepares').length, 1);
  stage.prepare();
  const other = await stage.heard('has prepared', 2);
  t.not(other.threadId, spare.threadId);
  await stage.ended(3);
  t.match(await stage.replaced(2), { threadId: other.threadId, steps: 3 });
});

t.test('a preparation that fails is counted, and costs no shard', { skip }, async (t) => {
  const stage = new Stage(t, { failingStep: 2 });
  await stage.heard('begins');
  stage.prepare();
  while (stage.pool.strayErrors === 0) await nextTurn();
  t.equal(stage.pool.strayErrors, 1);
  await stage.replaced();
  t.equal(stage.pool.strayErrors, 1);
});

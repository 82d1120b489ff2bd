// A pool of shards with counting actors, as the product runs them.

import { type Address, ShardPool } from '../../engine/index.js';

/** The shards of one benchmark. */
export interface CountingShards {
  /** Sends a message and expects nothing. */
  tell(shard: number, to: Address, amount: number): void;
  /** Asks an actor and resolves with its answer. */
  ask(shard: number, to: Address): Promise<void>;
}

/** Runs `use` on so many shards and ends them. */
export async function withCountingShards<T>(
  shardCount: number,
  use: (shards: CountingShards) => Promise<T>,
): Promise<T> {
  const waiting = new Map<number, () => void>();
  let next = 1;
  const pool = new ShardPool({
    shardCount,
    ringCapacity: 1024,
    programUrl: new URL('./counting-program.js', import.meta.url).href,
    configFor: () => ({}),
    onMessages(_shard, _generation, answers) {
      // The program answers with the number of the ask and says nothing else.
      for (const ask of answers as readonly number[]) {
        waiting.get(ask)?.();
        waiting.delete(ask);
      }
    },
    onDied(_shard, fault) {
      throw fault;
    },
  });
  const shards: CountingShards = {
    tell(shard, to, amount) {
      pool.post(shard, {
        to,
        from: '',
        message: { kind: 'add', amount },
        ask: 0,
        cause: 'bench',
        commandKey: '',
      });
    },
    ask(shard, to) {
      const ask = next++;
      return new Promise((resolve) => {
        waiting.set(ask, resolve);
        pool.post(shard, {
          to,
          from: '',
          message: { kind: 'show' },
          ask,
          cause: 'bench',
          commandKey: '',
        });
      });
    },
  };
  for (let shard = 0; shard < shardCount; shard++) await shards.ask(shard, 'count/0');
  try {
    return await use(shards);
  } finally {
    await pool.close(2_000);
  }
}

// The shard's program on its own: a snapshot holds every actor, also one that had left memory.

import t from 'tap';
import type { Address, AnyBehaviour } from '../../engine/index.js';
import { MarketWalk } from '../simulate/market-walk.js';
import { configOf, firstPlaces, SHARDS } from '../simulate/setting.js';
import { SharedMemory } from '../simulate/shared-memory.js';
import { SimShard } from '../simulate/sim-shard.js';
import { PLAIN } from '../simulate/watched.js';
import { unpack } from './packed.js';
import type { ShardSeams } from './shard-actors.js';
import type { FromShard, ToShard } from './shard-messages.js';

/** Passes of every shard that take the market past its first snapshot. */
const PASSES = 400;

/** Shards without a world around them: appends land at once, in the order they were asked for. */
function startShards(
  walk: MarketWalk,
  onPost: (shard: number, message: FromShard) => void,
  seams: ShardSeams = {},
) {
  const memory = new SharedMemory(PLAIN);
  const placed = firstPlaces();
  let nowUs = 0;
  return Array.from({ length: SHARDS }, (_, shard) => {
    return new SimShard({
      shard,
      walk,
      shardOfRow: (row) => placed.ofRow(row),
      frames: 0,
      config: {
        ...configOf(shard, PLAIN),
        market: memory.market,
        latency: memory.latencies[shard]!,
        journaled: new Map(),
        isFirst: true,
        snapshot: undefined,
      },
      seams,
      monotonicUs: () => nowUs++,
      post: (message) => onPost(shard, message),
    });
  });
}

t.test('a snapshot leaves nobody out who has left memory, the funnel neither', async (t) => {
  const walk = new MarketWalk(1);
  const held = new Map<number, readonly Address[]>();
  const inboxes: ToShard[][] = Array.from({ length: SHARDS }, () => []);
  const shards = startShards(walk, (shard, message) => {
    if (message.kind === 'recover') {
      inboxes[shard]!.push({ kind: 'recovered', address: message.address, events: [] });
    } else if (message.kind === 'snapshot') {
      held.set(
        shard,
        Array.from(unpack(message.snapshot.actors), ([address]) => address),
      );
    }
  });
  let fed = 0;
  while (walk.at(fed).kind !== 'snapshot') fed++;
  const pass = (): void => {
    for (const [index, shard] of shards.entries()) {
      for (const message of inboxes[index]!.splice(0)) shard.onMessage(message);
      shard.step();
    }
  };
  for (const shard of shards) shard.onMessage({ kind: 'fed', frames: fed });
  for (let count = 0; count < PASSES; count++) pass();
  for (let shard = 0; shard < SHARDS; shard++) {
    for (const address of shards[shard]!.program.addresses) {
      t.ok(shards[shard]!.program.system.passivate(address), `${address} leaves memory`);
    }
  }
  for (const shard of shards) shard.onMessage({ kind: 'fed', frames: fed + 1 });
  for (let count = 0; count < PASSES; count++) pass();
  for (let shard = 0; shard < SHARDS; shard++) {
    t.same([...(held.get(shard) ?? [])].sort(), [...shards[shard]!.program.addresses].sort());
  }
});

t.test('a portfolio that cannot be encoded leaves its snapshot to the others', async (t) => {
  const walk = new MarketWalk(1);
  const held: Address[][] = [];
  let unfit: string | undefined;
  const shards = startShards(
    walk,
    (_shard, message) => {
      if (message.kind !== 'snapshot') return;
      held.push(Array.from(unpack(message.snapshot.actors), ([address]) => address));
    },
    { behaviours: (given) => given.map((one) => failing(one, (key) => key === unfit)) },
  );
  const everybody = shards.flatMap(({ program }) => program.addresses).sort();
  const odd = everybody.find((address) => address.startsWith('portfolio/'))!;
  const snapshotAt = (from: number): number => {
    let fed = from;
    while (walk.at(fed).kind !== 'snapshot') fed++;
    for (const shard of shards) shard.onMessage({ kind: 'fed', frames: fed + 1 });
    for (let count = 0; count < PASSES; count++) for (const shard of shards) shard.step();
    return fed + 1;
  };
  unfit = odd.slice('portfolio/'.length);
  const next = snapshotAt(0);
  t.same(
    held.splice(0).flat().sort(),
    everybody.filter((one) => one !== odd),
  );
  const views = shards.flatMap(({ program }) => program.system.tree());
  const seen = views.find(({ address }) => address === odd);
  t.match(seen, { state: 'running', lastFailure: /^actor.state_unfit: / });
  unfit = undefined;
  snapshotAt(next);
  t.same(held.flat().sort(), everybody, 'and is in the next one it can be in');
});

/** The same behaviour, whose portfolios of some keys can't be encoded. */
function failing(behaviour: AnyBehaviour, isUnfit: (key: string) => boolean): AnyBehaviour {
  if (behaviour.kind !== 'portfolio') return behaviour;
  return {
    ...behaviour,
    encode(state) {
      // What the portfolios' behaviour keeps has a key.
      if (isUnfit((state as { readonly key: string }).key)) throw new Error('not this one');
      return behaviour.encode(state);
    },
  };
}

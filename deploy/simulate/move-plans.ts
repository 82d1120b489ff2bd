// Which simulated actors a move takes where, and where those of an image are in the next process.

import type { Address } from '../../engine/index.js';
import type { PlacedActors } from '../app/shards/placed-actors.js';
import type { Move } from '../app/shards/shard-moves.js';
import { pack, unpack } from '../roles/packed.js';
import type { ShardSnapshot } from '../roles/shard-config.js';
import { SYMBOLS } from './market-walk.js';
import { portfoliosOn, SHARDS } from './setting.js';

/** Moves of all that may leave a shard, its portfolios and its symbols, to the others in turn. */
export function drainOf(shard: number, placed: PlacedActors): Move[] {
  const portfolios = portfoliosOn(shard, placed).map((address) => ({
    address,
    key: address,
    row: -1,
  }));
  const symbols = Array.from(placed.rowsOf(shard), (row) => {
    const key = SYMBOLS[row]!;
    const address: Address = `symbol/${key}`;
    return { address, key, row };
  });
  return [...portfolios, ...symbols].map((one, index) => {
    return { ...one, to: (shard + 1 + (index % (SHARDS - 1))) % SHARDS };
  });
}

/** The move of one of them, chosen by a number in [0, 1). */
export function moveOne(shard: number, size: number, placed: PlacedActors): Move[] {
  const all = drainOf(shard, placed);
  return all.slice(Math.floor(size * all.length)).slice(0, 1);
}

/**
 * The snapshots of an image with each actor where it is now. The real process comes to the same by
 * going through its feed again.
 */
export function placedAnew(
  snapshots: readonly ShardSnapshot[],
  placed: PlacedActors,
): readonly ShardSnapshot[] {
  const actors = snapshots.flatMap((snapshot) => [...unpack(snapshot.actors)]);
  const sequences = new Map(snapshots.flatMap((snapshot) => [...snapshot.sequences]));
  return snapshots.map((snapshot, shard) => {
    const own = actors.filter(([address]) => placed.ofAddress(address) === shard);
    return { ...snapshot, actors: pack(own), sequences };
  });
}

// A hash over all that a market has come to: what two runs that agree have in common.

import { createHash } from 'node:crypto';
import { COLUMN } from '../../../actors/market/index.js';
import type { Columns } from '../../../engine/index.js';
import { nextTurn } from '../next-turn.js';
import type { Shards } from '../shards/shards.js';

/**
 * Hash over all rows and all actors: equal for runs that agree on everything but when prints
 * reached the process.
 */
export async function stateHash(columns: Columns, shards: Shards): Promise<string> {
  const hash = createHash('sha256');
  columns.names.forEach((name, column) => {
    if (column === COLUMN.arrivalUs) return;
    hash.update(name);
    const view = columns.column(name);
    // One NaN for all: their bits may differ with the path of the arithmetic.
    for (let row = 0; row < view.length; row++) if (view[row] !== view[row]) view[row] = Number.NaN;
    hash.update(new Uint8Array(view.buffer));
  });
  const actors = await fingerprints(shards);
  actors.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  for (const [address, state] of actors) hash.update(address).update(state);
  return hash.digest('hex');
}

/** States of all actors, each of one shard: anew where one was moved meanwhile. */
async function fingerprints(shards: Shards): Promise<(readonly [string, string])[]> {
  for (;;) {
    while (shards.isMoving) await nextTurn();
    const { changes } = shards.placed;
    const actors: (readonly [string, string])[] = [];
    for (let shard = 0; shard < shards.count; shard++) {
      actors.push(...(await shards.asks.fingerprint(shard)));
    }
    if (!shards.isMoving && shards.placed.changes === changes) return actors;
  }
}

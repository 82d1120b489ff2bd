// A hash over all that a market has come to: what two runs that agree have in common.

import { createHash, type Hash } from 'node:crypto';
import { COLUMN } from '../../../actors/market/index.js';
import type { Address, Columns } from '../../../engine/index.js';
import type { Shards } from '../shards/shards.js';

/**
 * Actors asked for together: their states as texts are as large as all that is kept of them, and
 * those that are not opened have to be, in one pass of their shard.
 */
const ACTORS_AT_ONCE = 64;

/**
 * Longest wait for the rows to stay the same: those of a market that prints go on coming to never
 * do, and its hash is of some moment. Units: milliseconds.
 */
const REST_MS = 2_000;

/**
 * Hash over all rows and all actors: equal for runs that agree on everything but when prints
 * reached the process. Undefined as soon as it is not wanted any more.
 */
export async function stateHash(
  columns: Columns,
  shards: Shards,
  addresses: readonly Address[],
  isWanted: () => boolean,
): Promise<string | undefined> {
  const hash = await rowsAtRest(columns, shards, isWanted);
  const ordered = [...addresses].sort();
  for (;;) {
    const whole = hash.copy();
    await shards.moved();
    const { changes } = shards.placed;
    for (let from = 0; from < ordered.length; from += ACTORS_AT_ONCE) {
      if (!isWanted()) return undefined;
      await addActors(whole, shards, ordered.slice(from, from + ACTORS_AT_ONCE));
    }
    // States of one that was moved meanwhile may be of both shards, or of none.
    if (!shards.isMoving && shards.placed.changes === changes) return whole.digest('hex');
  }
}

/**
 * Hash over all rows, once the shards have taken what they were sent and the rows stay the same:
 * prints that came after the last point are no part of anything that can be waited for.
 */
async function rowsAtRest(
  columns: Columns,
  shards: Shards,
  isWanted: () => boolean,
): Promise<Hash> {
  const untilMs = performance.now() + REST_MS;
  let hash = hashOfRows(columns);
  let before = '';
  while (isWanted() && performance.now() < untilMs) {
    while (shards.backlog() > 0 && performance.now() < untilMs) {
      await shards.frames.pauseForRoom();
    }
    // An answer comes after the pass of the loop that took the last frame.
    for (let shard = 0; shard < shards.count; shard++) await shards.asks.fingerprint(shard, []);
    hash = hashOfRows(columns);
    const now = hash.copy().digest('hex');
    if (now === before) return hash;
    before = now;
  }
  return hash;
}

function hashOfRows(columns: Columns): Hash {
  const hash = createHash('sha256');
  columns.names.forEach((name, column) => {
    if (column === COLUMN.arrivalUs) return;
    hash.update(name);
    const view = columns.column(name);
    // One NaN for all: their bits may differ with the path of the arithmetic.
    for (let row = 0; row < view.length; row++) if (view[row] !== view[row]) view[row] = Number.NaN;
    hash.update(new Uint8Array(view.buffer));
  });
  return hash;
}

/** Adds the states of a few actors, in their order. */
async function addActors(hash: Hash, shards: Shards, wanted: readonly Address[]): Promise<void> {
  const states = new Map<Address, string>();
  for (let shard = 0; shard < shards.count; shard++) {
    const mine = wanted.filter((address) => shards.placed.ofAddress(address) === shard);
    if (mine.length === 0) continue;
    for (const [address, state] of await shards.asks.fingerprint(shard, mine)) {
      states.set(address, state);
    }
  }
  for (const address of wanted) {
    const state = states.get(address);
    if (state !== undefined) hash.update(address).update(state);
  }
}

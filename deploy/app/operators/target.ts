// What a lever is pulled on: the parts of an address that somebody typed, and the word that it is
// nobody's.

import type { PullOutcome } from '../journal/lever-audit.js';

/** How much of what was typed is said again. Units: characters. */
const TYPED_MAX = 80;

/** The kind and the whole key of an address; nothing of what has no slash. */
export function partsOf(address: string): { readonly kind: string; readonly key: string } {
  const slash = address.indexOf('/');
  if (slash < 0) return { kind: '', key: '' };
  return { kind: address.slice(0, slash), key: address.slice(slash + 1) };
}

/** The shard that a key names, as it is written; undefined where there is none. */
export function shardNamed(key: string, shardCount: number): number | undefined {
  const shard = Number(key);
  return String(shard) === key && isShard(shard, shardCount) ? shard : undefined;
}

/** Whether there is a shard of that number. */
export function isShard(shard: number, shardCount: number): boolean {
  return Number.isInteger(shard) && shard >= 0 && shard < shardCount;
}

/** The refusal of what is no actor. */
export function noActor(address: string): PullOutcome {
  return unknown(`expected an actor, was "${address.slice(0, TYPED_MAX)}"`);
}

/** The refusal of what is no shard. */
export function noShard(shard: number, shardCount: number): PullOutcome {
  return unknown(`expected a shard below ${shardCount}, was ${shard}`);
}

/** The refusal of what is not in the quarantine. */
export function noMessage(id: string): PullOutcome {
  return unknown(`expected the id of a message put aside, was "${id.slice(0, TYPED_MAX)}"`);
}

function unknown(text: string): PullOutcome {
  return { accepted: false, code: 'supervision.unknown', text };
}

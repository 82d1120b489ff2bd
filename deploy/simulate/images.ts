// Images of all shards' memory at a snapshot: what a lost process comes back from.

import { fromJson, type Simulation, toJson } from '../../engine/index.js';
import type { ShardSnapshot } from '../roles/shard-config.js';
import type { MemoryImage, SharedMemory } from './shared-memory.js';

/** Name on the disk of the number of the last image. */
const NAME = 'image';

/** Images on the disk that may be come back to: a torn one leaves the one before. */
const DURABLE_MAX = 2;

/**
 * Of every other four seeds one snapshot in so many is an image: who comes back from it meets
 * snapshots again before the events that it had come to behind them.
 */
const RARE = 3;

/** All shards at one snapshot. */
export interface Image {
  readonly snapshots: readonly ShardSnapshot[];
  readonly memory: MemoryImage;
}

/**
 * The real process goes through its feed again from the start. A world of a million steps loses its
 * process hundreds of times, and would spend itself on that: so its shards come back from their
 * snapshots and the shared memory of that moment, as they do when all threads die at once. Which
 * image that is stands on the lying disk.
 */
export class Images {
  readonly #images = new Map<number, Image>();
  readonly #durable: number[] = [];
  readonly #every: number;

  constructor(seed: number) {
    this.#every = (seed & 4) === 0 ? 1 : RARE;
  }

  /** Takes an image once every shard has the same snapshot, and a new one. */
  offer(
    snapshots: readonly (ShardSnapshot | undefined)[],
    memory: SharedMemory,
    disk: Simulation['disk'],
  ): void {
    const whole = snapshots.filter((snapshot) => snapshot !== undefined);
    const id = whole[0]?.id ?? 0;
    if (whole.length < snapshots.length || whole.some((one) => one.id !== id)) return;
    if (this.#images.has(id) || id % this.#every !== 0) return;
    this.#images.set(id, { snapshots: whole.map(copyOf), memory: memory.image() });
    disk.save(NAME, toJson({ id }), () => this.#landed(id));
  }

  /** The image that the disk names; undefined for the beginning. */
  latest(disk: Simulation['disk']): Image | undefined {
    const text = disk.snapshot(NAME);
    if (text === undefined) return undefined;
    // What `offer` wrote has this shape.
    const { id } = fromJson(text) as { readonly id: number };
    for (const later of this.#images.keys()) if (later > id) this.#images.delete(later);
    return this.#images.get(id);
  }

  #landed(id: number): void {
    this.#durable.push(id);
    if (this.#durable.length <= DURABLE_MAX) return;
    this.#durable.shift();
    for (const known of this.#images.keys()) {
      if (known < this.#durable[0]!) this.#images.delete(known);
    }
  }
}

/** A snapshot of its own: shards write over the memory of theirs. */
function copyOf(snapshot: ShardSnapshot): ShardSnapshot {
  const parts = snapshot.actors.parts.map(({ keys, bytes }) => ({ keys, bytes: bytes.slice(0) }));
  return { ...snapshot, actors: { parts } };
}

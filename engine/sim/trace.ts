// Makes one number of all that happens in a simulated world.

import { hashText } from '../shard/placement.js';

/** Two running hashes over the labels and times of steps. */
export class Trace {
  readonly #parts = Uint32Array.of(0x811c9dc5, 0x9e3779b9);
  readonly #labels = new Map<string, number>();

  /** Adds a step. Units: microseconds. */
  // hot
  add(label: string, atUs: number): void {
    let hash = this.#labels.get(label);
    if (hash === undefined) {
      hash = hashText(label);
      this.#labels.set(label, hash);
    }
    const parts = this.#parts;
    parts[0] = Math.imul(parts[0]! ^ hash, 0x01000193) ^ (parts[1]! >>> 13);
    parts[1] = Math.imul(parts[1]! ^ atUs, 0x85ebca6b) ^ (parts[0]! >>> 11);
  }

  /** The number, in hexadecimal digits. */
  text(): string {
    return Array.from(this.#parts, (part) => part.toString(16).padStart(8, '0')).join('');
  }
}

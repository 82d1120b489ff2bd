// Which events an actor has: an index that is written behind the events, some actors at a time.

import { crc32 } from 'node:zlib';
import type { Key, Store } from '../io/lmdb/store.js';
import type { Put } from './puts.js';
import { corrupt, hashAt, wholeRecord } from './record-at.js';

/** An event as the index knows it. */
export interface Indexed {
  readonly address: string;
  readonly sequence: number;
  readonly position: number;
}

/** What the journal says of its own end, in each commit that has events. */
export interface Ends {
  /** Last event: a chain that lost its end is still a chain. */
  readonly position: number;
  /** Last event before which, and with which, all are in the index. */
  readonly indexed: number;
}

/**
 * Events of one generation. The index lies by actor, so that each event of a commit would touch
 * another page of it; kept back until there are many of each actor, they share pages. A start
 * after a crash reads at most two generations again, some 60 ms.
 */
const GENERATION_EVENTS = 8_192;

/** Key of the ends, among the journal's other facts. */
const ENDS = ['ends'];

/** Positions of an actor's events that are not in the store, from a sequence on. */
interface Run {
  first: number;
  positions: number[];
}

/** Events of some stretch of the journal that are not in the store. */
class Generation {
  readonly runs = new Map<string, Run>();
  count = 0;
  /** The last event before it. */
  readonly after: number;

  constructor(after: number) {
    this.after = after;
  }

  add({ address, sequence, position }: Indexed): void {
    this.count++;
    const run = this.runs.get(address);
    if (run === undefined) this.runs.set(address, { first: sequence, positions: [position] });
    else run.positions.push(position);
  }

  /** Its first events, as many as are asked for, one actor after another. */
  *first(countMax: number): Iterable<Indexed> {
    let left = countMax;
    for (const [address, { first, positions }] of this.runs) {
      for (let at = 0; at < positions.length; at++) {
        if (left-- <= 0) return;
        yield { address, sequence: first + at, position: positions[at]! };
      }
    }
  }

  /** Forgets its first events. */
  drop(count: number): void {
    let left = count;
    for (const [address, run] of this.runs) {
      if (left <= 0) break;
      const dropped = Math.min(left, run.positions.length);
      left -= dropped;
      this.count -= dropped;
      run.first += dropped;
      run.positions.splice(0, dropped);
      if (run.positions.length === 0) this.runs.delete(address);
    }
  }
}

/**
 * The index of one journal. A generation of events is collected in memory while the one before goes
 * to the store, by as many entries a commit as it has events.
 */
export class EventIndex {
  readonly #events: Store;
  readonly #index: Store;
  readonly #meta: Store;
  readonly #generationEvents: number;
  #draining = new Generation(0);
  #filling = new Generation(0);
  #ends: Ends = { position: 0, indexed: 0 };
  /** What the commit under way changes once it is on disk. */
  #staged: { readonly added: readonly Indexed[]; readonly drained: number } | undefined;

  constructor(
    events: Store,
    index: Store,
    meta: Store,
    generationEvents: number = GENERATION_EVENTS,
  ) {
    this.#events = events;
    this.#index = index;
    this.#meta = meta;
    this.#generationEvents = generationEvents;
  }

  /**
   * Reads what the index lacks, as of now; a reader does before each question, since a writer may
   * be at work. Errors: `journal.corrupt`.
   */
  refresh(): void {
    const ends = readEnds(this.#events, this.#index, this.#meta);
    const { position, indexed } = ends;
    if (position === this.#ends.position && indexed === this.#ends.indexed) return;
    this.#filling = new Generation(indexed);
    this.#draining = new Generation(indexed);
    let previous = hashAt(this.#events, indexed);
    for (const { key, value } of this.#events.range({ start: [indexed + 1] })) {
      const { record, hash } = wholeRecord(Number(key[0]), value, previous);
      previous = hash;
      const { address, sequence } = record;
      if (this.#index.get([address, sequence]) === undefined) this.#filling.add(record);
    }
    const known = this.#index.count() + this.#filling.count;
    if (known !== position) throw corrupt(`${position} events in the index, was ${known}`);
    this.#ends = ends;
  }

  /** Sequences and positions of an actor's events after a sequence, in order. */
  *after(address: string, after: number): Iterable<readonly [sequence: number, at: number]> {
    const end = [address, Number.MAX_SAFE_INTEGER];
    for (const { key, value } of this.#index.range({ start: [address, after + 1], end })) {
      yield [Number(key[1]), Number(value.toString())];
    }
    for (const { runs } of [this.#draining, this.#filling]) {
      const run = runs.get(address);
      if (run === undefined) continue;
      for (let at = Math.max(0, after + 1 - run.first); at < run.positions.length; at++) {
        yield [run.first + at, run.positions[at]!];
      }
    }
  }

  /** Last sequence of each actor: one step an actor, from the last one down, not one a record. */
  lastSequences(): Map<string, number> {
    const found: [string, number][] = [];
    for (let last = lastKey(this.#index); last !== undefined; ) {
      const address = String(last[0]);
      found.push([address, Number(last[1])]);
      // No event has sequence 0, so this leads to the last one of the actor before.
      last = lastKey(this.#index, [address, 0]);
    }
    const sequences = new Map(found.reverse());
    for (const { runs } of [this.#draining, this.#filling]) {
      for (const [address, { first, positions }] of runs) {
        sequences.set(address, first + positions.length - 1);
      }
    }
    return sequences;
  }

  /** What a commit with these events writes beside them. */
  stage(added: readonly Indexed[]): Put[] {
    // Of a commit that met a full disk nothing is left.
    this.#staged = undefined;
    if (added.length === 0) return [];
    const drained = [...this.#draining.first(added.length)];
    this.#staged = { added, drained: drained.length };
    const { after } = this.#draining.count > 0 ? this.#draining : this.#filling;
    return this.#puts(drained, { position: added.at(-1)!.position, indexed: after });
  }

  /** The commit staged last is on disk. */
  accept(): void {
    if (this.#staged === undefined) return;
    const { added, drained } = this.#staged;
    this.#staged = undefined;
    for (const one of added) this.#filling.add(one);
    this.#draining.drop(drained);
    if (this.#draining.count > 0 || this.#filling.count < this.#generationEvents) return;
    this.#draining = this.#filling;
    this.#filling = new Generation(added.at(-1)!.position);
  }

  /** All that the store lacks, for a journal that is closed. */
  remaining(position: number): Put[] {
    const left = [this.#draining, this.#filling].flatMap((one) => [...one.first(one.count)]);
    return left.length === 0 ? [] : this.#puts(left, { position, indexed: position });
  }

  #puts(drained: readonly Indexed[], ends: Ends): Put[] {
    const puts: Put[] = drained.map(({ address, sequence, position }) => ({
      store: this.#index,
      key: [address, sequence],
      value: Buffer.from(String(position)),
    }));
    puts.push(endsPut(this.#meta, ends));
    return puts;
  }
}

/** The put that stores the ends of a journal. */
export function endsPut(store: Store, { position, indexed }: Ends): Put {
  const text = `${position} ${indexed}`;
  return { store, key: ENDS, value: Buffer.from(`${text} ${crc32(text)}`) };
}

/** The ends as they were stored; undefined where they were not, or are damaged. */
export function storedEnds(meta: Store): Ends | undefined {
  const [position, indexed, sum] = (meta.get(ENDS)?.toString() ?? '').split(' ');
  if (Number(sum) !== crc32(`${position} ${indexed}`)) return undefined;
  return { position: Number(position), indexed: Number(indexed) };
}

/** Where a journal ends, from what is in its stores. Errors: `journal.corrupt`. */
function readEnds(events: Store, index: Store, meta: Store): Ends {
  const position = Number(lastKey(events)?.[0] ?? 0);
  const stored = storedEnds(meta);
  if (stored === undefined) {
    // Before there were ends each commit wrote the index of its own events.
    return { position, indexed: index.count() === position ? position : 0 };
  }
  if (stored.position <= position) return { position, indexed: stored.indexed };
  throw corrupt(`records up to ${stored.position}, the last is ${position}`);
}

/** The last key of a store, or the last one from `start` down. */
function lastKey(store: Store, start?: Key): Key | undefined {
  const from = start === undefined ? {} : { start };
  let last: Key | undefined;
  for (const { key } of store.range({ ...from, reverse: true, limit: 1 })) last = key;
  return last;
}

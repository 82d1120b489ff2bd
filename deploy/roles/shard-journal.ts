// A shard's side of the journal: events out, word that they are on disk back in, a past read again.

import { type Address, Fault, type Recovered, type SystemPorts } from '../../engine/index.js';
import type { Checkpoints } from './checkpoints.js';
import type { PlacedEvent, Recall } from './recall.js';
import type { FromShard, ToShard } from './shard-messages.js';

/** What a shard says to its owner about events, and what the owner says about them. */
export class ShardJournal {
  readonly #post: (message: FromShard) => void;
  readonly #checkpoints: Checkpoints;
  readonly #commits = new Map<number, (fault?: Fault) => void>();
  readonly #recoveries = new Map<Address, (events: readonly PlacedEvent[]) => void>();
  /** Sequence of the last event that each actor is known here to have appended. */
  readonly #appended = new Map<Address, number>();
  /** Actors that were taken in without a state: of their events the owner alone knows. */
  readonly #elsewhere = new Set<Address>();
  #nextTicket = 1;

  constructor(checkpoints: Checkpoints, post: (message: FromShard) => void) {
    this.#checkpoints = checkpoints;
    this.#post = post;
  }

  /** Appends that are not yet known to be on disk, or refused. */
  get commitsOpen(): number {
    return this.#commits.size;
  }

  /** Sends events to the journal with their place in the order of the market. */
  append(
    records: Parameters<SystemPorts['append']>[0],
    place: number,
    done: (fault?: Fault) => void,
  ): void {
    const ticket = this.#nextTicket++;
    this.#commits.set(ticket, done);
    for (const { address, sequence } of records) this.noteEvents(address, sequence);
    const placed = records.map((record) => ({ ...record, place }));
    this.#post({ kind: 'append', ticket, records: placed });
  }

  /** An actor is of this shard from now on, of whom there is no state. */
  takenIn(address: Address): void {
    this.#elsewhere.add(address);
  }

  /** An actor is known to have events up to a sequence. */
  noteEvents(address: Address, sequence: number): void {
    this.#appended.set(address, Math.max(sequence, this.#appended.get(address) ?? 0));
  }

  /** An append is on disk, or was refused. */
  committed({ ticket, fault }: ToShard & { readonly kind: 'committed' }): void {
    const done = this.#commits.get(ticket);
    this.#commits.delete(ticket);
    done?.(fault && new Fault(fault.code, fault.text, fault));
  }

  /**
   * Reads what an actor's checkpoint lacks; it comes from a close, with the events and messages
   * since then in the order it had them.
   */
  recover(address: Address, recall: Recall, done: (recovered: Recovered) => void): void {
    this.askEvents(address, recall, (events) => done(this.#checkpoints.recovered(address, events)));
  }

  /** Whether an actor's events have been asked for, and not come yet. */
  isAsked(address: Address): boolean {
    return this.#recoveries.has(address);
  }

  /**
   * Whether an actor's checkpoint holds every event that the market has come to: one that was kept,
   * came back and left again within a step is of that step, and may lack some.
   */
  isWhole(address: Address, recall: Recall): boolean {
    const held = this.#checkpoints.sequenceOf(address);
    if (held < (this.#appended.get(address) ?? 0)) return false;
    return held >= recall.lastOf(address) || !recall.hasReached(address, held + 1);
  }

  /**
   * Reads an actor's events since its checkpoint, those that the market has come to; at once where
   * the checkpoint holds the last there is.
   */
  askEvents(
    address: Address,
    recall: Recall,
    done: (events: readonly PlacedEvent[]) => void,
  ): void {
    const after = this.#checkpoints.sequenceOf(address);
    const known = Math.max(this.#appended.get(address) ?? 0, recall.lastOf(address));
    if (after >= known && !this.#elsewhere.has(address)) {
      done([]);
      return;
    }
    this.#recoveries.set(address, (events) => {
      this.#elsewhere.delete(address);
      const reached = events.filter(
        ({ sequence }) =>
          // A close may have come between the question and its answer.
          sequence > this.#checkpoints.sequenceOf(address) && recall.hasReached(address, sequence),
      );
      this.noteEvents(address, reached.at(-1)?.sequence ?? 0);
      done(reached);
    });
    this.#post({ kind: 'recover', address, after });
  }

  /** The owner has read an actor's events. */
  recovered({ address, events }: ToShard & { readonly kind: 'recovered' }): void {
    const recovery = this.#recoveries.get(address);
    this.#recoveries.delete(address);
    recovery?.(events);
  }
}

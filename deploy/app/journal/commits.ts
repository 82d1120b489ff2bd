// The owner's side of durability: what actors decide goes to the journal, and comes back from it.

import {
  type Address,
  Fault,
  type Journal,
  type StoredRecord,
  toJson,
} from '../../../engine/index.js';
import type { Recorder } from '../../recorder/recorder.js';
import type { PlacedEvent } from '../../roles/recall.js';
import type { FromShard } from '../../roles/shard-messages.js';
import { nextTurn } from '../next-turn.js';

/** One record of so many from which on a walk through the whole journal is the shorter way. */
const SINGLY_SHARE = 3;

/** Events on their way to the disk, and those that are there. */
export class Commits {
  readonly #journal: Journal;
  readonly #recorder: Recorder | undefined;
  /** Last event of the journal before this replay began. */
  readonly #position: number;
  readonly #underWay = new Set<Promise<void>>();
  /** Settles once what was asked for so far has been recorded. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(journal: Journal, recorder: Recorder | undefined, position: number) {
    this.#journal = journal;
    this.#recorder = recorder;
    this.#position = position;
  }

  /** Appends what a shard asked for, and tells it once that is on disk, or why it is not. */
  append(
    { ticket, records }: FromShard & { readonly kind: 'append' },
    committed: (ticket: number, fault?: Fault) => void,
  ): void {
    const commit = this.#keep(records).then(
      () => committed(ticket),
      (error: unknown) => {
        const fault = error instanceof Fault ? error : new Fault('journal.failed', String(error));
        committed(ticket, fault);
      },
    );
    // It never rejects; it is kept in sight until it has ended.
    const tracked = commit.finally(() => this.#underWay.delete(tracked));
    this.#underWay.add(tracked);
  }

  /** Resolves once all commits have ended and a read sees them: the store looks anew each turn. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underWay);
    await nextTurn();
  }

  /** Events of an actor; those of earlier replays were there when this one began. */
  eventsOf(address: Address, after: number): PlacedEvent[] {
    return this.#journal.recordsOf(address, after).map((record) => this.#placed(record));
  }

  /**
   * Events of many actors, each after a sequence, of those that have some: one by one where they
   * are few beside the whole journal, else in one walk through it, which takes a third of the time
   * a record.
   */
  eventsOfAll(after: ReadonlyMap<Address, number>): Map<Address, PlacedEvent[]> {
    let count = 0;
    for (const [address, sequence] of after) count += this.#journal.sequenceOf(address) - sequence;
    const found = new Map<Address, PlacedEvent[]>();
    if (count < this.#journal.position / SINGLY_SHARE) {
      for (const [address, sequence] of after) {
        const events = this.eventsOf(address, sequence);
        if (events.length > 0) found.set(address, events);
      }
      return found;
    }
    for (const record of this.#journal.records()) {
      // An address of somebody else's is not asked for.
      const address = record.address as Address;
      if (record.sequence <= (after.get(address) ?? Number.POSITIVE_INFINITY)) continue;
      const events = found.get(address);
      if (events === undefined) found.set(address, [this.#placed(record)]);
      else events.push(this.#placed(record));
    }
    return found;
  }

  #placed({ sequence, event, place = 0, position }: StoredRecord): PlacedEvent {
    return { sequence, event, step: position <= this.#position ? 0 : place };
  }

  /**
   * The recording first: an event that only the journal has would be missing there for ever, while
   * one that only the recording has is taken back, here or at the next start. The journal takes
   * them in the order in which they were asked for, whichever recording is done first.
   */
  async #keep(records: (FromShard & { readonly kind: 'append' })['records']): Promise<void> {
    const recorder = this.#recorder;
    if (recorder !== undefined) {
      // Asked for together, so that one write has them all.
      const recorded = Promise.all(
        records.map((record) => recorder.event({ ...record, event: toJson(record.event) })),
      );
      // It may fail before its turn comes; it is awaited below.
      recorded.catch(() => {});
      const turn = this.#turn.then(() => recorded);
      this.#turn = turn.catch(() => {});
      await turn;
    }
    try {
      await this.#journal.append(records);
    } catch (error) {
      const first = new Map(records.toReversed().map((one) => [one.address, one.sequence]));
      for (const [address, sequence] of first) await this.#withdraw(address, sequence);
      throw error;
    }
  }

  /** What the journal did not take is taken back; what it has there already stands instead. */
  async #withdraw(address: Address, sequence: number): Promise<void> {
    const recorder = this.#recorder;
    if (recorder === undefined) return;
    await recorder.withdrawEvents(address, sequence);
    for (const record of this.#journal.recordsOf(address, sequence - 1)) {
      const { position: _position, ...known } = record;
      const { step } = this.#placed(record);
      await recorder.event({ ...known, place: step, event: toJson(record.event) });
    }
  }
}

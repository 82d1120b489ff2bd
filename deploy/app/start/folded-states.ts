// States that portfolios have by their events alone, kept on disk: a start folds what came since.

import { createHash } from 'node:crypto';
import { type Address, type Journal, type Snapshot, toJson } from '../../../engine/index.js';
import { type PackedMap, packedPart } from '../../roles/packed.js';

/** A stored state, still as bytes. */
export interface FoldedState {
  /** Events that it holds. */
  readonly sequence: number;
  readonly bytes: Uint8Array;
}

/** What stands before the bytes of a state, as one line of JSON. */
interface Header {
  /** Of what the state follows from beside its events. */
  readonly basis: string;
  readonly sequence: number;
  /** Events of the whole journal that were there before the replay it was folded for. */
  readonly position: number;
}

const LINE_END = 0x0a;

/**
 * The states of one journal. Each was folded from the events that earlier replays left, before the
 * market of a new one reached it; so it holds for every replay that begins no earlier, as long as
 * the portfolio opens as it did. Any other is passed over: then all events are folded.
 */
export class FoldedStates {
  readonly #journal: Journal;
  /** Last event of the journal before this replay began. */
  readonly #position: number;
  readonly #basisOf: (address: Address) => string;
  readonly #onFailure: (error: unknown) => void;
  readonly #underWay = new Set<Promise<void>>();

  /** `onFailure` hears of a state that could not be stored: nothing is lost but time. */
  constructor(
    journal: Journal,
    position: number,
    basisOf: (address: Address) => string,
    onFailure: (error: unknown) => void,
  ) {
    this.#journal = journal;
    this.#position = position;
    this.#basisOf = basisOf;
    this.#onFailure = onFailure;
  }

  /** The state to begin with; undefined where there is none, or none that holds. */
  of(address: Address): FoldedState | undefined {
    const stored = this.#journal.snapshot(nameOf(address))?.bytes;
    if (stored === undefined) return undefined;
    const end = stored.indexOf(LINE_END);
    // The checksum says that `keep` wrote it.
    const header = JSON.parse(stored.toString('utf8', 0, end)) as Header;
    const { basis, sequence, position } = header;
    const holds =
      position <= this.#position &&
      sequence <= this.#journal.sequenceOf(address) &&
      basis === this.#basisOf(address);
    return holds ? { sequence, bytes: stored.subarray(end + 1) } : undefined;
  }

  /** Stores states, a part of the map each. */
  keep({ parts }: PackedMap<Address, Snapshot>, sequences: ReadonlyMap<Address, number>): void {
    for (const { keys, bytes } of parts) {
      const address = keys[0]!;
      const header: Header = {
        basis: this.#basisOf(address),
        sequence: sequences.get(address)!,
        position: this.#position,
      };
      const line = Buffer.from(`${JSON.stringify(header)}\n`);
      const stored = Buffer.concat([line, new Uint8Array(bytes)]);
      const storing = this.#journal
        .putSnapshot(nameOf(address), stored)
        .catch(this.#onFailure)
        .finally(() => this.#underWay.delete(storing));
      this.#underWay.add(storing);
    }
  }

  /** Resolves once nothing is on its way to the disk. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }
}

/** States as a shard takes them in. */
export function packStates(
  states: Iterable<readonly [Address, FoldedState]>,
): PackedMap<Address, Snapshot> {
  return { parts: Array.from(states, ([address, { bytes }]) => packedPart([address], bytes)) };
}

/** What a state follows from beside its events, as one hash. */
export function basisOf(...parts: readonly unknown[]): string {
  return createHash('sha256').update(toJson(parts)).digest('hex');
}

function nameOf(address: Address): string {
  return `folded/${address}`;
}

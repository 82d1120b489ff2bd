// What a shard gives to another and takes from one, while no frame is under way.

import type { SymbolBars } from '../../actors/bars/index.js';
import { type ActorSystem, type Address, kindOf, type Snapshot } from '../../engine/index.js';
import type { Checkpoints } from './checkpoints.js';
import { type PackedMap, pack, unpack } from './packed.js';
import type { FromShard, MoveAsk } from './shard-messages.js';
import type { Unopened } from './unopened.js';

/** Addresses that a refusal names. */
const NAMED_MAX = 3;

/** What a handover needs of its shard. */
export interface HandoverSide {
  readonly system: ActorSystem;
  /** Gives rows away or takes them in. */
  readonly setOwned: (rows: readonly number[], isOwned: boolean) => void;
  /** Ends the building of the rows' bars, and begins it from what was given of them. */
  readonly giveBars: (rows: readonly number[]) => PackedMap<number, SymbolBars>;
  readonly takeBars: (rows: readonly number[], given: PackedMap<number, SymbolBars>) => void;
  readonly checkpoints: Checkpoints;
  /** Whether the checkpoint of an actor that is away holds all that it is due. */
  readonly isForward: (address: Address) => boolean;
  /** Portfolios of this shard, in the order they are told. */
  readonly hearers: Address[];
  /** Those that are not opened: they go as they are. */
  readonly unopened: Unopened;
  /** Addresses of this shard. */
  readonly local: Set<Address>;
  /** Notes that the events of one that is taken in without a state are known to nobody here. */
  readonly takenIn: (address: Address) => void;
  /** Starts an actor from its checkpoint, which is whole: it runs at once. */
  readonly start: (address: Address) => void;
  /** Step of the market that the shard stands at. */
  readonly step: () => number;
  readonly post: (message: FromShard) => void;
}

/** One shard's side of moves. */
export class Handover {
  readonly #shard: HandoverSide;

  constructor(shard: HandoverSide) {
    this.#shard = shard;
  }

  /** Does what a move asks, whole or not at all. */
  handle(asked: MoveAsk): void {
    if (asked.kind === 'give') this.#give(asked);
    else this.#take(asked);
  }

  /** Lets actors go. All must be idle or away: one with work under way has no state to give. */
  #give({ id, rows, addresses }: MoveAsk & { readonly kind: 'give' }): void {
    const { system, checkpoints, hearers, isForward, local, post, unopened } = this.#shard;
    const states = system.states.encodeAll(new Set(addresses.map((address) => kindOf(address))));
    const isReady = (address: Address): boolean =>
      system.canLeave(address) &&
      (states.has(address) ||
        unopened.has(address) ||
        // One that runs all the same has a state that can't be encoded.
        (!system.isRunning(address) && isForward(address)));
    const busy = addresses.filter((address) => !isReady(address));
    if (busy.length > 0) {
      const named = busy.slice(0, NAMED_MAX).join(', ');
      const text = `expected all to be running and idle; held, stopped, busy or not to be encoded: ${named}`;
      post({
        kind: 'done',
        id,
        ok: false,
        failure: `${text} (${busy.length} of ${addresses.length})`,
      });
      return;
    }
    const given: (readonly [Address, Snapshot])[] = [];
    for (const address of addresses) {
      local.delete(address);
      if (unopened.delete(address)) continue;
      given.push([address, states.get(address) ?? checkpoints.get(address)!]);
      system.passivate(address);
      system.border.forgetWatchers(address);
      // As it left memory it was kept as one of those that stay.
      checkpoints.remove(address);
      unopened.delete(address);
    }
    const gone = new Set(addresses);
    hearers.splice(0, hearers.length, ...hearers.filter((address) => !gone.has(address)));
    this.#shard.setOwned(rows, false);
    const liveBars = this.#shard.giveBars(rows);
    post({ kind: 'done', id, ok: true, given: pack(given), liveBars });
  }

  /** Takes actors in; those that are here already stay as they are. */
  #take({ id, rows, actors, liveBars, ...taken }: MoveAsk & { readonly kind: 'take' }): void {
    const { checkpoints, hearers, local, post, setOwned, start, step, takenIn, unopened } =
      this.#shard;
    setOwned(rows, true);
    this.#shard.takeBars(rows, liveBars);
    for (const address of taken.unopened) {
      if (local.has(address)) continue;
      local.add(address);
      unopened.add(address);
      takenIn(address);
    }
    for (const [address, snapshot] of unpack(actors)) {
      if (local.has(address)) continue;
      local.add(address);
      hearers.push(address);
      checkpoints.put(address, snapshot, step());
      start(address);
    }
    post({ kind: 'done', id, ok: true });
  }
}

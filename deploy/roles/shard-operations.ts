// What operators ask of a shard: its tree, its quarantine, its levers, a profile of its thread.

import {
  type ActorSystem,
  type Address,
  type DeadLetter,
  type Log,
  type Quarantined,
  type ShardContext,
  type Snapshot,
  toJson,
} from '../../engine/index.js';
import type { ActorLever, FromShard, LostLetter, OperatorAsk, PutAside } from './shard-messages.js';
import { ShardProfile } from './shard-profile.js';
import { stateText } from './state-text.js';

/** Longest text of a message or state that is shown. Units: characters. */
const TEXT_MAX = 10_000;

/** What operations need of their shard. */
export interface ShardSide {
  readonly system: ActorSystem;
  /** See `ShardActors.find`. */
  readonly find: (addresses: Wanted['addresses'], found: Map<Address, Snapshot>) => boolean;
  /** Portfolios that are not opened. */
  readonly unopened: () => number;
  readonly log: Log;
  readonly monotonicUs: () => number;
  /** Prints handled so far. */
  readonly prints: () => number;
  readonly post: (message: FromShard) => void;
  readonly atLength: ShardContext['atLength'];
}

/** A fingerprint that is asked for, and what is found of it. */
interface Wanted {
  readonly id: number;
  readonly addresses: readonly Address[] | undefined;
  readonly found: Map<Address, Snapshot>;
}

/** The operators' side of a shard. */
export class ShardOperations {
  readonly #shard: ShardSide;
  #profile: ShardProfile | undefined;
  /** Fingerprints that are asked for. */
  #fingerprints: Wanted[] = [];

  constructor(shard: ShardSide) {
    this.#shard = shard;
  }

  /** Answers one ask; that of a profile when it is written. */
  handle(asked: OperatorAsk): void {
    const { system, post } = this.#shard;
    const { id } = asked;
    switch (asked.kind) {
      case 'lever':
        post({ kind: 'done', id, ok: pull(system, asked.lever, asked.address) });
        break;
      case 'tree':
        post({
          kind: 'tree',
          id,
          actors: system.tree(),
          counters: { ...system.counters },
          prints: this.#shard.prints(),
          turnUsP99: system.turnUs(0.99),
        });
        break;
      case 'residents': {
        const { passivated, revived } = system.counters;
        const residents = system.residents();
        const unopened = this.#shard.unopened();
        post({ kind: 'residents', id, residents, passivated, revived, unopened });
        break;
      }
      case 'quarantine': {
        const items = system.quarantined(asked.address).map(putAside);
        post({ kind: 'quarantine', id, items, dropped: system.quarantineDropped() });
        break;
      }
      case 'letters': {
        const counts = [...system.deadLetterCounts()];
        post({ kind: 'letters', id, letters: system.deadLetters().map(lostLetter), counts });
        break;
      }
      case 'replay':
        post({ kind: 'done', id, ok: system.replayQuarantined(asked.item) });
        break;
      case 'discard':
        post({ kind: 'done', id, ok: system.discardQuarantined(asked.item) });
        break;
      case 'log_level':
        post({ kind: 'done', id, ok: this.#shard.log.setLevel(asked.area, asked.level) });
        break;
      case 'profile':
        this.#startProfile(asked);
        break;
      case 'fingerprint':
        this.#fingerprints.push({ id, addresses: asked.addresses, found: new Map() });
        break;
    }
  }

  /** Takes fingerprints that are asked for, and ends a profile that is due. */
  step(): void {
    if (this.#fingerprints.length > 0) this.#takeFingerprints();
    const profile = this.#profile;
    if (profile === undefined || profile.leftUs(this.#shard.monotonicUs()) > 0) return;
    this.#profile = undefined;
    const failure = this.#shard.atLength(() => profile.finish());
    this.#shard.post({
      kind: 'done',
      id: profile.id,
      ok: failure === undefined,
      ...(failure === undefined ? {} : { failure }),
    });
  }

  #takeFingerprints(): void {
    const { find, post } = this.#shard;
    this.#fingerprints = this.#fingerprints.filter(({ id, addresses, found }) => {
      if (!find(addresses, found)) return true;
      const actors = Array.from(
        found,
        ([address, { state }]) => [address, stateText(address, state)] as const,
      );
      post({ kind: 'fingerprint', id, actors });
      return false;
    });
  }

  /** Time until something is due, or Infinity. Units: milliseconds. */
  dueMs(): number {
    if (this.#fingerprints.length > 0) return 0;
    if (this.#profile === undefined) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#profile.leftUs(this.#shard.monotonicUs()) / 1000);
  }

  #startProfile({ id, seconds, file }: OperatorAsk & { readonly kind: 'profile' }): void {
    if (this.#profile !== undefined) {
      this.#shard.post({ kind: 'done', id, ok: false });
      return;
    }
    const endUs = this.#shard.monotonicUs() + seconds * 1e6;
    this.#profile = this.#shard.atLength(() => new ShardProfile(id, file, endUs));
  }
}

/** Pulls a lever on an actor; false when it is not there or not in a state for it. */
function pull(system: ActorSystem, lever: ActorLever, address: Address): boolean {
  switch (lever) {
    case 'restart':
      // One that has left memory comes back by being started.
      if (!system.restart(address)) system.start(address);
      return true;
    case 'stop':
      return system.stop(address);
    case 'suspend':
      return system.suspend(address);
    case 'resume':
      // What its shard told everybody meanwhile was kept for it, and a rebuild tells it.
      return system.resume(address) && system.restart(address);
    case 'passivate':
      return system.passivate(address);
  }
}

function putAside({ id, address, envelope, failures, timeUs, state }: Quarantined): PutAside {
  const { message, cause } = envelope;
  return {
    item: id,
    address,
    kind: message.kind,
    cause,
    timeUs,
    failures,
    message: toJson(message).slice(0, TEXT_MAX),
    state: (toJson(state) ?? '').slice(0, TEXT_MAX),
  };
}

function lostLetter({ envelope, code, timeUs }: DeadLetter): LostLetter {
  const { to, message, cause } = envelope;
  const { kind } = message;
  const text = toJson(message).slice(0, TEXT_MAX);
  return { address: to, kind, code, cause, timeUs, message: text };
}

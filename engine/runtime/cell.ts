// One actor as the system holds it: its state, its mailbox, its history of failures.

import type { Address, Message } from '../core/address.js';
import type { Behaviour } from '../core/behaviour.js';
import { hashText } from '../shard/placement.js';
import type { Effect } from './effect.js';
import type { Envelope } from './envelope.js';
import { Mailbox } from './mailbox.js';

/** A behaviour whose type parameters the system does not know. */
export type AnyBehaviour = Behaviour<unknown, Message, Message>;

/** Where an actor is in its life. */
export type CellStatus = 'recovering' | 'running' | 'restarting' | 'stopped' | 'passive';

/** The effects of one turn that wait for a commit, or for an earlier turn's. */
export interface Waiting {
  readonly envelope: Envelope;
  readonly effects: readonly Effect[];
  committed: boolean;
}

/** One actor. */
export class Cell {
  readonly address: Address;
  readonly parent: Address | '';
  readonly behaviour: AnyBehaviour;
  readonly mailbox = new Mailbox();
  readonly children = new Set<Address>();
  readonly watchers = new Set<Address>();
  readonly seed: Uint32Array;
  status: CellStatus = 'recovering';
  state: unknown = undefined;
  /** Events folded so far: the journal's sequence of this actor. */
  sequence = 0;
  /** Rises with every rebuild, so that answers meant for an earlier instance are told apart. */
  incarnation = 0;
  isQueued = false;
  turns = 0;
  restarts = 0;
  restartTimesUs: number[] = [];
  lastFailure = '';
  waiting: Waiting[] = [];

  constructor(address: Address, parent: Address | '', behaviour: AnyBehaviour) {
    this.address = address;
    this.parent = parent;
    this.behaviour = behaviour;
    this.seed = Uint32Array.of(hashText(address));
  }
}

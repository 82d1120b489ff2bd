// One actor as the system holds it: its state, its mailbox, its history of failures.

import type { Address, Message } from '../core/address.js';
import { LIMITS } from '../core/limits.js';
import { nextRandom } from '../core/random.js';
import { type ChildSpec, DEFAULT_CHILD } from '../core/supervision.js';
import { hashText } from '../shard/placement.js';
import type { CommandWindow } from './commands.js';
import type { Effect } from './effect.js';
import { type Envelope, Origins } from './envelope.js';
import type { Kind } from './kinds.js';
import { Mailbox } from './mailbox.js';
import type { Quarantined } from './quarantine.js';
import { FIRST_TIMED, type TurnTimes } from './turn-times.js';

/** Where an actor is in its life; it runs turns only while `running`. */
export type CellStatus =
  | 'recovering'
  | 'running'
  | 'suspended'
  | 'restarting'
  | 'saving'
  | 'stopping'
  | 'stopped';

/** The effects of one turn that wait for a commit, or for an earlier turn's. */
export interface Waiting {
  readonly envelope: Envelope;
  readonly effects: readonly Effect[];
  committed: boolean;
}

/** A message whose turn has failed and is tried again. */
export interface Suspect {
  readonly envelope: Envelope;
  readonly failures: string[];
}

/** What a handle remembers of an actor: small, for handles outlast the actors they led to. */
export interface Seat {
  /** Whose actor it is: a handle may be given to several systems. */
  readonly of: object;
  /** Undefined once the actor is not there any more. */
  cell: Cell | undefined;
}

/** One actor. */
export class Cell {
  // First what every message touches, then what every turn does: each a cache line or two.
  status: CellStatus = 'recovering';
  readonly kind: Kind;
  readonly mailbox: Mailbox;
  isQueued = false;
  /** Messages to handle before the mailbox: replayed ones and the one that is tried again. */
  urgent: Envelope[] = [];
  waiting: Waiting[] = [];
  state: unknown = undefined;
  turns = 0;
  /** The turn that is timed next. */
  timedTurn = FIRST_TIMED;
  suspect: Suspect | undefined = undefined;
  readonly address: Address;
  /** The turn's `evolve` and `random`, made once. */
  readonly evolve: (event: Message) => void;
  readonly random: () => number;
  /** Hash of the address. */
  readonly hash: number;
  readonly parent: Address | '';
  readonly spec: ChildSpec;
  /** Origins of what it tells others. */
  readonly origins = new Origins();
  /** Children and how they are kept, in the order they were started; made when first needed. */
  children: Map<Address, ChildSpec> | undefined = undefined;
  readonly seed: Uint32Array;
  /** Whether an operator holds it: it comes back from a rebuild suspended, not running. */
  isHeld = false;
  /** Events folded so far: the journal's sequence of this actor. */
  sequence = 0;
  /** Rises with every rebuild, so that answers meant for an earlier instance are told apart. */
  incarnation = 0;
  restarts = 0;
  /** Restarts of this actor, or of its children if it has any, within the period. */
  restartTimesUs: number[] = [];
  lastFailure = '';
  /** Code that its messages are refused with while it is stopped. */
  stopCode = 'actor.stopped';
  /** Whether it was restarted while it stops: it comes back once it has ended. */
  isWantedBack = false;
  /** What to do once nothing waits for a commit any more, or the actor has ended. */
  onSettled: (() => void) | undefined = undefined;
  /** What waits for the rebuild under way to end, either way. */
  onRebuilt: (() => void) | undefined = undefined;
  /** Put aside, but for the state, which the rebuilt actor still has to give. */
  quarantining: Quarantined | undefined = undefined;
  commands: CommandWindow | undefined = undefined;
  /** How long its turns took; made when one is timed. */
  times: TurnTimes | undefined = undefined;
  /** What handles remember of it; made when first found by one. */
  seat: Seat | undefined = undefined;
  /** Neighbours in the list by last use, held by `Residents`. */
  older: Cell | undefined = undefined;
  newer: Cell | undefined = undefined;

  constructor(address: Address, kind: Kind, parent: Address | '' = '', spec = DEFAULT_CHILD) {
    this.address = address;
    this.mailbox = new Mailbox(address);
    this.parent = parent;
    this.kind = kind;
    this.spec = spec;
    this.hash = hashText(address);
    this.seed = Uint32Array.of(this.hash);
    this.evolve = (event) => kind.behaviour.evolve(this.state, event);
    this.random = () => nextRandom(this.seed);
  }

  /** Has `then` called when its commits have landed or failed, after others that wait for that. */
  whenSettled(then: () => void): void {
    this.onSettled = after(this.onSettled, then);
  }

  /** Has `then` called when the rebuild under way has ended, after others that wait for that. */
  whenRebuilt(then: () => void): void {
    this.onRebuilt = after(this.onRebuilt, then);
  }

  /** Whether messages wait and may be handled now. */
  // hot
  get isReady(): boolean {
    return (
      this.status === 'running' &&
      (this.mailbox.length > 0 || this.urgent.length > 0) &&
      this.waiting.length < LIMITS.commitsWaiting
    );
  }

  /** Whether nothing is under way that needs the actor in memory. */
  get isIdle(): boolean {
    return (
      this.status === 'running' &&
      this.mailbox.length === 0 &&
      this.urgent.length === 0 &&
      this.waiting.length === 0 &&
      (this.children === undefined || this.children.size === 0) &&
      this.suspect === undefined
    );
  }
}

function after(before: (() => void) | undefined, then: () => void): () => void {
  if (before === undefined) return then;
  return () => {
    before();
    then();
  };
}

// What the parts of a system share and ask of each other; `ActorSystem` puts them together.

import type { Address, Message } from '../core/address.js';
import type { Refusal } from '../core/fault.js';
import type { ChildSpec } from '../core/supervision.js';
import type { ActorTimers } from './actor-timers.js';
import type { Cell } from './cell.js';
import type { Cells } from './cells.js';
import type { Effect } from './effect.js';
import type { Envelope, Origin, Reply } from './envelope.js';
import type { Kind } from './kinds.js';
import type { Snapshot, SystemCounters, SystemPorts } from './ports.js';
import type { Quarantine } from './quarantine.js';
import type { Residents } from './residents.js';
import type { Timers } from './timers.js';
import type { Watches } from './watches.js';

/** The shared half of a system. */
export interface Kernel {
  readonly ports: SystemPorts;
  readonly counters: SystemCounters;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly cells: Cells;
  readonly timers: Timers;
  readonly actorTimers: ActorTimers;
  readonly quarantine: Quarantine;
  readonly residents: Residents;
  readonly watches: Watches;

  /** Puts a message into its actor's mailbox, starting the actor if it is not there. */
  deliver(envelope: Envelope): void;
  /** The same for a message whose origin it shares with others. */
  deliverOf(to: Address, message: Message, origin: Origin): void;
  /** Lets an actor that has something to do have its turn. */
  enqueue(cell: Cell): void;
  /** Takes an actor's next message; its mailbox says where it is from. */
  takeMail(cell: Cell): Message | undefined;
  /** Answers the asker of an envelope, if there is one. */
  answer(envelope: Envelope, reply: Reply): void;
  /** Counts a message that reached nobody, and tells its asker. */
  dead(envelope: Envelope, code: string, text: string): void;
  /** Runs one turn now. */
  runTurn(cell: Cell, message: Message, origin: Origin): void;
  /** Carries out one effect of a finished turn. */
  perform(cell: Cell, envelope: Envelope, effect: Effect): void;
  /** Why no actor may come in at an address of this system now, or undefined. */
  barOf(address: Address): Refusal | undefined;
  /** Creates an actor and begins its recovery; undefined for an unknown kind. */
  start(address: Address, parent: Address | '', spec?: ChildSpec): Cell | undefined;
  /** Drops an actor's state and recovers it; `then` is called when it runs or has been stopped. */
  rebuild(cell: Cell, then?: () => void): void;
  /** Stops an actor after its children, within its deadline; calls `then` when it has ended. */
  stop(cell: Cell, then?: () => void): void;
  /** Snapshot of one actor; undefined where its state can't be encoded. */
  encode(cell: Cell): Snapshot | undefined;
  /** Takes an idle actor out of memory. */
  passivate(cell: Cell): void;
  /** Hands a failed turn to the actor's supervisor. */
  fail(cell: Cell, failure: TurnFailure): void;
  /** Handles a message again in recovery: what it asks for has been done, and is dropped. */
  receiveAgain(cell: Cell, envelope: Envelope): void;
  /** Restarts an actor whose recovery failed on a message told again. */
  failRetold(cell: Cell, envelope: Envelope, error: unknown): void;
  /** A child has ended itself although it is to be there always. */
  exited(cell: Cell): void;
}

/** What is known of a failed turn. */
export interface TurnFailure {
  /** The message it handled, or undefined if none is to blame. */
  readonly envelope: Envelope | undefined;
  readonly error: unknown;
  /** Whether events had been folded that the journal does not have. */
  readonly hasPersisted: boolean;
}

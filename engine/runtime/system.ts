// One thread's actors, as their owner sees them: tell, ask, step, look, intervene.

import type { Address, Message, Ref } from '../core/address.js';
import { assert } from '../core/assert.js';
import type { SupervisorPolicy } from '../core/supervision.js';
import { ActorStates } from './actor-states.js';
import { ThreadBorder } from './border.js';
import type { Cell } from './cell.js';
import type { DeadLetter, DeadLetterQuery } from './dead-letters.js';
import { Origins, type Reply } from './envelope.js';
import { Hub } from './hub.js';
import { type AnyBehaviour, readyKinds, readyPolicy } from './kinds.js';
import type { ActorView, SystemCounters, SystemPorts } from './ports.js';
import type { Quarantined } from './quarantine.js';
import type { Suspicion } from './suspicion.js';

export type {
  ActorView,
  Record,
  Recovered,
  Retold,
  Snapshot,
  SystemCounters,
  SystemPorts,
} from './ports.js';

/** What a system may be told beyond its kinds and ports. */
export interface SystemOptions {
  /** For actors without a supervisor of their own; what is left out is the default. */
  readonly supervision?: Partial<SupervisorPolicy>;
  /** Actors kept in memory: beyond it the idlest leave; at twice as many no more come in. */
  readonly residentsMax?: number;
  /** Kinds of actors that count and may leave; all where it is left out. */
  readonly residentKinds?: ReadonlySet<string>;
  /** Where the turn under way is marked, for the owner of a thread that dies in it. */
  readonly suspicion?: Suspicion;
}

/** How an ask from outside waits. */
export interface OutsideAsk {
  /** Units: microseconds from now. */
  readonly deadlineUs: number;
  readonly cause?: string;
  /** Idempotency key: see `AskOptions.key`. */
  readonly key?: string;
}

/** The actors of one thread. Nothing here blocks or awaits; the owner calls `step`. */
export class ActorSystem {
  readonly #hub: Hub;
  /** What comes from other threads. */
  readonly border: ThreadBorder;
  /** What the actors have come to. */
  readonly states: ActorStates;
  /** Origins of what comes from outside. */
  readonly #outside = new Origins();

  /** Errors: faults of `checkPolicy`'s codes, `behaviour.bad_version`. */
  constructor(
    behaviours: readonly AnyBehaviour[],
    ports: SystemPorts,
    options: SystemOptions = {},
  ) {
    this.#hub = new Hub(
      readyKinds(behaviours),
      ports,
      readyPolicy(options.supervision, 'the system'),
      {
        residents: {
          actors: options.residentsMax ?? Number.POSITIVE_INFINITY,
          kinds: options.residentKinds,
        },
        suspicion: options.suspicion,
      },
    );
    this.border = new ThreadBorder(this.#hub);
    this.states = new ActorStates(this.#hub);
  }

  /** What has happened so far. */
  get counters(): Readonly<SystemCounters> {
    return this.#hub.counters;
  }

  /** Sends a message from outside. */
  tell<M extends Message>(to: Ref<M>, message: M, cause = 'outside'): void {
    this.#hub.tell(to, message, this.#outside.of('', 0, cause, ''));
  }

  /** Sends a message from outside and calls `answer` once: reply, refusal or time-out. */
  ask<M extends Message>(
    to: Ref<M>,
    message: M,
    options: OutsideAsk,
    answer: (reply: Reply) => void,
  ): void {
    const ask = this.#hub.asks.open(options.deadlineUs, answer);
    if (ask === 0) return;
    const { cause = 'outside', key = '' } = options;
    this.#hub.tell(to, message, { from: '', ask, cause, commandKey: key });
  }

  /** Runs due timers and up to `budget` turns; returns how many turns were run. */
  step(budget: number): number {
    const hub = this.#hub;
    hub.timers.runDue(hub.ports.monotonicUs());
    const done = hub.visitReady(budget, true);
    this.trim();
    return done;
  }

  /**
   * Runs up to `budget` turns and no timers, so that nothing begins which was not sent before: what
   * everybody is told, which says nothing of who will be needed next, and nobody leaves by it.
   */
  stepUntimed(budget: number): number {
    return this.#hub.visitReady(budget, false);
  }

  /** Has the longest unused idle actors leave memory until `residentsMax` is kept. */
  trim(): void {
    this.#hub.residents.trim((cell) => this.#hub.passivate(cell));
  }

  /** Whether turns are waiting to be run. */
  get hasWork(): boolean {
    return this.#hub.hasReady;
  }

  /** Time until the next timer or deadline, or Infinity. Units: microseconds. */
  dueInUs(): number {
    return this.#hub.timers.dueAtUs() - this.#hub.ports.monotonicUs();
  }

  /**
   * How much waits, 0 to 1: sources slow down as it rises. A lane that has overflowed since the
   * last call counts as 1, once.
   */
  takePressure(): number {
    return this.#hub.takePressure();
  }

  /** Starts an actor, or does nothing when it is there. Errors: bug for an unknown kind. */
  start(address: Address): void {
    if (this.#hub.cells.get(address) !== undefined) return;
    assert(this.#hub.start(address, '') !== undefined, 'system.knows_the_kind');
  }

  /** Restarts an actor and its children from their past. Returns false when there is none. */
  restart(address: Address): boolean {
    return this.#with(address, (cell) => this.#hub.supervisor.restartNow(cell));
  }

  /**
   * Stops an actor after its children; its messages are refused until it is restarted. Returns
   * false when it isn't there or has been stopped.
   */
  stop(address: Address, then?: () => void): boolean {
    const cell = this.#hub.cells.get(address);
    if (cell === undefined || cell.status === 'stopped') return false;
    this.#hub.stop(cell, then);
    return true;
  }

  /**
   * Holds an actor: its messages wait, also after a rebuild. One that is being rebuilt is held once
   * it is back. Returns false where it neither runs nor will.
   */
  suspend(address: Address): boolean {
    const cell = this.#hub.cells.get(address);
    const isRunning = cell?.status === 'running';
    if (cell === undefined || cell.isHeld || !(isRunning || isOnItsWay(cell))) return false;
    if (isRunning) cell.status = 'suspended';
    cell.isHeld = true;
    return true;
  }

  /** Lets a held actor go on, once it is back if it is rebuilt; false unless it was held. */
  resume(address: Address): boolean {
    const cell = this.#hub.cells.get(address);
    if (cell?.isHeld !== true) return false;
    cell.isHeld = false;
    if (cell.status === 'suspended') {
      cell.status = 'running';
      this.#hub.enqueue(cell);
    }
    return true;
  }

  /** Takes an idle actor out of memory. Returns false when it is not there or has work. */
  passivate(address: Address): boolean {
    const cell = this.#hub.cells.get(address);
    if (cell?.isIdle !== true) return false;
    this.#hub.passivate(cell);
    return true;
  }

  /** Whether an actor can leave at once: it is idle, or not in memory. */
  canLeave(address: Address): boolean {
    return this.#hub.cells.get(address)?.isIdle !== false;
  }

  /**
   * Stops every actor, the last started first, children before their supervisors. After
   * `deadlineUs` those that have not finished are cut. Nothing new starts from now on.
   */
  shutdown(deadlineUs: number, done: () => void): void {
    this.#hub.departure.shutdown(deadlineUs, done);
  }

  /** Every actor in memory, in the order they were started. */
  tree(): ActorView[] {
    const aside = new Map<Address, number>();
    for (const { address } of this.#hub.quarantine.list()) {
      aside.set(address, (aside.get(address) ?? 0) + 1);
    }
    return Array.from(this.#hub.cells.values(), (cell) => ({
      address: cell.address,
      parent: cell.parent,
      state: cell.status,
      mailbox: cell.mailbox.length,
      turns: cell.turns,
      turnUsP99: cell.times?.percentile(0.99) ?? 0,
      restarts: cell.restarts,
      lastFailure: cell.lastFailure,
      quarantined: aside.get(cell.address) ?? 0,
    }));
  }

  /** Time that a share of all turns stays below, by sampling. Units: microseconds. */
  turnUs(share: number): number {
    return this.#hub.turnTimes.percentile(share);
  }

  /** Actors in memory that count against `residentsMax`; 0 where there is no such bound. */
  residents(): number {
    return this.#hub.residents.count;
  }

  /** Kept dead letters that match. */
  deadLetters(query: DeadLetterQuery = {}): readonly DeadLetter[] {
    return this.#hub.letters.list(query);
  }

  /** How many dead letters there were, by code and message kind. */
  deadLetterCounts(): ReadonlyMap<string, number> {
    return this.#hub.letters.counts();
  }

  /** Messages put aside, of one actor or of all. */
  quarantined(address?: Address): readonly Quarantined[] {
    return this.#hub.quarantine.list(address);
  }

  /** Messages put aside that had to make room for newer ones. */
  quarantineDropped(): number {
    return this.#hub.quarantine.dropped;
  }

  /** Delivers a message that was put aside once more. Returns false when it is not there. */
  replayQuarantined(id: number): boolean {
    const item = this.#hub.quarantine.take(id);
    if (item === undefined) return false;
    // Whoever asked was refused when it was put aside.
    this.#hub.deliver({ ...item.envelope, ask: 0 });
    return true;
  }

  /** Throws a message away that was put aside. Returns false when it is not there. */
  discardQuarantined(id: number): boolean {
    return this.#hub.quarantine.take(id) !== undefined;
  }

  /** Whether an actor takes turns now: not while it is rebuilt, and not once it is stopped. */
  isRunning(address: Address): boolean {
    return this.#hub.cells.get(address)?.status === 'running';
  }

  /** State of a running actor, for code of the same thread that only looks. */
  peek(address: Address): unknown {
    return this.#hub.cells.get(address)?.state;
  }

  #with(address: Address, use: (cell: Cell) => void): boolean {
    const cell = this.#hub.cells.get(address);
    if (cell === undefined) return false;
    use(cell);
    return true;
  }
}

/** Whether an actor is being rebuilt. */
function isOnItsWay({ status }: Cell): boolean {
  return status === 'recovering' || status === 'restarting';
}

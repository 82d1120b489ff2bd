// The inside of a system: its parts, and the way a message takes to its actor's mailbox.

import { type Address, type Addressed, kindOf, type Message } from '../core/address.js';
import { type Refusal, refusal } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import type { ChildSpec, SupervisorPolicy } from '../core/supervision.js';
import type { Histogram } from '../observe/histogram.js';
import { ActorTimers } from './actor-timers.js';
import { Arrival } from './arrival.js';
import { Asks } from './asks.js';
import type { Cell } from './cell.js';
import { Cells } from './cells.js';
import { DeadLetters } from './dead-letters.js';
import { Departure } from './departure.js';
import type { Effect } from './effect.js';
import { Encoding } from './encoding.js';
import { EndWords } from './end-words.js';
import {
  type Envelope,
  envelopeOf,
  type Origin,
  Origins,
  type Reply,
  refused,
} from './envelope.js';
import type { Kernel, TurnFailure } from './kernel.js';
import type { Kind } from './kinds.js';
import { MailRefusals } from './mail-refusals.js';
import { Performer } from './perform.js';
import { createCounters, type Snapshot, type SystemPorts } from './ports.js';
import { Quarantine } from './quarantine.js';
import { type Budget, Residents } from './residents.js';
import { Supervisor } from './supervisor.js';
import type { Suspicion } from './suspicion.js';
import { Timers } from './timers.js';
import { Turns } from './turns.js';
import { unfitFault } from './unfit.js';
import { Watches } from './watches.js';

/** Visits after which the spent front of the ready list is cut off. */
const READY_SPENT_MAX = 4096;

/** The parts of a system and the paths between them. */
export class Hub implements Kernel {
  readonly ports: SystemPorts;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly counters = createCounters();
  readonly cells = new Cells();
  readonly timers = new Timers();
  readonly actorTimers = new ActorTimers(this.timers);
  readonly quarantine = new Quarantine();
  readonly watches = new Watches();
  readonly letters = new DeadLetters();
  readonly residents: Residents;
  readonly asks: Asks;
  readonly ends: EndWords;
  readonly encoding: Encoding;
  readonly arrival: Arrival;
  readonly departure: Departure;
  readonly supervisor: Supervisor;
  readonly #turns: Turns;
  /** How long turns took, by sampling. Units: microseconds. */
  readonly turnTimes: Histogram;
  readonly #performer: Performer;
  readonly #refusals = new MailRefusals(this);
  readonly #suspicion: Suspicion | undefined;
  /** Origins of what others than actors of this system send. */
  readonly #origins = new Origins();
  readonly #ready: Cell[] = [];
  #readyHead = 0;
  /** Messages waiting in all mailboxes. */
  queued = 0;

  constructor(
    kinds: ReadonlyMap<string, Kind>,
    ports: SystemPorts,
    policy: SupervisorPolicy,
    options: { readonly residents: Budget; readonly suspicion: Suspicion | undefined },
  ) {
    this.kinds = kinds;
    this.ports = ports;
    this.#suspicion = options.suspicion;
    this.residents = new Residents(options.residents);
    this.asks = new Asks(this);
    this.#turns = new Turns(this, this.asks, options.suspicion);
    this.turnTimes = this.#turns.times;
    this.ends = new EndWords(this, this.asks);
    this.#performer = new Performer(this, this.asks, this.ends);
    this.encoding = new Encoding(this, options.suspicion);
    this.arrival = new Arrival(this);
    this.supervisor = new Supervisor(this, policy);
    this.departure = new Departure(this, {
      tellTerminated: (address, watcher) => this.ends.tell(address, watcher),
      orphan: (address) => this.arrival.orphan(address),
    });
  }

  // hot
  deliver({ to, from, message, ask, cause, commandKey }: Envelope): void {
    this.deliverOf(to, message, this.#origins.of(from, ask, cause, commandKey));
  }

  // hot
  deliverOf(to: Address, message: Message, origin: Origin): void {
    const cell = this.cells.get(to) ?? this.#summon(envelopeOf(to, message, origin));
    if (cell !== undefined) this.#put(cell, message, origin);
  }

  /** Delivers by a handle. */
  // hot
  tell(to: Addressed, message: Message, origin: Origin): void {
    const cell = this.cells.find(to) ?? this.#summon(envelopeOf(to.address, message, origin));
    if (cell !== undefined) this.#put(cell, message, origin);
  }

  // hot
  #put(cell: Cell, message: Message, origin: Origin): void {
    if (cell.status === 'stopped' || cell.status === 'stopping') {
      this.#refusals.stopped(cell, envelopeOf(cell.address, message, origin));
      return;
    }
    const policy = cell.kind.waits.get(message.kind);
    if (policy === undefined || origin.commandKey.length > LIMITS.commandKeyLength) {
      this.#refusals.odd(cell, envelopeOf(cell.address, message, origin));
      return;
    }
    const offered = cell.mailbox.offer(message, origin, policy);
    if (offered === 'queued') this.queued++;
    else if (offered === 'keyless')
      this.#refusals.keyless(envelopeOf(cell.address, message, origin));
    else this.#refusals.overflowed(cell, envelopeOf(cell.address, message, origin), offered);
    this.enqueue(cell);
  }

  // hot
  enqueue(cell: Cell): void {
    if (cell.isQueued || !cell.isReady) return;
    cell.isQueued = true;
    this.#ready.push(cell);
  }

  // hot
  takeMail(cell: Cell): Message | undefined {
    const message = cell.mailbox.take();
    if (message !== undefined) this.queued--;
    return message;
  }

  /**
   * Visits the actors that were ready when called, up to `budget` turns; gives those run. Who is
   * visited has been used, unless `isUse` says that it has only heard what all are told.
   */
  // hot
  visitReady(budget: number, isUse: boolean): number {
    let done = 0;
    const end = this.#ready.length;
    while (this.#readyHead < end && done < budget) {
      const cell = this.#ready[this.#readyHead++]!;
      cell.isQueued = false;
      done += this.#visit(cell, Math.min(LIMITS.turnsPerVisit, budget - done));
      if (isUse && cell.status === 'running') this.residents.touch(cell);
      this.enqueue(cell);
    }
    this.#suspicion?.clear();
    if (this.#readyHead === this.#ready.length) {
      this.#ready.length = 0;
      this.#readyHead = 0;
    } else if (this.#readyHead > READY_SPENT_MAX) {
      this.#ready.splice(0, this.#readyHead);
      this.#readyHead = 0;
    }
    return done;
  }

  /** Whether an actor waits for its turn. */
  get hasReady(): boolean {
    return this.#ready.length > this.#readyHead;
  }

  // hot
  #visit(cell: Cell, budget: number): number {
    let done = 0;
    while (done < budget && cell.isReady) {
      if (cell.urgent.length > 0) this.#runUrgent(cell);
      else this.#turns.run(cell, this.takeMail(cell)!, cell.mailbox.takenOrigin);
      done++;
    }
    return done;
  }

  #runUrgent(cell: Cell): void {
    const { message, from, ask, cause, commandKey } = cell.urgent.shift()!;
    this.#turns.run(cell, message, { from, ask, cause, commandKey });
  }

  answer(envelope: Envelope, reply: Reply): void {
    if (envelope.ask === 0) return;
    this.asks.answered(envelope, reply);
  }

  dead(envelope: Envelope, code: string, text: string): void {
    this.counters.deadLetters++;
    this.letters.add(envelope, code, this.ports.nowUs());
    const { log } = this.ports;
    if (log?.isOn('debug', 'letters') === true) {
      log.say('debug', 'letters', `${code}: ${envelope.message.kind} to ${envelope.to}`);
    }
    this.answer(envelope, refused(code, text));
  }

  runTurn(cell: Cell, message: Message, origin: Origin): void {
    this.#turns.run(cell, message, origin);
  }

  perform(cell: Cell, envelope: Envelope, effect: Effect): void {
    this.#performer.perform(cell, envelope, effect);
  }

  /** Takes in that an actor of this thread is watched by one of any thread. */
  watched(other: Address, watcher: Address): void {
    this.#performer.watched(other, watcher);
  }

  start(address: Address, parent: Address | '', spec?: ChildSpec): Cell | undefined {
    return this.arrival.start(address, parent, spec);
  }

  rebuild(cell: Cell, then?: () => void): void {
    this.arrival.rebuild(cell, then);
  }

  stop(cell: Cell, then?: () => void): void {
    this.departure.stop(cell, then);
  }

  encode(cell: Cell): Snapshot | undefined {
    const snapshot = this.encoding.snapshotOf(cell);
    this.encoding.clear();
    return snapshot;
  }

  passivate(cell: Cell): void {
    this.departure.passivate(cell);
  }

  fail(cell: Cell, failure: TurnFailure): void {
    this.supervisor.fail(cell, failure);
    const { log } = this.ports;
    if (log?.isOn('warn', 'actors') === true) {
      log.say('warn', 'actors', `${cell.address} failed: ${cell.lastFailure.split('\n', 1)[0]}`);
    }
  }

  receiveAgain(cell: Cell, envelope: Envelope): void {
    this.#turns.receiveAgain(cell, envelope);
  }

  failRetold(cell: Cell, envelope: Envelope, error: unknown): void {
    this.supervisor.failRetold(cell, envelope, error);
  }

  exited(cell: Cell): void {
    this.supervisor.exited(cell);
  }

  /** The actor of a message that is not in memory: sent on, started, or refused. */
  #summon(envelope: Envelope): Cell | undefined {
    const { to, message } = envelope;
    if (!this.ports.isLocal(to)) {
      this.#sendOut(envelope);
      return undefined;
    }
    const no = this.barOf(to);
    if (no === undefined) return this.start(to, '');
    this.dead(envelope, no.code, `${no.text}: ${message.kind} was not delivered`);
    return undefined;
  }

  /** What cannot leave this thread is a dead letter, and its sender goes on. */
  #sendOut(envelope: Envelope): void {
    try {
      this.ports.outbound(envelope, this.asks.leftUs(envelope));
    } catch (error) {
      const { code, message } = unfitFault(error, `${envelope.message.kind} to ${envelope.to}`);
      this.dead(envelope, code, message);
    }
  }

  barOf(address: Address): Refusal | undefined {
    if (this.departure.isShuttingDown) {
      const text = `expected ${address} before the shutdown began`;
      return refusal('system.shutting_down', text);
    }
    if (!this.kinds.has(kindOf(address))) {
      const text = `expected an actor at ${address}, was a kind this system does not have`;
      return refusal('actor.not_found', text);
    }
    if (!this.residents.isFull) return undefined;
    this.#refusals.hasOverflowed = true;
    const text = `expected room in memory for ${address}; try again later`;
    return refusal('system.full', text);
  }

  /** How much waits, for those that send more. Shape: 0 to 1. */
  takePressure(): number {
    if (this.#refusals.hasOverflowed) {
      this.#refusals.hasOverflowed = false;
      return 1;
    }
    return Math.min(1, this.queued / LIMITS.queuedAtFullPressure);
  }
}

// One thread's actors: delivers messages, runs turns, waits for commits, restarts what fails.

import { type Address, keyOf, kindOf, type Message, type Ref } from '../core/address.js';
import { assert } from '../core/assert.js';
import type { Fault } from '../core/fault.js';
import { DEFAULT_POLICY, LIMITS, type SupervisorPolicy } from '../core/limits.js';
import { nextRandom } from '../core/random.js';
import { type AnyBehaviour, Cell } from './cell.js';
import { type Effect, TurnRecorder } from './effect.js';
import type { Envelope, Reply } from './envelope.js';
import { Timers } from './timers.js';

/** An event on its way to the journal. */
export interface Record {
  readonly address: Address;
  /** 1 for an actor's first event, rising by 1. */
  readonly sequence: number;
  readonly event: Message;
  readonly cause: string;
  /** Event time. Units: microseconds. */
  readonly timeUs: number;
  /** How many ordered inputs its thread had handled by then; absent where there are none. */
  readonly place?: number;
}

/** A message that is not journaled, told again to an actor that is rebuilt. */
export interface Retold {
  readonly message: Message;
  /** Events folded before it. */
  readonly after: number;
}

/** What the journal remembers of an actor. */
export interface Recovered {
  readonly snapshot?: {
    readonly state: unknown;
    readonly version: number;
    readonly sequence: number;
  };
  /** Events after the snapshot, in order. */
  readonly events: readonly Message[];
  /** Messages to handle between those events, in order. Their effects left the first time. */
  readonly messages?: readonly Retold[];
}

/** The world around a system. */
export interface SystemPorts {
  /** Event time. Units: microseconds. */
  nowUs(): number;
  /** Time for deadlines and backoff. Units: microseconds. */
  monotonicUs(): number;
  /** Makes events durable, all or none, then calls `done`, with a fault if that failed. */
  append(records: readonly Record[], done: (fault?: Fault) => void): void;
  /** Fetches what the journal has of an actor, now or later. */
  recover(address: Address, done: (recovered: Recovered) => void): void;
  /** Sends to an actor that another thread owns. */
  outbound(envelope: Envelope): void;
  /** Whether this system owns an address. */
  isLocal(address: Address): boolean;
  publish(topic: string, event: Message, from: Address): void;
}

/** One actor as shown to operators. */
export interface ActorView {
  readonly address: Address;
  readonly parent: Address | '';
  readonly state: string;
  readonly mailbox: number;
  readonly turns: number;
  readonly restarts: number;
  readonly lastFailure: string;
}

/** Counters of one system. */
export interface SystemCounters {
  turns: number;
  failures: number;
  restarts: number;
  deadLetters: number;
  rejected: number;
  conflated: number;
  droppedOldest: number;
  timedOut: number;
}

interface OpenAsk {
  readonly answer: (reply: Reply) => void;
}

/** The actors of one thread. Nothing here blocks or awaits; the owner calls `step`. */
export class ActorSystem {
  readonly counters: SystemCounters = {
    turns: 0,
    failures: 0,
    restarts: 0,
    deadLetters: 0,
    rejected: 0,
    conflated: 0,
    droppedOldest: 0,
    timedOut: 0,
  };
  /** The latest dead letters, oldest first. */
  readonly deadLetters: Envelope[] = [];
  readonly #ports: SystemPorts;
  readonly #behaviours: ReadonlyMap<string, AnyBehaviour>;
  readonly #policy: SupervisorPolicy;
  readonly #cells = new Map<Address, Cell>();
  readonly #ready: Cell[] = [];
  readonly #turn = new TurnRecorder();
  readonly #asks = new Map<number, OpenAsk>();
  readonly #timers = new Timers();
  #nextAsk = 1;

  constructor(
    behaviours: readonly AnyBehaviour[],
    ports: SystemPorts,
    policy: SupervisorPolicy = DEFAULT_POLICY,
  ) {
    this.#ports = ports;
    this.#policy = policy;
    this.#behaviours = new Map(behaviours.map((behaviour) => [behaviour.kind, behaviour]));
  }

  /** Sends a message from outside. */
  tell<M extends Message>(to: Ref<M>, message: M, cause = 'outside'): void {
    this.deliver({ to: to.address, from: '', message, ask: 0, cause });
  }

  /** Sends a message from outside and calls `answer` once: reply, refusal or time-out. */
  ask<M extends Message>(
    to: Ref<M>,
    message: M,
    options: { readonly deadlineUs: number; readonly cause?: string },
    answer: (reply: Reply) => void,
  ): void {
    const ask = this.#openAsk(options.deadlineUs, answer);
    if (ask === 0) return;
    this.deliver({ to: to.address, from: '', message, ask, cause: options.cause ?? 'outside' });
  }

  /** Puts a message into its actor's mailbox, starting the actor if it is not there. */
  deliver(envelope: Envelope): void {
    if (!this.#ports.isLocal(envelope.to)) {
      this.#ports.outbound(envelope);
      return;
    }
    const cell = this.#cells.get(envelope.to) ?? this.#start(envelope.to, '');
    if (cell === undefined || cell.status === 'stopped') {
      this.#dead(envelope, 'actor.not_found', `expected a running actor at ${envelope.to}`);
      return;
    }
    if (cell.status === 'passive') this.#recover(cell);
    const lanes = cell.behaviour.lanes as {
      readonly [kind: string]: AnyBehaviour['lanes'][string];
    };
    const policy = lanes[envelope.message.kind] ?? SYSTEM_LANES[envelope.message.kind];
    if (policy === undefined) {
      const text = `expected a message ${envelope.to} understands, was ${envelope.message.kind}`;
      this.#dead(envelope, 'actor.unknown_message', text);
      return;
    }
    switch (cell.mailbox.offer(envelope, policy)) {
      case 'queued':
        break;
      case 'conflated':
        this.counters.conflated++;
        break;
      case 'dropped_oldest':
        this.counters.droppedOldest++;
        break;
      case 'rejected':
        this.counters.rejected++;
        this.#answer(envelope, {
          kind: 'refused',
          code: 'mailbox.full',
          text: `expected room in the mailbox of ${envelope.to}, was full; try again later`,
        });
        return;
    }
    this.#queue(cell);
  }

  /** Delivers the answer to an ask of this system that another thread's actor gave. */
  answered(ask: number, reply: Reply): void {
    const open = this.#asks.get(ask);
    if (open === undefined) return;
    this.#asks.delete(ask);
    this.#timers.cancel(`ask ${ask}`);
    open.answer(reply);
  }

  /** Runs due timers and up to `budget` turns; returns how many turns were run. */
  step(budget: number): number {
    this.#timers.runDue(this.#ports.monotonicUs());
    let done = 0;
    for (let visits = this.#ready.length; visits > 0 && done < budget; visits--) {
      const cell = this.#ready.shift();
      if (cell === undefined) break;
      cell.isQueued = false;
      done += this.#visit(cell, Math.min(LIMITS.turnsPerVisit, budget - done));
      if (cell.status === 'running' && cell.mailbox.length > 0) this.#queue(cell);
    }
    return done;
  }

  /** Whether turns are waiting to be run. */
  get hasWork(): boolean {
    return this.#ready.length > 0;
  }

  /** Time until the next timer or deadline, or Infinity. Units: microseconds. */
  dueInUs(): number {
    return this.#timers.dueAtUs() - this.#ports.monotonicUs();
  }

  /** Starts an actor, or does nothing when it is there. Errors: bug for an unknown kind. */
  start(address: Address): void {
    if (!this.#cells.has(address)) {
      assert(this.#start(address, '') !== undefined, 'system.knows_the_kind');
    }
  }

  /** Restarts an actor from its snapshot and events. Returns false when there is none. */
  restart(address: Address): boolean {
    const cell = this.#cells.get(address);
    if (cell === undefined) return false;
    cell.restarts++;
    this.counters.restarts++;
    this.#rebuild(cell);
    return true;
  }

  /** Stops an actor and its children; its messages become dead letters until it is restarted. */
  stop(address: Address): boolean {
    const cell = this.#cells.get(address);
    if (cell === undefined || cell.status === 'stopped') return false;
    for (const child of cell.children) this.stop(child);
    cell.status = 'stopped';
    cell.state = undefined;
    for (const watcher of cell.watchers) {
      const message = { kind: 'terminated', address };
      this.deliver({ to: watcher, from: address, message, ask: 0, cause: 'stop' });
    }
    return true;
  }

  /** Every actor, in the order they were started. */
  tree(): ActorView[] {
    return Array.from(this.#cells.values(), (cell) => ({
      address: cell.address,
      parent: cell.parent,
      state: cell.status,
      mailbox: cell.mailbox.length,
      turns: cell.turns,
      restarts: cell.restarts,
      lastFailure: cell.lastFailure,
    }));
  }

  /** Encoded states of all running actors of the given kinds, for a snapshot of the thread. */
  encodeStates(kinds: ReadonlySet<string>): Map<Address, { state: unknown; sequence: number }> {
    const states = new Map<Address, { state: unknown; sequence: number }>();
    for (const cell of this.#cells.values()) {
      if (cell.status !== 'running' || !kinds.has(kindOf(cell.address))) continue;
      states.set(cell.address, {
        state: cell.behaviour.encode(cell.state),
        sequence: cell.sequence,
      });
    }
    return states;
  }

  /** Whether an actor takes turns now: not while it is rebuilt, and not once it is stopped. */
  isRunning(address: Address): boolean {
    return this.#cells.get(address)?.status === 'running';
  }

  /**
   * Folds the next journaled event into a running actor whose thread goes through its inputs
   * again; false when it does not run: then its own recovery brings the event.
   */
  recall(address: Address, event: Message): boolean {
    const cell = this.#cells.get(address);
    if (cell?.status !== 'running') return false;
    cell.behaviour.evolve(cell.state, event);
    cell.sequence++;
    return true;
  }

  /** State of a running actor, for code of the same thread that only looks. */
  peek(address: Address): unknown {
    return this.#cells.get(address)?.state;
  }

  #start(address: Address, parent: Address | ''): Cell | undefined {
    const behaviour = this.#behaviours.get(kindOf(address));
    if (behaviour === undefined) return undefined;
    const cell = new Cell(address, parent, behaviour);
    this.#cells.set(address, cell);
    if (parent !== '') this.#cells.get(parent)?.children.add(address);
    this.#recover(cell);
    return cell;
  }

  #recover(cell: Cell): void {
    cell.status = 'recovering';
    cell.incarnation++;
    const { incarnation } = cell;
    this.#ports.recover(cell.address, (recovered) => {
      if (cell.incarnation !== incarnation || cell.status === 'stopped') return;
      try {
        this.#rebuildState(cell, recovered);
      } catch (error) {
        this.#restartLater(cell, error);
        return;
      }
      cell.status = 'running';
      if (cell.mailbox.length > 0) this.#queue(cell);
    });
  }

  #rebuildState(cell: Cell, { snapshot, events, messages = [] }: Recovered): void {
    const { behaviour, address } = cell;
    cell.state =
      snapshot === undefined
        ? behaviour.initial(keyOf(address))
        : behaviour.decode(snapshot.state, snapshot.version);
    let folded = 0;
    for (const { message, after } of messages) {
      while (folded < after) behaviour.evolve(cell.state, events[folded++]!);
      this.#receiveAgain(cell, message);
    }
    while (folded < events.length) behaviour.evolve(cell.state, events[folded++]!);
    cell.sequence = (snapshot?.sequence ?? 0) + events.length;
  }

  /** Handles a message whose effects have left before: what it asks for now is dropped. */
  #receiveAgain(cell: Cell, message: Message): void {
    const turn = this.#turn;
    turn.begin(
      cell.address,
      this.#ports.nowUs(),
      'recovery',
      (event) => cell.behaviour.evolve(cell.state, event),
      () => nextRandom(cell.seed),
    );
    cell.behaviour.receive(cell.state, message, turn);
    assert(turn.events.length === 0, 'system.retold_message_persists_nothing');
  }

  #queue(cell: Cell): void {
    if (cell.isQueued || cell.status !== 'running') return;
    cell.isQueued = true;
    this.#ready.push(cell);
  }

  #visit(cell: Cell, budget: number): number {
    let done = 0;
    while (done < budget && cell.status === 'running') {
      if (cell.waiting.length >= LIMITS.commitsWaiting) break;
      const envelope = cell.mailbox.take();
      if (envelope === undefined) break;
      this.#runTurn(cell, envelope);
      done++;
    }
    return done;
  }

  /** One turn: atomic. Its effects leave after its events are durable, or not at all. */
  #runTurn(cell: Cell, envelope: Envelope): void {
    const turn = this.#turn;
    turn.begin(
      cell.address,
      this.#ports.nowUs(),
      envelope.cause,
      (event) => cell.behaviour.evolve(cell.state, event),
      () => nextRandom(cell.seed),
    );
    cell.turns++;
    this.counters.turns++;
    try {
      cell.behaviour.receive(cell.state, envelope.message, turn);
    } catch (error) {
      this.#fail(cell, envelope, error);
      return;
    }
    const { events, effects } = turn;
    if (events.length === 0 && cell.waiting.length === 0) {
      this.#release(cell, envelope, effects);
      return;
    }
    const waiting = { envelope, effects, committed: events.length === 0 };
    cell.waiting.push(waiting);
    if (events.length === 0) return;
    const records = events.map((event) => ({
      address: cell.address,
      sequence: ++cell.sequence,
      event,
      cause: envelope.cause,
      timeUs: turn.nowUs,
    }));
    const { incarnation } = cell;
    this.#ports.append(records, (fault) => {
      if (cell.incarnation !== incarnation) return;
      if (fault === undefined) {
        waiting.committed = true;
        this.#releaseCommitted(cell);
      } else {
        this.#answer(envelope, { kind: 'refused', code: fault.code, text: fault.message });
        if (fault.retryable) this.#withdraw(cell, fault);
        else this.#fail(cell, envelope, fault);
      }
    });
  }

  #releaseCommitted(cell: Cell): void {
    while (cell.waiting[0]?.committed === true) {
      const { envelope, effects } = cell.waiting.shift()!;
      this.#release(cell, envelope, effects);
    }
    if (cell.mailbox.length > 0) this.#queue(cell);
  }

  #release(cell: Cell, envelope: Envelope, effects: readonly Effect[]): void {
    for (const effect of effects) this.#perform(cell, envelope, effect);
  }

  #perform(cell: Cell, envelope: Envelope, effect: Effect): void {
    const from = cell.address;
    const { cause } = envelope;
    switch (effect.kind) {
      case 'tell':
        this.deliver({ to: effect.to, from, message: effect.message, ask: 0, cause });
        break;
      case 'ask':
        this.#askFrom(cell, effect, cause);
        break;
      case 'reply':
        this.#answer(envelope, { kind: 'replied', message: effect.message });
        break;
      case 'refuse':
        this.#answer(envelope, {
          kind: 'refused',
          code: effect.refusal.code,
          text: effect.refusal.text,
        });
        break;
      case 'publish':
        this.#ports.publish(effect.topic, effect.event, from);
        break;
      case 'schedule':
        this.#timers.set(`${from} ${effect.key}`, this.#ports.monotonicUs() + effect.delayUs, () =>
          this.deliver({ to: from, from, message: effect.message, ask: 0, cause: 'timer' }),
        );
        break;
      case 'cancel':
        this.#timers.cancel(`${from} ${effect.key}`);
        break;
      case 'spawn':
        if (!this.#cells.has(effect.child)) this.#start(effect.child, from);
        break;
      case 'stop':
        this.stop(effect.address);
        break;
      case 'watch':
        this.#cells.get(effect.address)?.watchers.add(from);
        break;
      case 'passivate':
        if (cell.mailbox.length === 0 && cell.waiting.length === 0) {
          cell.status = 'passive';
          cell.state = undefined;
        }
        break;
    }
  }

  #askFrom(cell: Cell, effect: Effect & { kind: 'ask' }, cause: string): void {
    const { tag, deadlineUs } = effect.options;
    const to = cell.address;
    const ask = this.#openAsk(deadlineUs, (reply) => {
      const message =
        reply.kind === 'timed_out' ? { kind: 'unanswered', tag } : { kind: 'answered', tag, reply };
      this.deliver({ to, from: effect.to, message, ask: 0, cause });
    });
    if (ask !== 0) this.deliver({ to: effect.to, from: to, message: effect.message, ask, cause });
  }

  #openAsk(deadlineUs: number, answer: (reply: Reply) => void): number {
    if (this.#asks.size >= LIMITS.asksOpen) {
      this.counters.rejected++;
      answer({ kind: 'refused', code: 'ask.too_many', text: 'expected fewer open asks' });
      return 0;
    }
    const ask = this.#nextAsk++;
    this.#asks.set(ask, { answer });
    this.#timers.set(`ask ${ask}`, this.#ports.monotonicUs() + deadlineUs, () => {
      this.counters.timedOut++;
      this.#asks.delete(ask);
      answer({ kind: 'timed_out' });
    });
    return ask;
  }

  #answer(envelope: Envelope, reply: Reply): void {
    if (envelope.ask !== 0) this.answered(envelope.ask, reply);
  }

  #fail(cell: Cell, envelope: Envelope, error: unknown): void {
    this.#answer(envelope, {
      kind: 'refused',
      code: 'actor.turn_failed',
      text: `the turn of ${cell.address} failed on ${envelope.message.kind}; nothing was applied`,
    });
    this.#restartLater(cell, error);
  }

  /** Restarts a failed actor after a pause, or stops it when it has failed too often. */
  #restartLater(cell: Cell, error: unknown): void {
    this.counters.failures++;
    cell.lastFailure = error instanceof Error ? (error.stack ?? error.message) : String(error);
    const now = this.#ports.monotonicUs();
    const { intensity, periodUs, backoffUs, backoffUsMax } = this.#policy;
    cell.restartTimesUs = cell.restartTimesUs.filter((time) => now - time < periodUs);
    cell.restartTimesUs.push(now);
    if (cell.restartTimesUs.length > intensity) {
      this.stop(cell.address);
      return;
    }
    cell.restarts++;
    this.counters.restarts++;
    cell.status = 'restarting';
    cell.incarnation++;
    const delayUs = Math.min(backoffUsMax, backoffUs * 2 ** (cell.restartTimesUs.length - 1));
    this.#timers.set(`restart ${cell.address}`, now + delayUs, () => this.#rebuild(cell));
  }

  /** Takes back what a full disk refused: the actor did nothing wrong, so it is not counted. */
  #withdraw(cell: Cell, fault: Fault): void {
    cell.lastFailure = fault.message;
    cell.restarts++;
    this.counters.restarts++;
    this.#rebuild(cell);
  }

  #rebuild(cell: Cell): void {
    const text = `expected ${cell.address} to stay up until its events were on disk; ask again`;
    for (const { envelope } of cell.waiting) {
      this.#answer(envelope, { kind: 'refused', code: 'actor.rebuilt', text });
    }
    cell.waiting = [];
    cell.state = undefined;
    this.#recover(cell);
  }

  #dead(envelope: Envelope, code: string, text: string): void {
    this.counters.deadLetters++;
    this.deadLetters.push(envelope);
    if (this.deadLetters.length > LIMITS.deadLettersKept) this.deadLetters.shift();
    this.#answer(envelope, { kind: 'refused', code, text });
  }
}

/** Messages the system itself sends; every actor may get them. */
const SYSTEM_LANES: { readonly [kind: string]: AnyBehaviour['lanes'][string] } = {
  terminated: { lane: 'system', overflow: 'reject' },
  answered: { lane: 'system', overflow: 'reject' },
  unanswered: { lane: 'system', overflow: 'reject' },
};

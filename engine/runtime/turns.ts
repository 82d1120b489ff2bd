// One turn from message to effects: the page to read first.

import type { Message } from '../core/address.js';
import { assert } from '../core/assert.js';
import type { Fault } from '../core/fault.js';
import { LIMITS } from '../core/limits.js';
import { createHistogram, Histogram } from '../observe/histogram.js';
import type { Asks } from './asks.js';
import type { Cell, Waiting } from './cell.js';
import { COMMAND_DONE, type CommandDone, CommandWindow } from './commands.js';
import { type Effect, TurnRecorder } from './effect.js';
import { type Envelope, envelopeOf, type Origin, RETOLD, refused } from './envelope.js';
import type { Kernel } from './kernel.js';
import { TERMINATED } from './kinds.js';
import { stampVersion, stateToShow } from './recovery.js';
import { roomIn } from './room.js';
import type { Suspicion } from './suspicion.js';
import { TurnTimes } from './turn-times.js';
import { unfitFault } from './unfit.js';

/**
 * One turn in so many is timed for the thread: reading the clock at each would cost a tenth of the
 * speed. Others are for their actor.
 */
const TURNS_PER_TIMED = 256;

/** Runs turns. A turn is atomic: its effects leave after its events are durable, or not at all. */
export class Turns {
  readonly #kernel: Kernel;
  readonly #asks: Asks;
  readonly #turn: TurnRecorder;
  readonly #suspicion: Suspicion | undefined;
  /** How long turns took, by sampling. Units: microseconds. */
  readonly times = new Histogram(createHistogram());

  constructor(kernel: Kernel, asks: Asks, suspicion: Suspicion | undefined) {
    this.#kernel = kernel;
    this.#asks = asks;
    this.#turn = new TurnRecorder(roomIn(kernel, asks));
    this.#suspicion = suspicion;
  }

  /** Handles one message. */
  // hot
  run(cell: Cell, message: Message, origin: Origin): void {
    const kernel = this.#kernel;
    const { commandKey } = origin;
    if (commandKey !== '' && this.#isRepeated(cell, message, origin)) return;
    if (this.#suspicion !== undefined && this.#isPutAside(cell, message, origin)) return;
    const turn = this.#turn;
    turn.begin(cell.address, kernel.ports.nowUs(), origin.cause, cell.evolve, cell.random);
    const isTimed = (++kernel.counters.turns & (TURNS_PER_TIMED - 1)) === 0;
    const isDone =
      ++cell.turns === cell.timedTurn || isTimed
        ? this.#receiveTimed(cell, message, origin, isTimed)
        : this.#receive(cell, message, origin);
    if (!isDone) return;
    if (cell.suspect !== undefined) clearOf(cell, cell.suspect.envelope, message, origin);
    if (turn.events.length > 0 || cell.waiting.length > 0 || commandKey !== '') {
      this.#commit(cell, envelopeOf(cell.address, message, origin));
      return;
    }
    if (turn.effects.length > 0) this.#release(cell, message, origin);
    if (origin.ask !== 0) this.#handled(envelopeOf(cell.address, message, origin));
  }

  /** Lets the effects of a turn leave that has no commit to wait for. */
  // hot
  #release(cell: Cell, message: Message, origin: Origin): void {
    const kernel = this.#kernel;
    const { effects } = this.#turn;
    const told = cell.origins.of(cell.address, 0, origin.cause, '');
    for (let index = 0; index < effects.length; index++) {
      const effect = effects[index]!;
      if (effect.kind === 'tell') kernel.deliverOf(effect.to, effect.message, told);
      else kernel.perform(cell, envelopeOf(cell.address, message, origin), effect);
    }
    this.#turn.recycle();
  }

  /** The owner of the threads has watchers tell it that they have handled the word of an end. */
  #handled(envelope: Envelope): void {
    if (envelope.message.kind === TERMINATED) this.#asks.handled(envelope);
  }

  /** Marks the turn that begins, and puts its message aside if that has ended threads before. */
  #isPutAside(cell: Cell, message: Message, origin: Origin): boolean {
    const mark = (cell.hash ^ (cell.kind.waits.get(message.kind)?.hash ?? 0)) | 0;
    if (this.#suspicion?.blame(mark) !== true) return false;
    const envelope = envelopeOf(cell.address, message, origin);
    const { counters, quarantine, ports } = this.#kernel;
    counters.quarantined++;
    const why = 'its turn has ended the thread each time';
    const item = quarantine.add(envelope, [why], ports.nowUs());
    item.state = stateToShow(cell);
    const text = `${message.kind} of ${cell.address}: ${why}; nothing was applied`;
    this.#kernel.answer(envelope, refused('actor.message_quarantined', text));
    return true;
  }

  /** Calls the behaviour; false when it failed, and its supervisor knows. */
  #receive(cell: Cell, message: Message, origin: Origin): boolean {
    try {
      cell.kind.behaviour.receive(cell.state, message, this.#turn);
      return true;
    } catch (error) {
      const hasPersisted = this.#turn.handOver().events.length > 0;
      const envelope = envelopeOf(cell.address, message, origin);
      this.#kernel.fail(cell, { envelope, error, hasPersisted });
      return false;
    }
  }

  #receiveTimed(cell: Cell, message: Message, origin: Origin, isOfAll: boolean): boolean {
    const { ports } = this.#kernel;
    const startedUs = ports.monotonicUs();
    const isDone = this.#receive(cell, message, origin);
    const tookUs = ports.monotonicUs() - startedUs;
    if (isOfAll) this.times.record(tookUs);
    if (cell.turns === cell.timedTurn) {
      cell.times ??= new TurnTimes();
      cell.timedTurn += cell.times.note(tookUs);
    }
    return isDone;
  }

  /** Journals the turn's events; its effects wait for that, behind those of earlier turns. */
  #commit(cell: Cell, envelope: Envelope): void {
    const { ports } = this.#kernel;
    const { nowUs } = this.#turn;
    const { events, effects } = this.#turn.handOver();
    if (envelope.commandKey !== '') rememberCommand(cell, envelope, events, effects);
    const waiting: Waiting = { envelope, effects, committed: events.length === 0 };
    cell.waiting.push(waiting);
    if (waiting.committed) {
      this.releaseCommitted(cell);
      return;
    }
    const { version } = cell.kind.behaviour;
    const records = events.map((event) => ({
      address: cell.address,
      sequence: ++cell.sequence,
      event: stampVersion(event, version),
      cause: envelope.cause,
      timeUs: nowUs,
    }));
    const { incarnation } = cell;
    const landed = (fault?: Fault): void => {
      if (cell.incarnation !== incarnation) return;
      if (fault === undefined) {
        waiting.committed = true;
        this.releaseCommitted(cell);
      } else this.#uncommitted(cell, waiting, fault);
    };
    try {
      ports.append(records, landed);
    } catch (error) {
      landed(unfitFault(error, `the events of ${cell.address}`));
    }
  }

  /**
   * Nothing of a turn or of those behind it is durable: all are refused, none is applied. The actor
   * did nothing wrong, so it does not count against its intensity.
   */
  #uncommitted(cell: Cell, waiting: Waiting, fault: Fault): void {
    const text = `expected ${cell.address} to stay up until its events were on disk; ask again`;
    for (const other of cell.waiting) {
      const reply =
        other === waiting ? refused(fault.code, fault.message) : refused('actor.rebuilt', text);
      this.#kernel.answer(other.envelope, reply);
    }
    cell.waiting = [];
    cell.lastFailure = `${fault.code}: ${fault.message}`;
    if (!fault.retryable) this.#kernel.counters.failures++;
    this.#kernel.counters.restarts++;
    cell.restarts++;
    if (cell.status === 'restarting' || cell.status === 'stopping') this.#settle(cell);
    else this.#kernel.rebuild(cell);
  }

  /** Handles a message whose effects have left before: what it asks for now is dropped. */
  receiveAgain(cell: Cell, envelope: Envelope): void {
    const turn = this.#turn;
    turn.begin(cell.address, this.#kernel.ports.nowUs(), RETOLD, cell.evolve, cell.random);
    cell.kind.behaviour.receive(cell.state, envelope.message, turn);
    assert(turn.events.length === 0, 'system.retold_message_persists_nothing');
    if (cell.suspect?.envelope.message === envelope.message) cell.suspect = undefined;
  }

  /** Lets the effects of committed turns leave, in order, up to the first that waits. */
  releaseCommitted(cell: Cell): void {
    while (cell.waiting[0]?.committed === true) {
      const { envelope, effects } = cell.waiting.shift()!;
      for (const effect of effects) this.#kernel.perform(cell, envelope, effect);
      if (envelope.ask !== 0) this.#handled(envelope);
    }
    if (cell.waiting.length === 0) this.#settle(cell);
    this.#kernel.enqueue(cell);
  }

  #settle(cell: Cell): void {
    const then = cell.onSettled;
    cell.onSettled = undefined;
    then?.();
  }

  /** Answers a command whose key was seen, behind the commit of the first; true if it was. */
  #isRepeated(cell: Cell, message: Message, origin: Origin): boolean {
    const done = cell.commands?.find(origin.commandKey);
    if (done === undefined) return false;
    const { key, of, reply = { kind: 'already_done' }, refusal } = done;
    this.#kernel.counters.repeatedCommands++;
    let effect: Effect =
      refusal === undefined ? { kind: 'reply', message: reply } : { kind: 'refuse', refusal };
    if (of !== message.kind) {
      const text = `expected a new key, was ${key}, which ${cell.address} had for ${of}`;
      effect = { kind: 'refuse', refusal: { kind: 'refusal', code: 'command.key_reused', text } };
    }
    const envelope = envelopeOf(cell.address, message, origin);
    cell.waiting.push({ envelope, effects: [effect], committed: true });
    this.releaseCommitted(cell);
    return true;
  }
}

/** A message whose turn is done is not suspect any more. */
function clearOf(cell: Cell, suspect: Envelope, message: Message, { ask }: Origin): void {
  if (suspect.message === message && suspect.ask === ask) cell.suspect = undefined;
}

/** Adds the event that makes a command's key durable, unless the command did nothing. */
function rememberCommand(
  cell: Cell,
  envelope: Envelope,
  events: Message[],
  effects: readonly Effect[],
): void {
  const isAnswer = ({ kind }: Effect): boolean => kind === 'reply' || kind === 'refuse';
  if (events.length === 0 && effects.every(isAnswer)) return;
  const answer = effects.find(isAnswer);
  const done: CommandDone = {
    kind: COMMAND_DONE,
    key: envelope.commandKey,
    of: envelope.message.kind,
    ...(answer?.kind === 'reply' ? { reply: answer.message } : {}),
    ...(answer?.kind === 'refuse' ? { refusal: answer.refusal } : {}),
  };
  cell.commands ??= new CommandWindow();
  cell.commands.remember(done);
  events.push(done);
}

/** Why a command key cannot be taken, or undefined. Errors: `command.key_too_long`. */
export function badCommandKey(key: string): string | undefined {
  return key.length > LIMITS.commandKeyLength ? 'command.key_too_long' : undefined;
}

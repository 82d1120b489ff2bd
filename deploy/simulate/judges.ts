// The judges of the simulated host: each holds one promise, after every step and at rest.

import type {
  CommandApplied,
  PortfolioFigures,
  PortfolioState,
} from '../../actors/portfolio/index.js';
import { formatDecimal, quantityOf } from '../../actors/portfolio/index.js';
import {
  type Address,
  type Judge,
  kindOf,
  LIMITS,
  type Message,
  type Reply,
} from '../../engine/index.js';
import type { ShardSnapshot } from '../roles/shard-config.js';
import type { FromShard } from '../roles/shard-messages.js';
import { stateText } from '../roles/state-text.js';
import type { Operation } from './operations.js';
import type { Oracle } from './oracle.js';
import { FUNNEL, SHARDS } from './setting.js';
import type { SimShard } from './sim-shard.js';
import { PORTFOLIOS } from './watched.js';

/** Steps from one look at a book to the next, and from one replay to the next. */
const BOOK_EVERY = 8;
const REPLAY_EVERY = 400;

/** Messages that the lanes of a mailbox may hold together: commands and data. */
const MAILBOX_MAX = LIMITS.laneCapacity * 2;

/** What the judges look at. */
export interface Judged {
  readonly oracle: Oracle;
  /** Shard of a portfolio or of the funnel. */
  shardOf(address: Address): number;
  shardAt(shard: number): SimShard | undefined;
  /** The snapshot a shard would come back from now. */
  snapshotAt(shard: number): ShardSnapshot | undefined;
  /** What replay makes of a portfolio, given its live state as text; undefined when it agrees. */
  replay(address: Address, shard: SimShard, from: ShardSnapshot | undefined): string | undefined;
  /** What is wrong with the funnel's live state, or undefined. */
  replayFunnel(): string | undefined;
  /** What one actor told another out of its order. */
  disordered(): string | undefined;
  /** Who took a turn although operators had stopped or held him. */
  stirred(): string | undefined;
  /** What shards said of the market otherwise the second time. */
  retold(): string | undefined;
  /** A portfolio has told what it is worth. */
  heard(figures: PortfolioFigures): void;
  /** Operations whose client had no answer however often it asked. */
  unanswered(): number;
  /** Frames of the market that there have been. */
  frames(): number;
}

/** All judges, and what they are told while a step runs. */
export class Bench {
  readonly #world: Judged;
  /** The last point whose figures left, by portfolio, since its shard began. */
  readonly #published = new Map<Address, number>();
  readonly #acknowledged = new Map<string, Operation>();
  #objection: { readonly judge: string; readonly text: string } | undefined;
  #next = 0;

  constructor(world: Judged) {
    this.#world = world;
  }

  /** The judges, the cheapest first. */
  judges(): Judge[] {
    const { oracle } = this.#world;
    const told = (name: string): string | undefined =>
      this.#objection?.judge === name ? this.#objection.text : undefined;
    const names = [
      'effects wait for their commit',
      'mailboxes keep their bound',
      'no turn fails on its own',
    ];
    return [
      ...names.map((name) => ({ name, afterStep: () => told(name), atRest: () => told(name) })),
      {
        name: 'events only grow, each command once',
        afterStep: () => oracle.problem,
        atRest: () => oracle.problem ?? this.#lostCommand(),
      },
      {
        name: 'books are the sum of their events',
        afterStep: (step) =>
          told('books are the sum of their events') ??
          (step % BOOK_EVERY === 0 ? this.#bookOf(this.#nextAddress()) : undefined),
        atRest: () => this.#firstOf((address) => this.#bookOf(address)),
      },
      {
        name: 'what one tells another comes in order',
        afterStep: () => this.#world.disordered(),
        atRest: () => this.#world.disordered(),
      },
      {
        name: 'who is stopped or held takes no turns',
        afterStep: () => this.#world.stirred(),
        atRest: () => this.#firstOf((address) => this.#stillDown(address)),
      },
      {
        name: 'everybody gets an answer',
        afterStep: () => undefined,
        atRest: () => this.#unanswered(),
      },
      {
        name: 'replay makes the live state',
        afterStep: (step) =>
          this.#world.retold() ??
          (step % REPLAY_EVERY === 0 ? this.#replayOf(this.#nextAddress(), true) : undefined),
        atRest: () =>
          this.#firstOf((address) => this.#replayOf(address, true)) ??
          this.#firstOf((address) => this.#replayOf(address, false)) ??
          this.#world.replayFunnel(),
      },
    ];
  }

  /** A shard begins anew: it may publish again what it published before. */
  onStarted(shard: number): void {
    for (const address of this.#published.keys()) {
      if (this.#world.shardOf(address) === shard) this.#published.delete(address);
    }
  }

  /** A shard lets something out. */
  onPost(message: FromShard): void {
    if (message.kind === 'answer') this.#onAnswer(message.reply);
  }

  /** An actor publishes something. */
  onPublished(event: Message, from: Address): void {
    // A portfolio publishes figures alone.
    if (from !== FUNNEL) this.#onFigures(from, event as PortfolioFigures);
  }

  /** A question was answered a second time. */
  onDoubleAnswer(id: number): void {
    this.#object('effects wait for their commit', `question ${id} was answered twice`);
  }

  /** A client has its answer. */
  onAcknowledged(operation: Operation): void {
    const { message } = operation;
    if ('commandId' in message) this.#acknowledged.set(message.commandId, operation);
  }

  /** A shard is about to run its turns, or has; so many were made to fail. */
  onPass(shard: SimShard, failuresMeant: number): void {
    const { failures } = shard.program.system.counters;
    for (const { address, mailbox, lastFailure } of shard.program.system.tree()) {
      if (mailbox > MAILBOX_MAX) {
        const text = `expected at most ${MAILBOX_MAX} messages of ${address}, was ${mailbox}`;
        this.#object('mailboxes keep their bound', text);
      }
      if (failures > failuresMeant) {
        const text = `expected ${failuresMeant} failures, was ${failures}; ${address}: ${lastFailure}`;
        this.#object('no turn fails on its own', text);
      }
    }
  }

  #onAnswer(reply: Reply): void {
    if (reply.kind !== 'replied' || reply.message.kind !== 'command_applied') return;
    const { commandId } = reply.message as CommandApplied;
    if (this.#world.oracle.hasCommand(commandId)) return;
    this.#object('effects wait for their commit', `${commandId} was answered and is not on disk`);
  }

  #onFigures(from: Address, figures: PortfolioFigures): void {
    if (figures.kind !== 'portfolio_marked') return;
    const before = this.#published.get(from) ?? -1;
    if (figures.pointIndex <= before) {
      const text = `${from} published point ${figures.pointIndex} after ${before}`;
      this.#object('effects wait for their commit', text);
    }
    this.#published.set(from, figures.pointIndex);
    this.#world.heard(figures);
    const book = this.#world.oracle.bookAtPoint(from, figures.pointIndex);
    if (book === undefined || formatDecimal(book.cash) === figures.cash) return;
    const text = `expected ${from} to show ${formatDecimal(book.cash)}, was ${figures.cash}`;
    this.#object('books are the sum of their events', text);
  }

  #lostCommand(): string | undefined {
    for (const commandId of this.#acknowledged.keys()) {
      if (!this.#world.oracle.hasCommand(commandId)) {
        return `${commandId} was acknowledged and is not in the journal`;
      }
    }
    return undefined;
  }

  #stillDown(address: Address): string | undefined {
    const shard = this.#world.shardAt(this.#world.shardOf(address));
    const actor = shard?.program.system.tree().find((one) => one.address === address);
    // One that is not there left memory.
    if (actor === undefined || actor.state === 'running') return undefined;
    return `expected ${address} to be back at rest, was ${actor.state}`;
  }

  #unanswered(): string | undefined {
    const operations = this.#world.unanswered();
    if (operations > 0) return `${operations} operations were never answered`;
    for (let shard = 0; shard < SHARDS; shard++) {
      const program = this.#world.shardAt(shard);
      const done = program?.frameCount ?? 0;
      if (done !== this.#world.frames()) {
        return `expected shard ${shard} at frame ${this.#world.frames()}, was ${done}`;
      }
      if (program?.program.isAtRest !== true) return `expected shard ${shard} to have settled`;
    }
    return undefined;
  }

  /** Live cash and shares against the judge's own, when nothing is under way. */
  #bookOf(address: Address): string | undefined {
    const shard = this.#world.shardAt(this.#world.shardOf(address));
    if (shard?.program.isAtRest !== true || !shard.program.system.isRunning(address))
      return undefined;
    const book = this.#world.oracle.bookAt(address, shard.program.clock.step);
    const state = shard.program.system.peek(address);
    if (book === undefined || state === undefined) return undefined;
    // The address is a portfolio's, and this is the state its behaviour keeps.
    const { account } = state as PortfolioState;
    const cash = account.sums.get(account.currency)?.cash ?? 0n;
    if (cash !== book.cash) {
      return `expected ${address} to have cash of ${book.cash} millionths, was ${cash}`;
    }
    for (const [currency, sums] of account.sums) {
      const expected = book.foreign.get(currency) ?? 0n;
      if (currency === account.currency || sums.cash === expected) continue;
      return `expected ${address} to have ${expected} millionths of ${currency}, was ${sums.cash}`;
    }
    for (const [symbol, shares] of book.shares) {
      const position = account.positions.get(symbol);
      const was = position === undefined ? 0n : quantityOf(position);
      if (was !== shares) return `expected ${address} to hold ${shares} of ${symbol}, was ${was}`;
    }
    for (const [symbol, position] of account.positions) {
      if (!book.shares.has(symbol)) {
        return `expected ${address} to hold no ${symbol}, was ${quantityOf(position)}`;
      }
    }
    return undefined;
  }

  #replayOf(address: Address, fromSnapshot: boolean): string | undefined {
    const shard = this.#world.shardAt(this.#world.shardOf(address));
    if (shard?.program.isAtRest !== true || !shard.program.system.isRunning(address))
      return undefined;
    if (this.#world.oracle.bookAt(address, shard.program.clock.step) === undefined)
      return undefined;
    const snapshot = fromSnapshot
      ? this.#world.snapshotAt(this.#world.shardOf(address))
      : undefined;
    if (
      fromSnapshot &&
      (snapshot === undefined || snapshot.clock.step > shard.program.clock.step)
    ) {
      return undefined;
    }
    return this.#world.replay(address, shard, snapshot);
  }

  #firstOf(look: (address: Address) => string | undefined): string | undefined {
    for (const key of PORTFOLIOS) {
      const text = look(`portfolio/${key}`);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  #nextAddress(): Address {
    this.#next = (this.#next + 1) % PORTFOLIOS.length;
    return `portfolio/${PORTFOLIOS[this.#next]!}`;
  }

  #object(judge: string, text: string): void {
    this.#objection ??= { judge, text };
  }
}

/** Live state of an actor as text, for comparison with a replay. */
export function liveText(shard: SimShard, address: Address): string | undefined {
  const snapshot = shard.program.system.states.encodeAll(new Set([kindOf(address)])).get(address);
  return snapshot === undefined ? undefined : stateText(address, snapshot.state);
}

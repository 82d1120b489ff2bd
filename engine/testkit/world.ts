// A system of actors in a world made for tests: a journal in memory, a clock set by hand.

import { type Address, type Message, ref } from '../core/address.js';
import type { Fault } from '../core/fault.js';
import type { Envelope, Reply } from '../runtime/envelope.js';
import type { AnyBehaviour } from '../runtime/kinds.js';
import {
  ActorSystem,
  type Record,
  type Recovered,
  type Snapshot,
  type SystemOptions,
  type SystemPorts,
} from '../runtime/system.js';

/** Turns a run may take before it counts as a loop without end. */
const PASSES_MAX = 10_000;

/** The world: what a test may set is not readonly. */
export class World {
  readonly records: Record[] = [];
  readonly #events = new Map<Address, Record[]>();
  readonly snapshots = new Map<Address, Snapshot>();
  readonly published: string[] = [];
  readonly outbound: Envelope[] = [];
  /** What the owner of threads would hear of watches. */
  readonly watching: string[] = [];
  readonly escalated: Address[] = [];
  /** Commits held back while `holdsCommits`, each to be called with a fault or none. */
  readonly commits: ((fault?: Fault) => void)[] = [];
  /** Addresses in the order their recovery was asked for. */
  readonly recoveries: Address[] = [];
  /** Messages that recovery hands over to be handled again. */
  readonly replay = new Map<Address, Message[]>();
  /** Addresses that another thread owns. */
  readonly far = new Set<Address>();
  nowUs = 0;
  holdsCommits = false;
  readonly system: ActorSystem;
  readonly #behaviours: readonly AnyBehaviour[];

  constructor(
    // The world holds behaviours of any state side by side, as a system does.
    behaviours: readonly unknown[],
    options: SystemOptions = {},
    ports: Partial<SystemPorts> = {},
  ) {
    this.#behaviours = behaviours as readonly AnyBehaviour[];
    this.system = new ActorSystem(this.#behaviours, { ...this.#ports(), ...ports }, options);
  }

  /** Runs turns and due timers until nothing is left to do now. */
  run(): void {
    for (let pass = 0; pass < PASSES_MAX; pass++) {
      const done = this.system.step(1_000);
      if (done === 0 && !this.system.hasWork) return;
    }
    throw new Error(`expected to come to rest within ${PASSES_MAX} passes`);
  }

  /** Lets time pass, running what falls due on the way. */
  pass(us: number): void {
    const untilUs = this.nowUs + us;
    this.run();
    for (let pass = 0; pass < PASSES_MAX; pass++) {
      const dueInUs = this.system.dueInUs();
      if (this.nowUs + dueInUs > untilUs) break;
      this.nowUs += Math.max(0, dueInUs);
      this.run();
    }
    this.nowUs = untilUs;
    this.run();
  }

  /** Asks an actor; the answers so far are in the list. */
  ask(address: Address, message: Message, options: { key?: string; deadlineUs?: number } = {}) {
    const replies: Reply[] = [];
    this.system.ask(
      ref(...(address.split('/') as [string, string])),
      message,
      { deadlineUs: 60_000_000, ...options },
      (reply) => replies.push(reply),
    );
    return replies;
  }

  /** Tells an actor. */
  tell(address: Address, message: Message): void {
    this.system.tell({ address }, message);
  }

  /** State word of an actor in the tree, or 'gone'. */
  stateOf(address: Address): string {
    return this.system.tree().find((actor) => actor.address === address)?.state ?? 'gone';
  }

  /** Puts events into the journal, as a commit does. */
  store(batch: readonly Record[]): void {
    this.records.push(...batch);
    for (const record of batch) {
      const events = this.#events.get(record.address);
      if (events === undefined) this.#events.set(record.address, [record]);
      else events.push(record);
    }
  }

  /** What the journal has of an actor. */
  recovered(address: Address): Recovered {
    const snapshot = this.snapshots.get(address);
    const after = snapshot?.sequence ?? 0;
    const events = (this.#events.get(address) ?? [])
      .filter(({ sequence }) => sequence > after)
      .map(({ event }) => event);
    const messages = (this.replay.get(address) ?? []).map((message) => ({
      message,
      after: events.length,
    }));
    return { events, messages, ...(snapshot === undefined ? {} : { snapshot }) };
  }

  #ports(): SystemPorts {
    return {
      nowUs: () => 5,
      monotonicUs: () => this.nowUs,
      append: (batch, done) => {
        const commit = (fault?: Fault): void => {
          if (fault === undefined) this.store(batch);
          done(fault);
        };
        if (this.holdsCommits) this.commits.push(commit);
        else commit();
      },
      recover: (address, done) => {
        this.recoveries.push(address);
        done(this.recovered(address));
      },
      outbound: (envelope) => this.outbound.push(envelope),
      watching: (other, watcher, said) => this.watching.push(`${said} ${other} ${watcher}`),
      isLocal: (address) => !this.far.has(address),
      publish: (topic, event) => this.published.push(`${topic} ${event.kind}`),
      escalated: (address) => this.escalated.push(address),
    };
  }
}

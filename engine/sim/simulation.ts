// One simulated world: nodes that run the real runtime, one clock, one disk, faults and judges.

import type { StoredRecord } from '../journal/record.js';
import { textOf } from '../runtime/failure.js';
import { Agenda } from './agenda.js';
import { Chance } from './chance.js';
import { SimDisk } from './disk.js';
import { faultAt, isOfActors, type SimFault } from './faults.js';
import { beginFault, isLasting } from './lasting-faults.js';
import { SimNetwork } from './network.js';
import { SimNode, type SimProgram } from './node.js';
import { Trace } from './trace.js';

/** How long a crashed node, and a lost process, stay away. Units: microseconds. */
const RESTART_US = { node: 300, process: 800 };

/** A node that hangs longer than this is replaced. Units: microseconds. */
const WATCHDOG_US = 1_500;

/** Objections looked for while the world comes to rest after its last step. */
const REST_STEPS_MAX = 200_000;

/** The application's half of a world: whoever owns the nodes, and whoever talks to it. */
export interface SimWorld {
  /** Starts the workload and the owner; nodes are started with `startNode`. */
  begin(simulation: Simulation): void;
  /** A node has posted a message to the owner. */
  onPost(node: number, message: unknown): void;
  /** A node is gone; all it had posted has arrived. */
  onNodeDied(node: number): void;
  /** The process is lost, with whatever the owner knew. */
  onProcessLost(): void;
  /** The process is back, and its journal is open. */
  onProcessBack(): void;
  /**
   * An actor of a node is to leave memory, to start again, to be stopped or held for a while, to
   * move to another node (or all of them are), or to fail in its next turn.
   */
  onActorFault(fault: SimFault): void;
  /** Every answer to clients takes so much longer. Units: microseconds. */
  slowConsumers(delayUs: number): void;
  /**
   * Has what a step began end as far as it can without another step; undefined where nothing is
   * begun that way. What waits for promises goes on here, so that the next step finds it done.
   */
  settle(): Promise<void> | undefined;
  /** No new work from now on: the world is to come to rest. */
  rest(): void;
}

/** Looks at the world after every step. */
export interface Judge {
  readonly name: string;
  /** What is wrong, or undefined. */
  afterStep(step: number): string | undefined;
  /** What is wrong once the world has come to rest, or undefined. */
  atRest(): string | undefined;
}

/** What a judge objected to. */
export interface SimFailure {
  readonly judge: string;
  readonly step: number;
  readonly atUs: number;
  readonly text: string;
}

/** What a simulation is made of. */
export interface SimulationOptions {
  readonly seed: number;
  readonly nodeCount: number;
  readonly world: SimWorld;
  readonly judges: readonly Judge[];
  /** Told of records the moment they are durable. */
  readonly onCommitted: (records: readonly StoredRecord[]) => void;
  /** Numbers of the faults that happen; all where absent. */
  readonly faults?: ReadonlySet<number> | undefined;
}

/** The world and its run. */
export class Simulation {
  readonly agenda = new Agenda();
  readonly disk: SimDisk;
  readonly network: SimNetwork;
  readonly seed: number;
  readonly #options: SimulationOptions;
  readonly #nodes: readonly SimNode[];
  /** All that happened. */
  readonly #trace = new Trace();
  /** Numbers of the faults that have happened. */
  readonly faultsSeen: number[] = [];
  #isResting = false;
  /** Rises when the process is lost: what was on its way then goes nowhere. */
  #life = 0;
  isUp = true;
  steps = 0;
  readonly counters = { crashes: 0, processCrashes: 0, hangs: 0 };

  constructor(options: SimulationOptions) {
    const { seed, nodeCount, onCommitted } = options;
    this.seed = seed;
    this.#options = options;
    this.disk = new SimDisk(this.agenda, new Chance(seed, 'disk'), onCommitted);
    this.network = new SimNetwork(this.agenda, new Chance(seed, 'network'));
    this.#nodes = Array.from({ length: nodeCount }, (_, node) => new SimNode(this.agenda, node));
  }

  /** Runs so many steps, then to rest; gives the first objection. */
  async run(steps: number): Promise<SimFailure | undefined> {
    try {
      this.#options.world.begin(this);
    } catch (error) {
      return this.#failure('no step throws', textOf(error));
    }
    this.#planFault(0);
    while (this.steps < steps) {
      const failure = await this.#step();
      if (failure !== undefined) return failure;
    }
    return this.#comeToRest();
  }

  /** Starts a node's program, after whatever ran there has died. */
  startNode(node: number, create: (post: (message: unknown) => void) => SimProgram): void {
    const simNode = this.#nodes[node]!;
    simNode.start((isCurrent) =>
      create((message) => {
        if (isCurrent()) this.#toOwner(node, () => this.#options.world.onPost(node, message));
      }),
    );
  }

  /** The monotonic clock of a node. Units: microseconds. */
  clockOf(node: number): () => number {
    const simNode = this.#nodes[node]!;
    return () => simNode.monotonicUs();
  }

  /** Sends a node a message, in order; lost if the node dies first. */
  toNode(node: number, message: unknown): void {
    const simNode = this.#nodes[node]!;
    const { incarnation } = simNode;
    this.network.send(`owner>node ${node}`, 'kept', () => {
      if (simNode.incarnation === incarnation) simNode.receive(message);
    });
  }

  /** Has the owner do something later; nothing comes of it if the process is lost first. */
  later(delayUs: number, label: string, run: () => void): void {
    const life = this.#life;
    this.agenda.after(delayUs, label, () => {
      if (this.#life === life) run();
    });
  }

  /** A number of this seed that stands for all that has happened. */
  traceHash(): string {
    return this.#trace.text();
  }

  async #step(): Promise<SimFailure | undefined> {
    const next = this.agenda.take();
    if (next === undefined) return this.#failure('the world goes on', 'nothing is left to happen');
    this.steps++;
    this.#trace.add(next.label, next.atUs);
    try {
      next.run();
      // Most steps begin nothing, and an await costs as much as they do.
      const settling = this.#options.world.settle();
      if (settling !== undefined) await settling;
      for (const judge of this.#options.judges) {
        const text = judge.afterStep(this.steps);
        if (text !== undefined) return this.#failure(judge.name, text);
      }
    } catch (error) {
      return this.#failure('no step throws', `${next.label}: ${textOf(error)}`);
    }
    return undefined;
  }

  async #comeToRest(): Promise<SimFailure | undefined> {
    this.#isResting = true;
    this.#options.world.rest();
    for (let step = 0; this.agenda.size > 0; step++) {
      if (step === REST_STEPS_MAX) {
        return this.#failure('the world comes to rest', `${this.agenda.size} things still happen`);
      }
      const failure = await this.#step();
      if (failure !== undefined) return failure;
    }
    for (const judge of this.#options.judges) {
      const text = judge.atRest();
      if (text !== undefined) return this.#failure(judge.name, text);
    }
    return undefined;
  }

  #failure(judge: string, text: string): SimFailure {
    return { judge, step: this.steps, atUs: this.agenda.nowUs, text };
  }

  #toOwner(node: number, deliver: () => void): void {
    const life = this.#life;
    this.network.send(`node ${node}>owner`, 'kept', () => {
      if (this.#life === life) deliver();
    });
  }

  /** Puts the next fault on the agenda; each one brings the one after it. */
  #planFault(index: number): void {
    const fault = faultAt(this.seed, index, this.#options.nodeCount);
    this.agenda.after(Math.max(0, fault.atUs - this.agenda.nowUs), `fault ${fault.kind}`, () => {
      if (this.#isResting) return;
      const isWanted = this.#options.faults?.has(index) ?? true;
      if (isWanted && this.isUp) {
        this.faultsSeen.push(index);
        this.#strike(fault);
      }
      this.#planFault(index + 1);
    });
  }

  #strike(fault: SimFault): void {
    const { disk, network } = this;
    const { world } = this.#options;
    const { kind, node, durationUs, size } = fault;
    if (isOfActors(kind)) {
      world.onActorFault(fault);
      return;
    }
    if (isLasting(kind)) {
      const slowConsumers = (delayUs: number): void => world.slowConsumers(delayUs);
      const end = beginFault(kind, size, { disk, network, slowConsumers });
      this.agenda.after(durationUs, `end of ${kind}`, end);
      return;
    }
    switch (kind) {
      case 'crash_node':
        this.#crashNode(node);
        break;
      case 'crash_process':
        this.#crashProcess();
        break;
      case 'hang':
        this.#hang(fault);
        break;
      case 'clock_jump':
        this.#nodes[node]!.jump(Math.floor(size * 10_000));
        break;
    }
  }

  #hang({ node, durationUs }: SimFault): void {
    const simNode = this.#nodes[node]!;
    if (!simNode.isRunning) return;
    this.counters.hangs++;
    const { incarnation } = simNode;
    simNode.hang(Math.min(durationUs, WATCHDOG_US));
    if (durationUs <= WATCHDOG_US) return;
    this.agenda.after(WATCHDOG_US, 'watchdog', () => {
      if (simNode.incarnation === incarnation) this.#crashNode(node);
    });
  }

  #crashNode(node: number): void {
    const simNode = this.#nodes[node]!;
    if (!simNode.isRunning) return;
    this.counters.crashes++;
    simNode.stop();
    this.#toOwner(node, () => {
      this.later(RESTART_US.node, 'restart of a node', () => {
        this.#options.world.onNodeDied(node);
      });
    });
  }

  #crashProcess(): void {
    this.counters.processCrashes++;
    this.#life++;
    this.isUp = false;
    for (const simNode of this.#nodes) simNode.stop();
    this.disk.crash();
    this.#options.world.onProcessLost();
    this.agenda.after(RESTART_US.process, 'restart of the process', () => {
      this.isUp = true;
      this.disk.recover();
      this.#options.world.onProcessBack();
    });
  }
}

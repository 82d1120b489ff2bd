// One node of a simulated world: a thread that may hang, jump in time and die.

import type { Agenda } from './agenda.js';

/** Time a pass of a node takes, whatever it does. Units: microseconds. */
const PASS_US = 10;

/** Longest time until a node looks at its timers again. Units: microseconds. */
const NAP_US_MAX = 10_000_000;

/** What a node runs: made anew whenever the node starts. */
export interface SimProgram {
  onMessage(message: unknown): void;
  /** Does what is ready, in a bounded piece. */
  step(): void;
  /** Time to the next thing to do; 0 for at once, Infinity for nothing. Units: microseconds. */
  dueInUs(): number;
}

/** A node. */
export class SimNode {
  readonly #agenda: Agenda;
  readonly #label: string;
  #program: SimProgram | undefined;
  #inbox: unknown[] = [];
  #hangsUntilUs = 0;
  #jumpedUs = 0;
  /** When the next pass is due, or Infinity. */
  #passUs = Number.POSITIVE_INFINITY;
  /** Rises with every start and end: what was meant for an earlier program is told apart. */
  incarnation = 0;

  constructor(agenda: Agenda, node: number) {
    this.#agenda = agenda;
    this.#label = `node ${node}`;
  }

  get isRunning(): boolean {
    return this.#program !== undefined;
  }

  /** Starts a program; `isCurrent` tells it whether it is still the one that runs. */
  start(create: (isCurrent: () => boolean) => SimProgram): void {
    const incarnation = ++this.incarnation;
    this.#inbox = [];
    this.#hangsUntilUs = 0;
    this.#passUs = Number.POSITIVE_INFINITY;
    this.#program = create(() => this.incarnation === incarnation);
    this.#wake(0);
  }

  /** The program and all it knew are gone. */
  stop(): void {
    this.incarnation++;
    this.#program = undefined;
    this.#inbox = [];
  }

  /** Takes in a message, for its next pass. */
  receive(message: unknown): void {
    if (this.#program === undefined) return;
    this.#inbox.push(message);
    this.#wake(0);
  }

  /** Does nothing for so long. Units: microseconds. */
  hang(durationUs: number): void {
    this.#hangsUntilUs = this.#agenda.nowUs + durationUs;
  }

  /** Moves the node's clock forward. Units: microseconds. */
  jump(us: number): void {
    this.#jumpedUs += us;
    this.#wake(0);
  }

  /** The node's own clock, which never goes back. Units: microseconds. */
  monotonicUs(): number {
    return this.#agenda.nowUs + this.#jumpedUs;
  }

  #wake(delayUs: number): void {
    if (this.#program === undefined) return;
    const { nowUs } = this.#agenda;
    const passUs = Math.max(nowUs + PASS_US + delayUs, this.#hangsUntilUs);
    if (passUs >= this.#passUs) return;
    this.#passUs = passUs;
    const { incarnation } = this;
    this.#agenda.after(passUs - nowUs, this.#label, () => {
      // A pass that was moved to an earlier time, or meant for another program, is none.
      if (this.incarnation === incarnation && this.#passUs === passUs) this.#pass();
    });
  }

  #pass(): void {
    const program = this.#program;
    if (program === undefined) return;
    this.#passUs = Number.POSITIVE_INFINITY;
    if (this.#hangsUntilUs > this.#agenda.nowUs) {
      this.#wake(0);
      return;
    }
    const inbox = this.#inbox;
    this.#inbox = [];
    for (const message of inbox) program.onMessage(message);
    program.step();
    const dueInUs = program.dueInUs();
    if (dueInUs < NAP_US_MAX) this.#wake(Math.max(0, dueInUs));
  }
}

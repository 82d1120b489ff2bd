// When a shard's actors take their turns: between frames, and to their end before a market step.

import type { ActorSystem } from '../../engine/index.js';

/** Turns run in one pass between frames, so that frames are never held up long. */
const TURNS_A_PASS = 256;

/** The turns of a shard's actors. */
export class ShardTurns {
  readonly #system: Pick<ActorSystem, 'hasWork' | 'step' | 'stepUntimed'>;
  readonly #commitsOpen: () => number;
  #isWaiting = false;

  /** `commitsOpen` counts events that are not yet known to be on disk. */
  constructor(
    system: Pick<ActorSystem, 'hasWork' | 'step' | 'stepUntimed'>,
    commitsOpen: () => number,
  ) {
    this.#system = system;
    this.#commitsOpen = commitsOpen;
  }

  /** Whether frames wait for commits, and turns for the frames. */
  get isWaiting(): boolean {
    return this.#isWaiting;
  }

  /** Runs turns that no frame drives; returns how many. */
  pass(): number {
    // New turns would bring new commits, and the frames would wait for ever.
    return this.#isWaiting ? 0 : this.#system.step(TURNS_A_PASS);
  }

  /**
   * Whether every turn has been run and all its events are on disk: only then does the market take
   * a step, so that each event lies between two steps and no figure shows what may still be lost.
   */
  isSettled(): boolean {
    if (!this.#isWaiting || this.#commitsOpen() === 0) this.#runAll();
    this.#isWaiting = this.#commitsOpen() > 0;
    return !this.#isWaiting;
  }

  /**
   * Has those who were told something hear it, and nothing else begin: what timers bring, and what
   * comes of that, is decided after the step of the market that is being taken.
   */
  runTold(): void {
    const system = this.#system;
    while (system.hasWork && system.stepUntimed(TURNS_A_PASS) > 0);
  }

  /** Runs turns until none is left, or the rest waits for the disk. */
  #runAll(): void {
    const system = this.#system;
    while (system.hasWork && system.step(TURNS_A_PASS) > 0);
  }
}

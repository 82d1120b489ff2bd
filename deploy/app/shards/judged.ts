// What the threads of a market have said that they have judged, for whoever waits for it.

import type { Address, Fault } from '../../../engine/index.js';
import type { FromShard } from '../../roles/shard-messages.js';
import { Waits } from '../waits.js';

/** Longest wait for the first figures of portfolios. Units: milliseconds. */
const FIRST_FIGURES_MS = 2_000;

/** How far the threads have come with the points sent to them, and whether they can go on. */
export class Judged {
  /** Rejects when the shards can't be kept running; never resolves. */
  readonly failed: Promise<never>;
  readonly #lastPoint: Int32Array;
  #lastSummary = -1;
  /** Portfolios that have told figures since the start. */
  readonly #heard = new Set<Address>();
  readonly #waits = new Waits();
  #isStopped = false;
  #failure: Fault | undefined;
  #reject: (fault: Fault) => void = () => {};

  constructor(shardCount: number) {
    this.#lastPoint = new Int32Array(shardCount).fill(-1);
    this.failed = new Promise((_resolve, reject) => {
      this.#reject = reject;
    });
    // Whoever waits sees the rejection; when nobody does it must not end the process.
    this.failed.catch(() => {});
  }

  /** Ends all waiting: the shards can't be kept running. */
  fail(fault: Fault): void {
    this.#failure = fault;
    this.#reject(fault);
    this.#waits.wake();
  }

  /** Ends all waiting: nobody wants to know any more. */
  stop(): void {
    this.#isStopped = true;
    this.#waits.wake();
  }

  /** Notes what a shard says of points and portfolios; other messages are passed over. */
  note(shard: number, message: FromShard): void {
    if (message.kind === 'point') this.#lastPoint[shard] = message.pointIndex;
    if (message.kind === 'published') this.#hear(message);
    this.#waits.wake();
  }

  #hear({ event, from }: FromShard & { readonly kind: 'published' }): void {
    if (event.kind === 'portfolio_marked') this.#heard.add(from);
    if (event.kind === 'funnel_counted') {
      // The funnel's own event: the engine knows of it only that it has a kind.
      this.#lastSummary = (event as { kind: string; pointIndex: number }).pointIndex;
    }
  }

  /** Resolves once every shard has judged a point and the funnel has summarised it. */
  async reached(pointIndex: number): Promise<void> {
    await this.#waits.until(() => {
      const isReached = this.#lastPoint.every((point) => point >= pointIndex);
      return this.#isOver(isReached && this.#lastSummary >= pointIndex);
    });
  }

  /**
   * Waits for the first figures of so many portfolios, which follow the warm point by a moment: who
   * asks before would be told that there is no such portfolio. One that is stopped tells none.
   */
  async portfolios(count: number): Promise<void> {
    await this.#waits.within(FIRST_FIGURES_MS, () => this.#isOver(this.#heard.size >= count));
  }

  /** Whether a wait is over. Errors: why the shards can't be kept running. */
  #isOver(isSo: boolean): boolean {
    if (this.#isStopped || isSo) return true;
    if (this.#failure !== undefined) throw this.#failure;
    return false;
  }
}

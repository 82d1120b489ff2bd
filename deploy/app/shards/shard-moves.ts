// Moves actors to other shards while the market runs: at one place between two frames of all.

import type { SymbolBars } from '../../../actors/bars/index.js';
import type { Address, Routes, Snapshot } from '../../../engine/index.js';
import { type PackedMap, pack, unpack } from '../../roles/packed.js';
import type { Waits } from '../waits.js';
import type { ShardAsks } from './shard-asks.js';

/** Longest wait for the shards to reach the place and save. Units: milliseconds. */
const REST_MS_MAX = 10_000;

/** One actor and where it goes. */
export interface Move {
  readonly address: Address;
  /** What its place is kept under: a symbol's name, or the address. */
  readonly key: string;
  /** Row of a symbol; -1 for others. */
  readonly row: number;
  readonly to: number;
}

/** What became of a move: all of it, or nothing and why. */
export type Moved =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: string; readonly text: string };

/** What a move needs of the frames that go to all shards: see `RareFrames`. */
interface HeldFrames {
  hold(): Promise<void>;
  release(): void;
  requestHeldSnapshots(): Promise<number>;
}

/** What a move needs of the shards. */
export interface MoveHost {
  readonly asks: ShardAsks;
  readonly routes: Routes;
  readonly isClosed: () => boolean;
  /** Woken when a shard has answered, saved a snapshot, come back or been lost. */
  readonly waits: Waits;
  readonly frames: HeldFrames;
  /** Number of the last snapshot of a shard that runs; 0 while its thread is being replaced. */
  readonly snapshotOf: (shard: number) => number;
  /** Adds actors to what a shard's next thread starts with. */
  readonly addToSnapshot: (shard: number, given: Given) => void;
  readonly shardCount: number;
  /** Puts keys elsewhere, for all that is sent from now on and for threads that start. */
  readonly place: (moves: readonly Move[]) => void;
  /** Keeps what the placement will be; before anything is moved. */
  readonly store: (moves: readonly Move[]) => Promise<void>;
}

/** Moves actors, one request at a time. */
export class ShardMoves {
  readonly #host: MoveHost;
  #isMoving = false;
  /** Placements that were stored, not reached, and could not be taken back. */
  unstored = 0;

  constructor(host: MoveHost) {
    this.#host = host;
  }

  /**
   * Moves actors away from a shard. No frame is under way meanwhile; all shards have saved what
   * they are, at one place. A thread that dies before its actors were given keeps them, one that
   * dies later has them or not as the new placement says. Errors, as refusals:
   * `supervision.cannot_now`, `supervision.unplaced`, `shard.restarting`.
   */
  async move(from: number, moves: readonly Move[]): Promise<Moved> {
    if (this.#isMoving) return refused('supervision.cannot_now', 'expected no move under way');
    this.#isMoving = true;
    const host = this.#host;
    const addresses = new Set(moves.map(({ address }) => address));
    host.asks.hold(addresses);
    host.routes.hold(addresses);
    try {
      await host.frames.hold();
      if (!(await this.#isAtRest())) {
        const text = `expected every shard to come to rest within ${REST_MS_MAX / 1000} s; try again`;
        return refused('supervision.cannot_now', text);
      }
      return await this.#handOver(from, moves);
    } finally {
      host.frames.release();
      host.routes.release();
      host.asks.release();
      this.#isMoving = false;
    }
  }

  /** Waits until nothing is asked of the actors any more and every shard has saved this place. */
  async #isAtRest(): Promise<boolean> {
    const { asks, frames, isClosed, routes, snapshotOf, shardCount, waits } = this.#host;
    const untilMs = performance.now() + REST_MS_MAX;
    const waitFor = async (isSo: () => boolean): Promise<boolean> => {
      await waits.within(untilMs - performance.now(), () => isClosed() || isSo());
      return isSo();
    };
    if (!(await waitFor(() => !asks.hasHeldUnderWay && !routes.hasHeldUnderWay))) return false;
    const id = await frames.requestHeldSnapshots();
    const shards = Array.from({ length: shardCount }, (_, shard) => shard);
    return waitFor(() => shards.every((shard) => snapshotOf(shard) >= id));
  }

  async #handOver(from: number, moves: readonly Move[]): Promise<Moved> {
    const { asks, place, store } = this.#host;
    const addresses = moves.filter(({ row }) => row < 0).map(({ address }) => address);
    const rows = rowsOf(moves);
    try {
      await store(moves);
    } catch (error) {
      return refused('supervision.unplaced', `expected to store the placement: ${String(error)}`);
    }
    const given = await asks.pull(from, (id) => ({ kind: 'give', id, rows, addresses }));
    if (given?.given === undefined) {
      await this.#unstore();
      return given === undefined
        ? refused('shard.restarting', `shard ${from} is being replaced; nothing was moved`)
        : refused('supervision.cannot_now', given.failure ?? 'expected the shard to give them');
    }
    // From here on they are elsewhere, whoever dies: no await lies between these lines. What the
    // source's snapshot still says of them nobody asks for.
    place(moves);
    const known = new Map(unpack(given.given));
    const knownBars = new Map(given.liveBars === undefined ? [] : unpack(given.liveBars));
    const takings = Array.from(new Set(moves.map(({ to }) => to)), (to) => {
      const mine = moves.filter((move) => move.to === to);
      const states = mine.flatMap(({ address }) => {
        const state = known.get(address);
        return state === undefined ? [] : [[address, state] as const];
      });
      const unopened = mine.flatMap(({ address, row }) =>
        row < 0 && !known.has(address) ? [address] : [],
      );
      const rows = rowsOf(mine);
      const bars = rows.flatMap((row) => {
        const state = knownBars.get(row);
        return state === undefined ? [] : [[row, state] as const];
      });
      return { to, rows, unopened, actors: pack(states), liveBars: pack(bars) };
    });
    for (const taking of takings) this.#host.addToSnapshot(taking.to, taking);
    for (const taking of takings) await this.#take(taking);
    return { ok: true };
  }

  async #unstore(): Promise<void> {
    try {
      await this.#host.store([]);
    } catch {
      // The next process begins with a placement that was not reached, to the same results.
      this.unstored++;
    }
  }

  /** Has a running thread take in what a new one would start with; twice does no harm. */
  async #take({ to, ...taking }: Taking): Promise<void> {
    const { asks, isClosed, snapshotOf, waits } = this.#host;
    while (!isClosed()) {
      const taken = await asks.pull(to, (id) => ({ kind: 'take', id, ...taking }));
      if (taken !== undefined) return;
      await waits.until(() => isClosed() || snapshotOf(to) > 0);
    }
  }
}

/** What was given: portfolios, and the live bars of symbols by row. */
interface Given {
  readonly actors: PackedMap<Address, Snapshot>;
  readonly liveBars: PackedMap<number, SymbolBars>;
}

/** What one shard takes in. */
interface Taking extends Given {
  readonly to: number;
  readonly rows: readonly number[];
  readonly unopened: readonly Address[];
}

function rowsOf(moves: readonly Move[]): number[] {
  return moves.filter(({ row }) => row >= 0).map(({ row }) => row);
}

function refused(code: string, text: string): Moved {
  return { ok: false, code, text };
}

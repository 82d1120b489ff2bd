// Moves of the simulated host, as `app/shards/shard-moves.ts` makes them: between two frames.

import type { Address, Routes, Simulation, Snapshot } from '../../engine/index.js';
import type { PlacedActors } from '../app/shards/placed-actors.js';
import type { Move } from '../app/shards/shard-moves.js';
import { type PackedMap, pack, unpack } from '../roles/packed.js';
import type { FromShard, ToShard } from '../roles/shard-messages.js';

/** Pause between two looks whether the shards have come to rest. Units: microseconds. */
const LOOK_US = 100;

/** Longest wait for that. Units: microseconds. */
const REST_US_MAX = 30_000;

/** Name on the disk of where actors are. */
const PLACEMENT = 'placement';

/** What one shard takes in. */
export interface SimTaking {
  readonly to: number;
  readonly rows: readonly number[];
  readonly actors: PackedMap<Address, Snapshot>;
  /** Portfolios that are not opened: there is no state of them. */
  readonly unopened: readonly Address[];
}

/** What moves need of the host. */
export interface SimMovesOptions {
  readonly simulation: Simulation;
  readonly placed: PlacedActors;
  readonly routes: Routes;
  /** Whether one that moves has still to answer what it was asked. */
  readonly isAsked: (addresses: ReadonlySet<Address>) => boolean;
  /** Has all shards keep a snapshot at the end of what was fed, feeds nothing after it; its id. */
  readonly hold: () => number | undefined;
  /** Feeds again, and asks what was held. */
  readonly release: () => void;
  /** Whether every shard is there and has kept that snapshot. */
  readonly isKept: (snapshot: number) => boolean;
  readonly isUp: (shard: number) => boolean;
  readonly addToSnapshot: (taking: SimTaking) => void;
  readonly nextId: () => number;
  readonly tell: (shard: number, message: ToShard) => void;
  /** Where a bug may be planted: what is taken, and by whom. */
  readonly takings: (takings: readonly SimTaking[], from: number) => readonly SimTaking[];
}

/** A question to a shard: what it answered, or undefined where its thread was lost first. */
interface Asked {
  readonly shard: number;
  readonly then: (done: (FromShard & { readonly kind: 'done' }) | undefined) => void;
}

/** Moves actors, one request at a time. */
export class SimMoves {
  readonly counters = { moves: 0, moved: 0, movesRefused: 0 };
  readonly #options: SimMovesOptions;
  readonly #asked = new Map<number, Asked>();
  #addresses: ReadonlySet<Address> = new Set();
  #isMoving = false;
  #untilUs = 0;

  constructor(options: SimMovesOptions) {
    this.#options = options;
  }

  /** Whether an actor is on the move. */
  has(address: Address): boolean {
    return this.#addresses.has(address);
  }

  /** Moves actors away from a shard, all or none; nothing while another move is under way. */
  move(from: number, moves: readonly Move[]): void {
    if (this.#isMoving || moves.length === 0) return;
    this.counters.moves++;
    this.#isMoving = true;
    this.#addresses = new Set(moves.filter(({ row }) => row < 0).map(({ address }) => address));
    const { routes, simulation } = this.#options;
    routes.hold(this.#addresses);
    this.#untilUs = simulation.agenda.nowUs + REST_US_MAX;
    this.#whenAtRest(() => this.#store(from, moves));
  }

  /** A shard has said what became of a question; false where it was none of these. */
  onDone(done: FromShard & { readonly kind: 'done' }): boolean {
    const asked = this.#asked.get(done.id);
    this.#asked.delete(done.id);
    asked?.then(done);
    return asked !== undefined;
  }

  /** A shard's thread is gone. */
  lost(shard: number): void {
    for (const [id, asked] of this.#asked) {
      if (asked.shard !== shard) continue;
      this.#asked.delete(id);
      asked.then(undefined);
    }
  }

  /** Goes on once nothing is asked of those who move, and all shards have kept this place. */
  #whenAtRest(then: () => void): void {
    const { routes, isAsked, hold, isKept } = this.#options;
    let snapshot: number | undefined;
    const isAnswered = (): boolean => !routes.hasHeldUnderWay && !isAsked(this.#addresses);
    const isHolding = (): boolean => {
      snapshot = hold();
      return snapshot !== undefined;
    };
    const isAllKept = (): boolean => snapshot !== undefined && isKept(snapshot);
    this.#when(isAnswered, () => this.#when(isHolding, () => this.#when(isAllKept, then)));
  }

  /** Goes on once something holds; lets the move be where that takes too long. */
  #when(holds: () => boolean, then: () => void): void {
    const { simulation } = this.#options;
    if (holds()) then();
    else if (simulation.agenda.nowUs > this.#untilUs) this.#end(false);
    else simulation.later(LOOK_US, 'move: look', () => this.#when(holds, then));
  }

  /** What the placement will be is kept before anything is moved. */
  #store(from: number, moves: readonly Move[]): void {
    const { placed, simulation } = this.#options;
    const text = JSON.stringify(placed.after(moves).moved());
    simulation.disk.save(PLACEMENT, text, () => this.#give(from, moves));
  }

  #give(from: number, moves: readonly Move[]): void {
    const { isUp, placed, simulation } = this.#options;
    const addresses = [...this.#addresses];
    const refused = (): void => {
      simulation.disk.save(PLACEMENT, JSON.stringify(placed.placement.moved()), () => {});
      this.#end(false);
    };
    if (!isUp(from)) {
      refused();
      return;
    }
    this.#ask(
      from,
      (id) => ({ kind: 'give', id, rows: rowsOf(moves), addresses }),
      (done) => {
        if (done?.given === undefined) refused();
        else this.#place(from, moves, new Map(unpack(done.given)));
      },
    );
  }

  #place(from: number, moves: readonly Move[], known: ReadonlyMap<Address, Snapshot>): void {
    const { addToSnapshot, placed } = this.#options;
    placed.place(moves);
    const takings = Array.from(new Set(moves.map(({ to }) => to)), (to): SimTaking => {
      const mine = moves.filter((move) => move.to === to);
      const states = mine.flatMap(({ address }) => {
        const state = known.get(address);
        return state === undefined ? [] : [[address, state] as const];
      });
      const unopened = mine.flatMap(({ address, row }) =>
        row < 0 && !known.has(address) ? [address] : [],
      );
      return { to, rows: rowsOf(mine), actors: pack(states), unopened };
    });
    const planted = this.#options.takings(takings, from);
    for (const taking of planted) addToSnapshot(taking);
    let open = planted.length;
    for (const taking of planted) {
      this.#take(taking, () => {
        if (--open === 0) this.#end(true);
      });
    }
  }

  /** Has a running thread take in what a new one would start with; twice does no harm. */
  #take(taking: SimTaking, then: () => void): void {
    const { isUp, simulation } = this.#options;
    const again = (): void => {
      simulation.later(LOOK_US, 'move: take', () => this.#take(taking, then));
    };
    const { to, rows, actors, unopened } = taking;
    if (!isUp(to)) again();
    else {
      this.#ask(
        to,
        // No series of bars are declared where all of this is simulated.
        (id) => ({ kind: 'take', id, rows, actors, unopened, liveBars: pack([]) }),
        (done) => {
          if (done === undefined) again();
          else then();
        },
      );
    }
  }

  #ask(shard: number, make: (id: number) => ToShard, then: Asked['then']): void {
    const id = this.#options.nextId();
    this.#asked.set(id, { shard, then });
    this.#options.tell(shard, make(id));
  }

  #end(isMoved: boolean): void {
    if (isMoved) this.counters.moved++;
    else this.counters.movesRefused++;
    this.#isMoving = false;
    this.#addresses = new Set();
    this.#options.routes.release();
    this.#options.release();
  }
}

function rowsOf(moves: readonly Move[]): number[] {
  return moves.filter(({ row }) => row >= 0).map(({ row }) => row);
}

/** Keys of actors that are not where their hash says, as the disk has them. */
export function storedPlacement(disk: Simulation['disk']): readonly (readonly [string, number])[] {
  const text = disk.snapshot(PLACEMENT);
  // What a move stored has this shape.
  return text === undefined ? [] : (JSON.parse(text) as [string, number][]);
}

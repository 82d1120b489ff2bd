// The live bars of a shard's symbols: built by its frames, told to its owner, kept in snapshots.

import { LiveBars, rowsWithBars, type SymbolBars } from '../../actors/bars/index.js';
import type { ShardContext } from '../../engine/index.js';
import { type PackedMap, pack, unpack } from './packed.js';
import type { ShardConfig } from './shard-config.js';
import type { FromShard } from './shard-messages.js';

/** Bars told in one message: one print may draw thousands of bricks. */
const TOLD_MAX = 1_024;

/** Least time between two looks at the bars that are being made. Units: microseconds. */
const SHOW_US = 50_000;

/** What of a shard's configuration its bars follow. */
type BarsConfig = Pick<ShardConfig, 'bars' | 'barsPlan' | 'rows' | 'snapshot'>;

/** The live bars of one shard. */
export class ShardBars {
  readonly #live: LiveBars;
  /** By row: 1 where the plan has bars. */
  readonly #wanted: Uint8Array;
  readonly #context: Pick<ShardContext, 'post' | 'monotonicUs'>;
  #shownUs = Number.NEGATIVE_INFINITY;

  /** Builds the rows of a shard's configuration, from what its snapshot holds of them. */
  constructor(config: BarsConfig, context: Pick<ShardContext, 'post' | 'monotonicUs'>) {
    const { symbols } = config.bars;
    this.#live = new LiveBars(config.barsPlan.series, symbols.length);
    this.#wanted = rowsWithBars(config.barsPlan, symbols);
    this.#context = context;
    this.own(config.rows, config.snapshot?.liveBars);
  }

  /** Takes one print, in time or late. */
  // hot
  print(row: number, timeUs: number, price: number, size: number, bid: number, ask: number): void {
    if (this.#live.isBuilt[row] !== 1) return;
    this.#live.print(row, timeUs, price, size, bid, ask);
    if (this.#live.toldCount >= TOLD_MAX) this.tell();
  }

  /** The event time of a frame that every shard is sent. */
  advance(timeUs: number): void {
    this.#live.advance(timeUs);
  }

  /** Builds these rows from now on, from what was kept of them. */
  own(rows: Iterable<number>, kept: PackedMap<number, SymbolBars> | undefined): void {
    const states = new Map(kept === undefined ? [] : unpack(kept));
    for (const row of rows) if (this.#wanted[row] === 1) this.#live.add(row, states.get(row));
  }

  /** Builds these rows no more; what was built of them is given away. */
  give(rows: readonly number[]): PackedMap<number, SymbolBars> {
    const given = this.#states(rows);
    this.tell();
    for (const row of rows) this.#live.remove(row);
    return given;
  }

  /** What the builders remember, copied. */
  states(): PackedMap<number, SymbolBars> {
    // A snapshot lets the owner forget the frames before it: their bars must have been told.
    this.tell();
    return this.#states(this.#live.rows());
  }

  /** Posts the bars that were closed or amended. */
  // hot
  tell(): void {
    if (this.#live.toldCount > 0) this.#say({ kind: 'bars', told: this.#live.takeTold() });
  }

  /** Shows the bars that are being made, now and then. */
  step(): void {
    if (this.dueMs() > 0) return;
    this.#shownUs = this.#context.monotonicUs();
    this.#say({ kind: 'bars_now', now: this.#live.takeNow() });
  }

  /** Time until the bars that are being made are shown, or Infinity. Units: milliseconds. */
  dueMs(): number {
    if (!this.#live.isTouched) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.#shownUs + SHOW_US - this.#context.monotonicUs()) / 1_000;
  }

  #say(message: FromShard): void {
    this.#context.post(message);
  }

  #states(rows: readonly number[]): PackedMap<number, SymbolBars> {
    return pack(
      rows.flatMap((row) => {
        const states = this.#live.stateOf(row);
        return states === undefined ? [] : [[row, states] as const];
      }),
    );
  }
}

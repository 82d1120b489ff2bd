// Which shard each actor of the market is on: by row for prints, by address for questions.

import type { Address, Placement } from '../../../engine/index.js';
import type { Move } from './shard-moves.js';

/** Where actors are now. */
export class PlacedActors {
  /** Shard of each row, so that a print needs no hashing. */
  readonly #shardOfRow: Uint8Array;
  #placement: Placement;
  /** Rises with every move. */
  changes = 0;

  constructor(placement: Placement, symbols: readonly string[]) {
    this.#placement = placement;
    this.#shardOfRow = Uint8Array.from(symbols, (symbol) => placement.of(symbol));
  }

  /** The placement as it is. */
  get placement(): Placement {
    return this.#placement;
  }

  /** Shard of an actor of the control plane: portfolios by their place, the funnel on the first. */
  ofAddress(address: Address): number {
    return address.startsWith('funnel/') ? 0 : this.#placement.of(address);
  }

  /** Shard that owns a row. */
  // hot
  ofRow(row: number): number {
    return this.#shardOfRow[row]!;
  }

  /** Rows of a shard, ascending. */
  rowsOf(shard: number): Int32Array {
    const rows: number[] = [];
    this.#shardOfRow.forEach((owner, row) => {
      if (owner === shard) rows.push(row);
    });
    return Int32Array.from(rows);
  }

  /** What the placement will be after some moves. */
  after(moves: readonly Move[]): Placement {
    return this.#placement.with(moves.map(({ key, to }) => [key, to]));
  }

  /** Moves actors. */
  place(moves: readonly Move[]): void {
    this.#placement = this.after(moves);
    for (const { row, to } of moves) if (row >= 0) this.#shardOfRow[row] = to;
    this.changes++;
  }
}

// The levers that put actors on other shards: what may move, where to, and what is answered.

import type { Address } from '../../../engine/index.js';
import { placeKey } from '../../../engine/index.js';
import type { PullOutcome } from '../journal/lever-audit.js';
import type { Market } from '../market/market.js';
import type { Move } from '../shards/shard-moves.js';
import { isShard, noActor, noShard, partsOf } from './target.js';

/** Moves actors, or all that may move off a shard. */
export class MoveLevers {
  readonly #market: Market;

  constructor(market: Market) {
    this.#market = market;
  }

  /**
   * Moves one actor to a shard. Errors, as refusals: `supervision.unknown`,
   * `supervision.cannot_move`, `supervision.only_one_shard`, `supervision.cannot_now`,
   * `supervision.unplaced`, `shard.restarting`.
   */
  async move(address: string, to: number): Promise<PullOutcome> {
    const { shards } = this.#market;
    const found = this.#moveOf(address, to);
    if ('code' in found) return found;
    const wrong = this.#wrongNow(to);
    if (wrong !== undefined) return wrong;
    const from = this.#shardOf(found);
    if (from === to)
      return no('supervision.cannot_now', `expected ${address} elsewhere, is on shard ${to}`);
    const moved = await shards.move(from, [found]);
    if (!moved.ok) return { accepted: false, code: moved.code, text: moved.text };
    return yes(`${address} is on shard ${to} now; it was on shard ${from}`);
  }

  /** Moves everything that may move off a shard, spread over the others. Errors: as `move`. */
  async drain(from: number): Promise<PullOutcome> {
    const { shards, options, rowOf } = this.#market;
    const wrong = this.#wrongNow(from);
    if (wrong !== undefined) return wrong;
    const others = Array.from({ length: shards.count }, (_, shard) => shard).filter(
      (shard) => shard !== from,
    );
    const addresses: Address[] = [
      ...Array.from(rowOf.keys(), (symbol): Address => `symbol/${symbol}`),
      ...options.portfolios.portfolios.map(({ id }): Address => `portfolio/${id}`),
    ];
    const moves: Move[] = [];
    for (const address of addresses) {
      const move = this.#moveOf(address, 0);
      if ('code' in move || this.#shardOf(move) !== from) continue;
      moves.push({ ...move, to: others[placeKey(move.key, others.length)]! });
    }
    if (moves.length === 0)
      return no('supervision.cannot_now', `expected actors on shard ${from}, has none`);
    const moved = await shards.move(from, moves);
    if (!moved.ok) return { accepted: false, code: moved.code, text: moved.text };
    const stays = from === 0 ? '; the funnel stays, for it is where all shards meet' : '';
    return yes(`${moves.length} actors of shard ${from} are on the others now${stays}`);
  }

  /** What stands against any move to or from a shard at this moment. */
  #wrongNow(shard: number): PullOutcome | undefined {
    const { shards, state } = this.#market;
    if (shards.count === 1) {
      return no(
        'supervision.only_one_shard',
        'expected a second shard to move to; start with --shards 2',
      );
    }
    if (!isShard(shard, shards.count)) return noShard(shard, shards.count);
    // Events of the process before still wait for their place, on the shard that was given them.
    if (state === 'warming' || state === 'resuming') {
      return no(
        'supervision.cannot_now',
        `expected the market to be streaming, is ${state}; try again later`,
      );
    }
    return undefined;
  }

  #shardOf({ address, row }: Move): number {
    const { shards } = this.#market;
    return row >= 0 ? shards.placed.ofRow(row) : shards.placed.ofAddress(address);
  }

  #moveOf(address: string, to: number): Move | PullOutcome {
    const { kind, key } = partsOf(address);
    const { rowOf, options } = this.#market;
    const row = kind === 'symbol' ? rowOf.get(key) : undefined;
    if (row !== undefined) return { address: `symbol/${key}`, key, row, to };
    if (kind === 'portfolio' && options.portfolios.portfolios.some(({ id }) => id === key)) {
      return { address: `portfolio/${key}`, key: `portfolio/${key}`, row: -1, to };
    }
    if (kind === 'funnel' || kind === 'shard') {
      return no(
        'supervision.cannot_move',
        `expected a symbol or a portfolio, was ${address}; it stays`,
      );
    }
    return noActor(address);
  }
}

function yes(text: string): PullOutcome {
  return { accepted: true, code: '', text };
}

function no(code: string, text: string): PullOutcome {
  return { accepted: false, code, text };
}

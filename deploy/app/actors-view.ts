// The actor tree as operators see it, and its levers.

import { create } from '@bufbuild/protobuf';
import { SLOT } from '../../actors/market/index.js';
import type { Address } from '../../engine/index.js';
import {
  type ActorInfo,
  ActorInfoSchema,
  type ActorResponse,
  ActorResponseSchema,
  type TreeRequest,
  type TreeResponse,
  TreeResponseSchema,
} from '../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import type { Market } from './market.js';

/** Actors of a page at most, and when the request does not say. */
const PAGE_MAX = 10_000;
const PAGE_DEFAULT = 1_000;

/** Time between two looks at the shards' own actors. Units: milliseconds. */
const REFRESH_MS = 500;

/** Gathers what is known of every actor. */
export class ActorsView {
  readonly #market: Market;
  readonly #state: Float64Array;
  #control: ActorInfo[] = [];
  #refreshedMs = 0;
  #isRefreshing = false;
  #stamp = 1;

  constructor(market: Market) {
    this.#market = market;
    this.#state = new Float64Array(market.memory.state);
    this.#refresh();
  }

  /** Rises with every look at the shards; looking is what callers start by asking. */
  stamp(): number {
    this.#refresh();
    return this.#stamp;
  }

  /** A page of the tree. */
  tree(request: TreeRequest): TreeResponse {
    this.#refresh();
    const all = [...this.#shards(), ...this.#control, ...this.#symbols()].filter(
      (actor) =>
        (request.match === '' || actor.address.includes(request.match)) &&
        (request.below === '' || actor.address === request.below || actor.parent === request.below),
    );
    const limit = Math.min(PAGE_MAX, request.limit || PAGE_DEFAULT);
    return create(TreeResponseSchema, {
      actors: all.slice(request.offset, request.offset + limit),
      total: all.length,
      stamp: this.#stamp,
    });
  }

  /** Restarts an actor; a symbol's state lives in its shard, which is restarted for it. */
  async restart(address: string): Promise<ActorResponse> {
    const shard = this.#shardOf(address);
    if (shard === undefined) return unknown(address);
    if (address.startsWith('shard/') || address.startsWith('symbol/')) {
      this.#market.shards.kill(shard);
      return accepted(`shard ${shard} is being replaced; its actors come back with their state`);
    }
    const done = await this.#market.shards.lever('restart', address as Address);
    return done ? accepted(`${address} is being restarted`) : unknown(address);
  }

  /** Stops a portfolio actor until it is restarted. */
  async stop(address: string): Promise<ActorResponse> {
    if (this.#shardOf(address) === undefined) return unknown(address);
    if (!address.startsWith('portfolio/')) {
      return create(ActorResponseSchema, {
        accepted: false,
        code: 'supervision.cannot_stop',
        text: `expected a portfolio, was ${address}: the market would stand still without it; restart it instead`,
      });
    }
    const done = await this.#market.shards.lever('stop', address as Address);
    return done ? accepted(`${address} is stopped`) : unknown(address);
  }

  #shardOf(address: string): number | undefined {
    const [kind, key = ''] = address.split('/', 2);
    const { shards, rowOf, options } = this.#market;
    if (kind === 'shard') {
      const shard = Number(key);
      return /^\d+$/.test(key) && shard < shards.count ? shard : undefined;
    }
    if (kind === 'symbol') {
      const row = rowOf.get(key);
      return row === undefined ? undefined : shards.shardOfRow(row);
    }
    const known =
      (kind === 'portfolio' && options.portfolios.portfolios.some(({ id }) => id === key)) ||
      (kind === 'funnel' && key === options.funnel.name);
    // The address has just been matched with an actor's.
    return known ? this.#market.shardOf(address as Address) : undefined;
  }

  #refresh(): void {
    if (this.#isRefreshing || Date.now() - this.#refreshedMs < REFRESH_MS) return;
    this.#isRefreshing = true;
    const { shards } = this.#market;
    const looks = Array.from({ length: shards.count }, (_, shard) =>
      shards.tree(shard).then((actors) =>
        actors.map((actor) =>
          create(ActorInfoSchema, {
            address: actor.address,
            parent: `shard/${shard}`,
            state: actor.state,
            shard,
            mailbox: actor.mailbox,
            turns: BigInt(actor.turns),
            restarts: actor.restarts,
            lastFailure: actor.lastFailure,
          }),
        ),
      ),
    );
    void Promise.all(looks).then((pages) => {
      this.#control = pages.flat();
      this.#refreshedMs = Date.now();
      this.#isRefreshing = false;
      this.#stamp++;
    });
  }

  #shards(): ActorInfo[] {
    const { shards } = this.#market;
    return Array.from({ length: shards.count }, (_, shard) =>
      create(ActorInfoSchema, {
        address: `shard/${shard}`,
        state: 'running',
        shard,
        restarts: shards.restartsOf(shard),
      }),
    );
  }

  #symbols(): ActorInfo[] {
    const { file, stride, shards } = this.#market;
    return file.bars.symbols.map((symbol, row) => {
      const shard = shards.shardOfRow(row);
      return create(ActorInfoSchema, {
        address: `symbol/${symbol}`,
        parent: `shard/${shard}`,
        state: 'running',
        shard,
        turns: BigInt(this.#state[row * stride + SLOT.prints]!),
      });
    });
  }
}

function accepted(text: string): ActorResponse {
  return create(ActorResponseSchema, { accepted: true, text });
}

function unknown(address: string): ActorResponse {
  return create(ActorResponseSchema, {
    accepted: false,
    code: 'supervision.unknown',
    text: `expected the address of an actor, was "${address.slice(0, 80)}"`,
  });
}

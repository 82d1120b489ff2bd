// The actor tree and the quarantine as operators see them: searched, sorted, a page at a time.

import { create } from '@bufbuild/protobuf';
import {
  ActorInfoSchema,
  type QuarantinedMessage,
  QuarantinedMessageSchema,
  type QuarantineRequest,
  type QuarantineResponse,
  QuarantineResponseSchema,
  type TreeRequest,
  type TreeResponse,
  TreeResponseSchema,
} from '../../../proto/gen/sluice/supervision/v1/supervision_pb.js';
import { no } from '../answers.js';
import type { Market } from '../market/market.js';
import type { Answer } from '../port.js';
import type { ActorRow } from './actor-row.js';
import { ActorRows } from './actor-rows.js';

/** Actors of a page at most, and when the request does not say. */
const PAGE_MAX = 10_000;
const PAGE_DEFAULT = 1_000;

/** Longest wait for a look at the shards. Units: milliseconds. */
const LOOK_MS_MAX = 1_000;

/** Messages of a page at most, and when the request does not say. */
const MESSAGES_MAX = 1_000;
const MESSAGES_DEFAULT = 100;

/** Longest failure that is sent; stacks are shorter. Units: characters. */
const FAILURE_MAX = 4_000;

/** Which of two rows comes first, by the name of the order; `tree` is the order they lie in. */
const ORDERS: Readonly<Record<string, (a: ActorRow, b: ActorRow) => number>> = {
  address: (a, b) => byText(a.address, b.address),
  state: (a, b) => byText(a.state, b.state),
  shard: (a, b) => a.shard - b.shard,
  mailbox: (a, b) => b.mailbox - a.mailbox,
  age: (a, b) => b.mailboxAgeMs - a.mailboxAgeMs,
  turns: (a, b) => b.turns - a.turns,
  rate: (a, b) => b.turnsPerSecond - a.turnsPerSecond,
  restarts: (a, b) => b.restarts - a.restarts,
  quarantined: (a, b) => b.quarantined - a.quarantined,
};

/** Every state that an actor is shown in, as the runtime and the view name them. */
const STATES: readonly string[] = [
  'running',
  'passive',
  'suspended',
  'stopped',
  'stopping',
  'saving',
  'recovering',
  'restarting',
];

/** Gathers what is known of every actor. */
export class ActorsView {
  readonly #market: Market;
  readonly #rows: ActorRows;

  constructor(market: Market) {
    this.#market = market;
    this.#rows = new ActorRows(market);
  }

  /** Rises with every look at the shards; looking is what callers start by asking. */
  stamp(): number {
    this.#rows.look();
    return this.#rows.stamp;
  }

  /** State of an actor as of the last look; undefined when there is none of that address. */
  stateOf(address: string): string | undefined {
    return this.#rows.all.find((row) => row.address === address)?.state;
  }

  /**
   * Resolves once the tree is as of now: nobody may have looked for hours. After a second it is as
   * of the last look, for a shard that hangs tells nothing.
   */
  async looked(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LOOK_MS_MAX);
    });
    await Promise.race([this.#rows.lookAnew(), late]);
    clearTimeout(timer);
  }

  /**
   * A page of the tree as of the last look; those who watch have it looked at again. Errors:
   * `supervision.bad_sort`, `supervision.bad_state`.
   */
  tree(request: TreeRequest): Answer<TreeResponse> {
    this.#rows.look();
    const { sort = 'tree', match, state, below } = request;
    const order = Object.hasOwn(ORDERS, sort) ? ORDERS[sort] : undefined;
    if (order === undefined && sort !== '' && sort !== 'tree') {
      const names = ['tree', ...Object.keys(ORDERS)].join(', ');
      return no('supervision.bad_sort', `expected one of ${names}, was "${sort.slice(0, 32)}"`);
    }
    if (state !== '' && !STATES.includes(state)) {
      const text = `expected one of ${STATES.join(', ')}, was "${state.slice(0, 32)}"`;
      return no('supervision.bad_state', text);
    }
    const within = below === '' ? this.#rows.all : this.#below(below);
    const found = within.filter(
      (row) =>
        (match === '' || row.address.includes(match)) && (state === '' || row.state === state),
    );
    // Sorting keeps the order of the tree among equals.
    if (order !== undefined) found.sort(order);
    if (request.reverse) found.reverse();
    const limit = Math.min(PAGE_MAX, request.limit || PAGE_DEFAULT);
    const value = create(TreeResponseSchema, {
      actors: found.slice(request.offset, request.offset + limit).map(infoOf),
      total: found.length,
      stamp: this.#rows.stamp,
    });
    return { ok: true, value };
  }

  /** A page of the messages that were put aside, on all shards. */
  async quarantine(request: QuarantineRequest): Promise<QuarantineResponse> {
    const { shards } = this.#market;
    const address = request.address === '' ? undefined : request.address;
    const found: QuarantinedMessage[] = [];
    let dropped = 0;
    for (let shard = 0; shard < shards.count; shard++) {
      // An address that is none matches nothing.
      const page = await shards.asks.quarantine(
        shard,
        address as `${string}/${string}` | undefined,
      );
      dropped += page?.dropped ?? 0;
      for (const { item, ...message } of page?.items ?? []) {
        const id = `${shard}-${item}`;
        found.push(
          create(QuarantinedMessageSchema, { ...message, id, failures: [...message.failures] }),
        );
      }
    }
    const limit = Math.min(MESSAGES_MAX, request.limit || MESSAGES_DEFAULT);
    return create(QuarantineResponseSchema, {
      messages: found.slice(request.offset, request.offset + limit),
      total: found.length,
      dropped,
    });
  }

  /** An actor and everything below it: what follows it and lies deeper. */
  #below(address: string): readonly ActorRow[] {
    const { all } = this.#rows;
    const first = all.findIndex((row) => row.address === address);
    if (first < 0) return [];
    let end = first + 1;
    while (end < all.length && all[end]!.depth > all[first]!.depth) end++;
    return all.slice(first, end);
  }
}

function infoOf({
  waitingSinceMs: _since,
  counted: _counted,
  turns,
  lastFailure,
  ...row
}: ActorRow) {
  return create(ActorInfoSchema, {
    ...row,
    turns: BigInt(turns),
    lastFailure: lastFailure.slice(0, FAILURE_MAX),
  });
}

function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

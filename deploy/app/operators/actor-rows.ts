// Every actor as a row of figures, looked at anew twice a second while anybody watches.

import { SLOT } from '../../../actors/market/index.js';
import type { ActorView, Address } from '../../../engine/index.js';
import type { Market } from '../market/market.js';
import type { ShardTree } from '../shards/shard-asks.js';
import { type ActorRow, type Look, newRow, note } from './actor-row.js';

/** Time between two looks at the shards. Units: milliseconds. */
const REFRESH_MS = 500;

/** The rows, in the order of the tree. */
export class ActorRows {
  readonly #market: Market;
  readonly #state: Float64Array;
  readonly #shards: readonly ActorRow[];
  /** By shard. */
  #symbols: readonly (readonly SymbolRow[])[];
  /** Moves that the rows show. */
  #placements = 0;
  readonly #control = new Map<string, ActorRow>();
  #order: readonly ActorRow[] = [];
  #lookedMs = 0;
  /** The look under way, and the one behind it that was asked for meanwhile. */
  #looking: Promise<void> | undefined;
  #next: Promise<void> | undefined;
  #stamp = 1;

  constructor(market: Market) {
    this.#market = market;
    this.#state = new Float64Array(market.memory.state);
    const { shards, file } = market;
    const numbers = Array.from({ length: shards.count }, (_, shard) => shard);
    this.#shards = numbers.map((shard) => newRow(`shard/${shard}`, shard));
    const symbols = file.bars.symbols.map((symbol, index) => {
      const shard = shards.placed.ofRow(index);
      return { row: newRow(`symbol/${symbol}`, shard, `shard/${shard}`), index };
    });
    this.#symbols = numbers.map((shard) => symbols.filter(({ row }) => row.shard === shard));
    for (const { id } of market.options.portfolios.portfolios) this.#addControl(`portfolio/${id}`);
    this.#addControl(`funnel/${market.options.funnel.name}`);
    this.#arrange();
    this.look();
  }

  /** Rises with every look at the shards. */
  get stamp(): number {
    return this.#stamp;
  }

  /** All rows, children below their parents. */
  get all(): readonly ActorRow[] {
    return this.#order;
  }

  /** Looks at the shards again if the last look is old. */
  look(): void {
    const isOld = Date.now() - this.#lookedMs >= REFRESH_MS;
    if (this.#looking === undefined && isOld) void this.#begin();
  }

  /** Looks at the shards after this call, whenever that was done last; one look for all who ask. */
  lookAnew(): Promise<void> {
    if (this.#looking === undefined) return this.#begin();
    // The one under way may have seen what was before.
    this.#next ??= this.#looking.then(() => {
      this.#next = undefined;
      return this.#looking ?? this.#begin();
    });
    return this.#next;
  }

  #begin(): Promise<void> {
    const { shards } = this.#market;
    const trees = this.#shards.map(({ shard }) => shards.asks.tree(shard));
    this.#looking = Promise.all(trees).then((seen) => this.#update(seen));
    return this.#looking;
  }

  /** Shows where actors are since the last move. */
  #place(): void {
    const { shards } = this.#market;
    if (this.#placements === shards.placed.changes) return;
    this.#placements = shards.placed.changes;
    const symbols = this.#symbols.flat();
    for (const { row, index } of symbols) put(row, shards.placed.ofRow(index));
    symbols.sort((a, b) => a.index - b.index);
    this.#symbols = this.#shards.map(({ shard }) =>
      symbols.filter(({ row }) => row.shard === shard),
    );
    // Rows were made of addresses: each has its kind in front.
    for (const row of this.#control.values())
      put(row, shards.placed.ofAddress(row.address as Address));
  }

  #update(trees: readonly (ShardTree | undefined)[]): void {
    const nowMs = Date.now();
    const look = { nowMs, sinceMs: this.#lookedMs === 0 ? 0 : nowMs - this.#lookedMs };
    const present = new Set<string>();
    this.#place();
    trees.forEach((tree, shard) => {
      this.#updateShard(shard, tree, look);
      for (const view of tree?.actors ?? []) {
        present.add(view.address);
        updateActor(this.#addControl(view.address, shard), view, look);
      }
      for (const row of this.#control.values()) {
        if (row.shard !== shard || present.has(row.address)) continue;
        // What a thread that is being replaced holds is not known; else it has left memory.
        row.state = tree === undefined ? 'recovering' : 'passive';
        note(row, { mailbox: 0, counted: row.counted }, look);
      }
    });
    this.#arrange();
    this.#lookedMs = nowMs;
    this.#looking = undefined;
    this.#stamp++;
  }

  #updateShard(shard: number, tree: ShardTree | undefined, look: Look): void {
    const row = this.#shards[shard]!;
    const { frames, isReplaying, lastFailure, restarts } = this.#market.shards.look(shard);
    row.state = isReplaying ? 'recovering' : 'running';
    row.restarts = restarts;
    row.lastFailure = lastFailure;
    if (tree === undefined) return;
    row.turnUsP99 = tree.turnUsP99;
    row.quarantined = tree.actors.reduce((sum, { quarantined }) => sum + quarantined, 0);
    note(row, { mailbox: frames, counted: tree.counters.turns + tree.prints }, look);
    for (const symbol of this.#symbols[shard]!) {
      const prints = this.#state[symbol.index * this.#market.stride + SLOT.prints]!;
      // A thread that was replaced goes through the prints since its snapshot again.
      const counted = Math.max(prints, symbol.row.counted);
      note(symbol.row, { mailbox: 0, counted }, look);
    }
  }

  #addControl(address: string, shard?: number): ActorRow {
    const known = this.#control.get(address);
    if (known !== undefined) return known;
    // Addresses come from the configuration or from a shard: each has its kind in front.
    const home = shard ?? this.#market.shardOf(address as `${string}/${string}`);
    const row = newRow(address, home, `shard/${home}`);
    this.#control.set(address, row);
    return row;
  }

  #arrange(): void {
    const below = new Map<string, ActorRow[]>();
    for (const row of this.#control.values()) {
      const siblings = below.get(row.parent);
      if (siblings === undefined) below.set(row.parent, [row]);
      else siblings.push(row);
    }
    const order: ActorRow[] = [];
    const add = (row: ActorRow, depth: number): void => {
      row.depth = depth;
      order.push(row);
      for (const child of below.get(row.address) ?? []) add(child, depth + 1);
    };
    for (const shard of this.#shards) {
      add(shard, 0);
      for (const { row } of this.#symbols[shard.shard]!) add(row, 1);
    }
    this.#order = order;
  }
}

interface SymbolRow {
  readonly row: ActorRow;
  /** Row of the market. */
  readonly index: number;
}

/** Puts a row below a shard, unless it is a child of an actor. */
function put(row: ActorRow, shard: number): void {
  row.shard = shard;
  if (row.parent.startsWith('shard/')) row.parent = `shard/${shard}`;
}

function updateActor(row: ActorRow, view: ActorView, look: Look): void {
  if (view.parent !== '') row.parent = view.parent;
  row.state = view.state;
  row.restarts = view.restarts;
  row.turnUsP99 = view.turnUsP99;
  row.lastFailure = view.lastFailure;
  row.quarantined = view.quarantined;
  note(row, { mailbox: view.mailbox, counted: view.turns }, look);
}

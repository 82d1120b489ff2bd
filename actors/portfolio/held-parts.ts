// The parts of all lots that one owner has, by lot; those acquired lately, by what they replace.

import { type Lot, sizeOf } from '../lots/index.js';
import type { LotPosition } from './account.js';
import type { RealisedGain } from './account-trade.js';
import { WASH_DAYS } from './wash.js';
import { type Part, replacesOf, rescale, sharesEach, takeParts } from './wash-parts.js';

/** Open shares that carry disallowed losses. Units: millionths; days since 1970-01-01. */
export interface CarryingLot {
  /** Whose books it stands in. */
  readonly account: string;
  readonly symbol: string;
  readonly lotId: string;
  /** Signed as the lot; of an option contracts. */
  readonly quantity: bigint;
  readonly carried: bigint;
  readonly heldFromDay: number;
}

/** Positions after an event, by symbol, of what it may have touched. */
export type Touched = ReadonlyMap<string, LotPosition | undefined>;

/** What of a part its acquisition says. */
export type Acquired = Pick<
  Part,
  'openedDay' | 'heldFromDay' | 'size' | 'carried' | 'canReplace'
> & {
  /** Of a trade, a share. */
  readonly price?: bigint;
};

/**
 * The parts that are held: those of a lot stand in the order in which they are sold, and together
 * have the size of the lot once an event has been followed.
 */
export class HeldParts {
  readonly #parts = new Map<string, Part[]>();
  /** What was acquired in the last thirty days, by what it replaces. */
  readonly #recent = new Map<string, Part[]>();

  /** What may replace a loss of `what` that is realised now, first what was acquired first. */
  recent(what: string): readonly Part[] {
    return this.#recent.get(what) ?? [];
  }

  /** Shares that a lot's parts have. */
  sizeOf(account: string, symbol: string, lotId: string): bigint {
    return total(this.#parts.get(keyOf(account, symbol, lotId)) ?? []);
  }

  /** Adds what a lot has more than before. */
  add(account: string, symbol: string, lot: Lot, { price, ...part }: Acquired): Part {
    const sign = lot.quantity < 0n ? -1n : 1n;
    const replaces = replacesOf(symbol, sign, price);
    const added: Part = { account, symbol, lotId: lot.id, sign, replaces, ...part };
    listOf(this.#parts, keyOf(account, symbol, lot.id)).push(added);
    if (!part.canReplace) return added;
    for (const what of replaces) {
      const recent = listOf(this.#recent, what);
      while (recent[0] !== undefined && recent[0].openedDay < part.openedDay - WASH_DAYS) {
        recent.shift();
      }
      recent.push(added);
    }
    return added;
  }

  /** Takes what has left its lot without a gain: contracts exercised, shares delivered. */
  takeLeaving(account: string, gains: readonly RealisedGain[], after: Touched): Part[] {
    const moving: Part[] = [];
    for (const [symbol, position] of after) {
      const each = sharesEach(symbol);
      for (const [key, parts] of this.#parts) {
        if (parts[0]?.symbol !== symbol || parts[0].account !== account) continue;
        const { lotId } = parts[0];
        const lot = position?.lots.find(({ id }) => id === lotId);
        const sold = gains.filter((gain) => keyOf(account, gain.symbol, gain.lotId) === key);
        const kept = [...sold, ...(lot === undefined ? [] : [lot])];
        const expected = kept.reduce((sum, { quantity }) => sum + sizeOf(quantity) * each, 0n);
        const held = total(parts);
        if (held > expected) moving.push(...takeParts(parts, held - expected));
      }
    }
    return moving;
  }

  /** Takes the first of a lot's parts, as far as the size goes: they were sold. */
  takeSold(account: string, symbol: string, lotId: string, size: bigint): readonly Part[] {
    const key = keyOf(account, symbol, lotId);
    const parts = listOf(this.#parts, key);
    const sold = takeParts(parts, size);
    if (parts.length === 0) this.#parts.delete(key);
    return sold;
  }

  /** Puts what was split off a part before it, or in its place where nothing is left of it. */
  put(part: Part, carrying: Part): void {
    const parts = listOf(this.#parts, keyOf(part.account, part.symbol, part.lotId));
    const at = parts.indexOf(part);
    parts.splice(at, part.size === 0n ? 1 : 0, carrying);
  }

  /** Restates an account's parts after a split; a contract whose name changes keeps its parts. */
  restate(account: string, after: Touched): void {
    const lots = new Map<string, readonly [symbol: string, lot: Lot]>();
    for (const [symbol, position] of after) {
      for (const lot of position?.lots ?? []) lots.set(lot.id, [symbol, lot]);
    }
    for (const [key, parts] of [...this.#parts]) {
      const [first] = parts;
      if (first?.account !== account || !after.has(first.symbol)) continue;
      const [symbol, lot] = lots.get(first.lotId) ?? [];
      if (symbol === undefined || lot === undefined) continue;
      rescale(parts, sizeOf(lot.quantity) * sharesEach(symbol));
      if (symbol === first.symbol) continue;
      this.#parts.delete(key);
      for (const part of parts) part.symbol = symbol;
      this.#parts.set(keyOf(account, symbol, lot.id), parts);
    }
  }

  /** What open shares of an account carry. */
  carrying(account: string): readonly CarryingLot[] {
    return [...this.#parts.values()].flat().flatMap((part) => {
      const { symbol, lotId, sign, size, carried, heldFromDay } = part;
      if (carried === 0n || part.account !== account) return [];
      const quantity = (sign * size) / sharesEach(symbol);
      return [{ account, symbol, lotId, quantity, carried, heldFromDay }];
    });
  }
}

function keyOf(account: string, symbol: string, lotId: string): string {
  return `${account} ${symbol} ${lotId}`;
}

function listOf(lists: Map<string, Part[]>, key: string): Part[] {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const made: Part[] = [];
  lists.set(key, made);
  return made;
}

function total(parts: readonly Part[]): bigint {
  return parts.reduce((sum, { size }) => sum + size, 0n);
}

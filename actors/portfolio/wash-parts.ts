// Parts of lots that are alike for tax: what each carries, and what it may still replace.

import { shareOf } from '../lots/index.js';
import { contractOf } from '../options/index.js';
import { WASH_DAYS } from './wash.js';

/** Part of a lot. Units: shares, of a contract those it is for, in millionths. */
export interface Part {
  /** Whose books it stands in. */
  readonly account: string;
  symbol: string;
  readonly lotId: string;
  /** Below zero of what is owed. */
  readonly sign: bigint;
  /** What losses its acquisition replaces: see `WashBook`. */
  readonly replaces: readonly string[];
  /** Units: days since 1970-01-01, as of a lot. */
  readonly openedDay: number;
  heldFromDay: number;
  size: bigint;
  /** Losses disallowed before that are part of its basis; 0 or more. */
  carried: bigint;
  /** False once it has replaced something, and of what was not bought: each share does once. */
  canReplace: boolean;
}

/** A loss that later purchases may still replace. */
export interface OpenLoss {
  /** Whose books it was realised in. */
  readonly account: string;
  /** What of: `replaces` of a part that replaces it has the same. */
  readonly what: string;
  readonly lotId: string;
  readonly day: number;
  /** How long what was sold had been held. Units: days. */
  readonly heldDays: number;
  sizeLeft: bigint;
  /** Positive. */
  lossLeft: bigint;
  /** Day of the last split that it was restated for; NaN before any. */
  splitDay: number;
}

/** Of its strike: a put written for so much counts as sure to be assigned. */
const SURE_PUT_SHARE = 4n;

/** What a loss is of: shares held, or owed. */
export function whatOf(symbol: string, sign: bigint): string {
  return `${symbol} ${sign > 0n ? 'held' : 'owed'}`;
}

/** What losses an acquisition replaces; `price` is that of a trade, a share. */
export function replacesOf(symbol: string, sign: bigint, price?: bigint): readonly string[] {
  const own = whatOf(symbol, sign);
  const contract = contractOf(symbol);
  if (contract === undefined || contract.isAdjusted) return [own];
  const { type, strike, underlying } = contract;
  const isSurePut = type === 'put' && sign < 0n && (price ?? 0n) * SURE_PUT_SHARE >= strike;
  const mayBuy = type === 'call' ? sign > 0n : isSurePut;
  return mayBuy ? [own, whatOf(underlying, 1n)] : [own];
}

/** Shares that one unit of a position is for. */
export function sharesEach(symbol: string): bigint {
  return contractOf(symbol)?.multiplier ?? 1n;
}

/** Takes the first of a lot's parts, as far as the size goes. Changes `parts`. */
export function takeParts(parts: Part[], size: bigint): readonly Part[] {
  const taken: Part[] = [];
  let left = size;
  while (left > 0n && parts[0] !== undefined) {
    const [first] = parts;
    if (first.size <= left) {
      left -= first.size;
      taken.push({ ...first });
      // Whoever looks for replacements finds nothing left of it.
      first.size = 0n;
      parts.shift();
      continue;
    }
    const carried = shareOf(first.carried, left, first.size);
    taken.push({ ...first, size: left, carried });
    first.size -= left;
    first.carried -= carried;
    left = 0n;
  }
  return taken;
}

/** Sizes of parts after a split, in proportion and to the last unit. */
export function rescale(parts: readonly Part[], size: bigint): void {
  let whole = parts.reduce((sum, part) => sum + part.size, 0n);
  let left = size;
  for (const part of parts) {
    const own = shareOf(left, part.size, whole);
    whole -= part.size;
    left -= own;
    part.size = own;
  }
}

/**
 * Lets a part replace what it can of a loss: that much of it moves into its basis, and the time
 * that was held into its holding period. Returns what was disallowed, and the part that carries
 * it, which is split off where it is smaller; undefined where it replaces nothing.
 * Source: 26 USC 1091(a), (d), 1223(3); 26 CFR 1.1091-1(c) to (e); Rev. Rul. 56-602 (one lot).
 */
export function replace(
  part: Part,
  loss: OpenLoss,
): { readonly disallowed: bigint; readonly carrying: Part } | undefined {
  const isNear = Math.abs(part.openedDay - loss.day) <= WASH_DAYS;
  const isOneLot = part.lotId === loss.lotId && part.account === loss.account;
  if (!part.canReplace || part.size === 0n || isOneLot || !isNear) return undefined;
  const size = part.size < loss.sizeLeft ? part.size : loss.sizeLeft;
  const disallowed = shareOf(loss.lossLeft, size, loss.sizeLeft);
  const before = shareOf(part.carried, size, part.size);
  part.size -= size;
  part.carried -= before;
  loss.sizeLeft -= size;
  loss.lossLeft -= disallowed;
  const heldFromDay = part.openedDay - loss.heldDays;
  const carrying = { ...part, size, carried: before + disallowed, heldFromDay, canReplace: false };
  return { disallowed, carrying };
}

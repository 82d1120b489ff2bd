// Books for tax beside the books: losses of wash sales moved into what replaced the shares.

import { type Lot, shareOf, sizeOf, termOf } from '../lots/index.js';
import { contractOf } from '../options/index.js';
import type { LotPosition } from './account.js';
import type { AccountEvent, SharesSplit } from './account-event.js';
import type { RealisedGain } from './account-trade.js';
import { WASH_DAYS } from './wash.js';
import { type OpenLoss, type Part, replace, rescale, takeParts } from './wash-parts.js';

/** A gain as the tax knows it, of one lot's shares that are alike. Units: millionths. */
export interface TaxedGain extends RealisedGain {
  /** Whose books realised it. */
  readonly account: string;
  /** Losses disallowed before that are part of its basis; 0 or more. */
  readonly carried: bigint;
  /** What of its loss is disallowed; 0 or more. */
  readonly disallowed: bigint;
  /** `gain` less `carried`, and with `disallowed` again. */
  readonly recognised: bigint;
}

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

/** Of its strike: a put written for so much counts as sure to be assigned. */
const SURE_PUT_SHARE = 4n;

/** Events by which shares or contracts leave their lots without a gain. */
const LEAVING: ReadonlySet<AccountEvent['kind']> = new Set([
  'lots_delivered',
  'option_ended',
  'option_settled',
]);

type Row = { -readonly [Name in keyof TaxedGain]: TaxedGain[Name] };

/**
 * Follows the books of one owner, event by event: what one account sells at a loss, another's
 * purchase replaces. A loss is disallowed share by share as what replaces it was
 * acquired in the thirty days before or is in the thirty after: of shares sold, shares bought (by
 * exercise or assignment too), calls bought on them, and puts written that are sure to be assigned;
 * of an option, the same option; of a short sale covered, another short sale. The loss stays with
 * the replacement: through its exercise, and until it is sold. What is a sure put is a judgement:
 * no rule gives a number, and a premium of a quarter of the strike is far in the money.
 * Source: 26 USC 1091(a), (d), (e); Rev. Rul. 85-87 (puts); IRS Publication 550, "Wash Sales".
 */
export class WashBook {
  /** In order of closing. */
  readonly rows: Row[] = [];
  readonly #parts = new Map<string, Part[]>();
  /** What was acquired in the last thirty days, by what it replaces. */
  readonly #recent = new Map<string, Part[]>();
  #losses: (OpenLoss & { readonly row: Row })[] = [];
  readonly #delivered = new Map<string, bigint>();

  /** Takes what an account has before its first event; none of it is known to carry anything. */
  open(account: string, positions: ReadonlyMap<string, LotPosition>): void {
    for (const [symbol, { lots }] of positions) {
      for (const lot of lots) {
        const { openedDay, heldFromDay } = lot;
        const size = sizeOf(lot.quantity) * sharesEach(symbol);
        const part = { openedDay, heldFromDay, size, carried: 0n, canReplace: true };
        this.#add(account, symbol, lot, part);
      }
    }
  }

  /** What shares of an account carried that were delivered elsewhere. Units: millionths. */
  delivered(account: string): bigint {
    return this.#delivered.get(account) ?? 0n;
  }

  /** Follows one event that an account's books have taken, and what it has realised. */
  take(account: string, event: AccountEvent, gains: readonly RealisedGain[], after: Touched): void {
    const oldest = event.day - WASH_DAYS;
    this.#losses = this.#losses.filter(({ day, sizeLeft }) => day >= oldest && sizeLeft > 0n);
    if (event.kind === 'shares_split') this.#split(account, event, after);
    const moving = LEAVING.has(event.kind) ? this.#leaving(account, gains, after) : [];
    // What is sold together does not replace each other: all of it goes before any is judged.
    const sold = gains.flatMap((gain) => this.#realise(account, gain, moving));
    for (const { row, part } of sold) if (row.recognised < 0n) this.#disallow(row, part);
    if (event.kind === 'lots_delivered') {
      const carried = moving.reduce((sum, one) => sum + one.carried, this.delivered(account));
      this.#delivered.set(account, carried);
      return;
    }
    for (const [symbol, position] of after) {
      for (const lot of position?.lots ?? []) this.#grow({ account, event, symbol, lot }, moving);
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

  #add(account: string, symbol: string, lot: Lot, { price, ...part }: Acquired): Part {
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
  #leaving(account: string, gains: readonly RealisedGain[], after: Touched): Part[] {
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
        const held = parts.reduce((sum, { size }) => sum + size, 0n);
        if (held > expected) moving.push(...takeParts(parts, held - expected));
      }
    }
    return moving;
  }

  /** Tells a gain of alike shares apart; what moves with them by an exercise is theirs to bear. */
  #realise(
    account: string,
    gain: RealisedGain,
    moving: Part[],
  ): { readonly row: Row; readonly part: Part }[] {
    const told: { readonly row: Row; readonly part: Part }[] = [];
    const each = sharesEach(gain.symbol);
    const key = keyOf(account, gain.symbol, gain.lotId);
    const parts = listOf(this.#parts, key);
    let { proceeds, cost } = gain;
    let whole = sizeOf(gain.quantity) * each;
    for (const part of takeParts(parts, whole)) {
      const own = {
        proceeds: shareOf(proceeds, part.size, whole),
        cost: shareOf(cost, part.size, whole),
      };
      proceeds -= own.proceeds;
      cost -= own.cost;
      whole -= part.size;
      const moved = takeParts(moving, part.size);
      const carried = moved.reduce((sum, one) => sum + one.carried, part.carried);
      const quantity = (part.sign * part.size) / each;
      const { lotId, openedDay, closedDay } = gain;
      const { heldFromDay } = part;
      const term = termOf({ lotId, openedDay, heldFromDay, quantity, cost: own.cost }, closedDay);
      const raw = own.proceeds - own.cost;
      const recognised = raw - carried;
      const row = {
        ...gain,
        account,
        ...own,
        quantity,
        gain: raw,
        term,
        carried,
        disallowed: 0n,
        recognised,
      };
      this.rows.push(row);
      told.push({ row, part });
    }
    if (parts.length === 0) this.#parts.delete(key);
    return told;
  }

  /** Looks for what replaces a loss already, and remembers what of it may be replaced yet. */
  #disallow(row: Row, { account, symbol, lotId, sign, heldFromDay, size }: Part): void {
    const loss = {
      account,
      what: whatOf(symbol, sign),
      lotId,
      day: row.closedDay,
      heldDays: row.closedDay - heldFromDay,
      sizeLeft: size,
      lossLeft: -row.recognised,
      splitDay: Number.NaN,
      row,
    };
    for (const part of this.#recent.get(loss.what) ?? []) this.#replace(part, loss);
    if (loss.sizeLeft > 0n) this.#losses.push(loss);
  }

  #replace(part: Part, loss: OpenLoss & { readonly row: Row }): void {
    const replaced = loss.sizeLeft === 0n ? undefined : replace(part, loss);
    if (replaced === undefined) return;
    loss.row.disallowed += replaced.disallowed;
    loss.row.recognised += replaced.disallowed;
    const parts = listOf(this.#parts, keyOf(part.account, part.symbol, part.lotId));
    const at = parts.indexOf(part);
    parts.splice(at, part.size === 0n ? 1 : 0, replaced.carrying);
  }

  /** Adds what a lot has more than before; by an exercise it is what the contracts were. */
  #grow({ account, event, symbol, lot }: Grown, moving: Part[]): void {
    const each = sharesEach(symbol);
    const held = this.#parts.get(keyOf(account, symbol, lot.id)) ?? [];
    let more = sizeOf(lot.quantity) * each - held.reduce((sum, { size }) => sum + size, 0n);
    const { openedDay } = lot;
    for (const { size, carried, canReplace, ...was } of more > 0n ? takeParts(moving, more) : []) {
      more -= size;
      const heldFromDay = openedDay - (was.openedDay - was.heldFromDay);
      const part = { openedDay, heldFromDay, size, carried, canReplace };
      this.#acquire(this.#add(account, symbol, lot, part));
    }
    if (more <= 0n) return;
    const canReplace = event.kind !== 'lot_received';
    const { heldFromDay } = lot;
    const part = { openedDay, heldFromDay, size: more, carried: 0n, canReplace };
    const price = event.kind === 'traded' ? { price: event.price } : {};
    this.#acquire(this.#add(account, symbol, lot, { ...part, ...price }));
  }

  /** Lets what was just acquired replace the losses of the thirty days before. */
  #acquire(part: Part): void {
    for (const loss of this.#losses) {
      if (part.replaces.includes(loss.what)) this.#replace(part, loss);
    }
  }

  /** Restates shares, contracts and open losses; a contract whose name changes keeps its parts. */
  #split(
    account: string,
    { symbol: stock, newShares, oldShares, day }: SharesSplit,
    after: Touched,
  ): void {
    for (const loss of this.#losses) {
      // Each account that holds the stock tells of the split, and whoever has sold it does not.
      const isOf = loss.what === whatOf(stock, 1n) || loss.what === whatOf(stock, -1n);
      if (!isOf || loss.splitDay === day) continue;
      loss.splitDay = day;
      loss.sizeLeft = (loss.sizeLeft * newShares) / oldShares;
    }
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
}

/** What of a part its acquisition says. */
type Acquired = Pick<Part, 'openedDay' | 'heldFromDay' | 'size' | 'carried' | 'canReplace'> & {
  /** Of a trade, a share. */
  readonly price?: bigint;
};

/** A lot after an event. */
interface Grown {
  readonly account: string;
  readonly event: AccountEvent;
  readonly symbol: string;
  readonly lot: Lot;
}

function keyOf(account: string, symbol: string, lotId: string): string {
  return `${account} ${symbol} ${lotId}`;
}

/** What a loss is of: shares held, or owed. */
function whatOf(symbol: string, sign: bigint): string {
  return `${symbol} ${sign > 0n ? 'held' : 'owed'}`;
}

/** What losses an acquisition replaces; `price` is that of a trade, a share. */
function replacesOf(symbol: string, sign: bigint, price?: bigint): readonly string[] {
  const own = whatOf(symbol, sign);
  const contract = contractOf(symbol);
  if (contract === undefined || contract.isAdjusted) return [own];
  const { type, strike, underlying } = contract;
  const isSurePut = type === 'put' && sign < 0n && (price ?? 0n) * SURE_PUT_SHARE >= strike;
  const mayBuy = type === 'call' ? sign > 0n : isSurePut;
  return mayBuy ? [own, whatOf(underlying, 1n)] : [own];
}

/** Shares that one unit of a position is for. */
function sharesEach(symbol: string): bigint {
  return contractOf(symbol)?.multiplier ?? 1n;
}

function listOf(lists: Map<string, Part[]>, key: string): Part[] {
  const known = lists.get(key);
  if (known !== undefined) return known;
  const made: Part[] = [];
  lists.set(key, made);
  return made;
}

// Books for tax beside the books: losses of wash sales moved into what replaced the shares.

import { type Lot, shareOf, sizeOf, termOf } from '../lots/index.js';
import type { LotPosition } from './account.js';
import type { AccountEvent, SharesSplit } from './account-event.js';
import type { RealisedGain } from './account-trade.js';
import { type CarryingLot, HeldParts, type Touched } from './held-parts.js';
import { WASH_DAYS } from './wash.js';
import { type OpenLoss, type Part, replace, sharesEach, takeParts, whatOf } from './wash-parts.js';

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
  readonly #held = new HeldParts();
  #losses: (OpenLoss & { readonly row: Row })[] = [];
  readonly #delivered = new Map<string, bigint>();

  /** Takes what an account has before its first event; none of it is known to carry anything. */
  open(account: string, positions: ReadonlyMap<string, LotPosition>): void {
    for (const [symbol, { lots }] of positions) {
      for (const lot of lots) {
        const { openedDay, heldFromDay } = lot;
        const size = sizeOf(lot.quantity) * sharesEach(symbol);
        const part = { openedDay, heldFromDay, size, carried: 0n, canReplace: true };
        this.#held.add(account, symbol, lot, part);
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
    if (event.kind === 'shares_split') {
      this.#restateLosses(event);
      this.#held.restate(account, after);
    }
    const moving = LEAVING.has(event.kind) ? this.#held.takeLeaving(account, gains, after) : [];
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
    return this.#held.carrying(account);
  }

  /** Tells a gain of alike shares apart; what moves with them by an exercise is theirs to bear. */
  #realise(
    account: string,
    gain: RealisedGain,
    moving: Part[],
  ): { readonly row: Row; readonly part: Part }[] {
    const told: { readonly row: Row; readonly part: Part }[] = [];
    const each = sharesEach(gain.symbol);
    let { proceeds, cost } = gain;
    let whole = sizeOf(gain.quantity) * each;
    for (const part of this.#held.takeSold(account, gain.symbol, gain.lotId, whole)) {
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
    for (const part of this.#held.recent(loss.what)) this.#replace(part, loss);
    if (loss.sizeLeft > 0n) this.#losses.push(loss);
  }

  #replace(part: Part, loss: OpenLoss & { readonly row: Row }): void {
    const replaced = loss.sizeLeft === 0n ? undefined : replace(part, loss);
    if (replaced === undefined) return;
    loss.row.disallowed += replaced.disallowed;
    loss.row.recognised += replaced.disallowed;
    this.#held.put(part, replaced.carrying);
  }

  /** Adds what a lot has more than before; by an exercise it is what the contracts were. */
  #grow({ account, event, symbol, lot }: Grown, moving: Part[]): void {
    const each = sharesEach(symbol);
    let more = sizeOf(lot.quantity) * each - this.#held.sizeOf(account, symbol, lot.id);
    const { openedDay } = lot;
    for (const { size, carried, canReplace, ...was } of more > 0n ? takeParts(moving, more) : []) {
      more -= size;
      const heldFromDay = openedDay - (was.openedDay - was.heldFromDay);
      const part = { openedDay, heldFromDay, size, carried, canReplace };
      this.#acquire(this.#held.add(account, symbol, lot, part));
    }
    if (more <= 0n) return;
    const canReplace = event.kind !== 'lot_received';
    const { heldFromDay } = lot;
    const part = { openedDay, heldFromDay, size: more, carried: 0n, canReplace };
    const price = event.kind === 'traded' ? { price: event.price } : {};
    this.#acquire(this.#held.add(account, symbol, lot, { ...part, ...price }));
  }

  /** Lets what was just acquired replace the losses of the thirty days before. */
  #acquire(part: Part): void {
    for (const loss of this.#losses) {
      if (part.replaces.includes(loss.what)) this.#replace(part, loss);
    }
  }

  /** Restates open losses of a stock that was split. */
  #restateLosses({ symbol: stock, newShares, oldShares, day }: SharesSplit): void {
    for (const loss of this.#losses) {
      // Each account that holds the stock tells of the split, and whoever has sold it does not.
      const isOf = loss.what === whatOf(stock, 1n) || loss.what === whatOf(stock, -1n);
      if (!isOf || loss.splitDay === day) continue;
      loss.splitDay = day;
      loss.sizeLeft = (loss.sizeLeft * newShares) / oldShares;
    }
  }
}

/** A lot after an event. */
interface Grown {
  readonly account: string;
  readonly event: AccountEvent;
  readonly symbol: string;
  readonly lot: Lot;
}

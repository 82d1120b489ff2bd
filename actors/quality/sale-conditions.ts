// What a trade's sale conditions let it update: last, high and low, volume; by the tapes' rules.

/** May it update the last price: yes, no, or only where there is none yet. */
export type UpdatesLast = 'yes' | 'no' | 'first';

/** One sale condition. */
export interface SaleCondition {
  /** Bit in AlgoSeek's flags, as LEAN's tick files carry them. */
  readonly bit: number;
  readonly name: string;
  /** Codes on the tapes A and B (CTA) and C (UTP); '' where a tape has none. */
  readonly cta: string;
  readonly utp: string;
  readonly last: UpdatesLast;
  readonly range: boolean;
  readonly volume: boolean;
}

const row = (
  bit: number,
  name: string,
  codes: readonly [cta: string, utp: string],
  last: UpdatesLast,
  updates: 'range+volume' | 'volume' | 'nothing',
): SaleCondition => {
  const range = updates === 'range+volume';
  const [cta, utp] = codes;
  return { bit, name, cta, utp, last, range, volume: updates !== 'nothing' };
};

/**
 * Every condition of the flags. A trade of several conditions updates what all of them let it.
 * Source: CTS Pillar Output Specification, appendix "Consolidated Trade Sale Conditions: update
 * guidelines" (CTA); UTP Vendor Agreement specification UTDF 2.0, "Sale Condition Matrix" (UTP);
 * bits: QuantConnect LEAN, TradeConditionFlags. Where CTA and UTP differ, the stricter one holds.
 */
export const SALE_CONDITIONS: readonly SaleCondition[] = [
  row(0, 'regular', ['@', '@'], 'yes', 'range+volume'),
  row(1, 'cash', ['C', 'C'], 'no', 'volume'),
  row(2, 'next_day', ['N', 'N'], 'no', 'volume'),
  row(3, 'seller', ['R', 'R'], 'no', 'volume'),
  row(4, 'yellow_flag', ['', 'Y'], 'yes', 'range+volume'),
  row(5, 'intermarket_sweep', ['F', 'F'], 'yes', 'range+volume'),
  row(6, 'opening', ['O', 'O'], 'yes', 'range+volume'),
  row(7, 'closing', ['6', '6'], 'yes', 'range+volume'),
  row(8, 'reopening', ['5', '5'], 'yes', 'range+volume'),
  row(9, 'derivatively_priced', ['4', '4'], 'first', 'range+volume'),
  row(10, 'form_t', ['T', 'T'], 'no', 'volume'),
  row(11, 'sold_last', ['L', 'L'], 'first', 'range+volume'),
  row(12, 'stopped', ['', '1'], 'yes', 'range+volume'),
  row(13, 'extended_hours', ['T', 'T'], 'no', 'volume'),
  row(14, 'out_of_sequence', ['Z', 'Z'], 'first', 'range+volume'),
  row(15, 'split', ['', 'S'], 'yes', 'range+volume'),
  row(16, 'acquisition', ['', 'A'], 'yes', 'range+volume'),
  row(17, 'bunched', ['', 'B'], 'yes', 'range+volume'),
  row(18, 'stock_option', ['V', 'V'], 'no', 'volume'),
  row(19, 'distribution', ['', 'D'], 'yes', 'range+volume'),
  row(20, 'average_price', ['B', 'W'], 'no', 'volume'),
  row(21, 'cross', ['X', 'X'], 'yes', 'range+volume'),
  row(22, 'price_variation', ['H', 'H'], 'no', 'volume'),
  row(23, 'rule_127_155', ['K', 'K'], 'yes', 'range+volume'),
  row(24, 'official_close', ['M', 'M'], 'no', 'nothing'),
  row(25, 'prior_reference_price', ['P', 'P'], 'first', 'range+volume'),
  row(26, 'official_open', ['Q', 'Q'], 'no', 'nothing'),
  row(27, 'cap_election', ['I', ''], 'yes', 'range+volume'),
  row(28, 'automatic_execution', ['E', ''], 'yes', 'range+volume'),
  row(29, 'trade_through_exempt', ['', ''], 'yes', 'range+volume'),
  row(31, 'odd_lot', ['I', 'I'], 'no', 'volume'),
];

/** What a trade may update, as bits. */
export const UPDATES = { last: 1, range: 2, volume: 4, lastIfFirst: 8 } as const;

/**
 * Which rules decide: `tape` is the table above. `lean` is how the vendor of LEAN's bars built
 * them, as seen in its own bars: sweeps, derivatively priced, average-price and stock-option trades
 * set no price.
 */
export type ConditionRules = 'tape' | 'lean';

/** Conditions that set no price in LEAN's bars though the tapes let some of them. */
export const LEAN_SETS_NO_PRICE = [
  'intermarket_sweep',
  'derivatively_priced',
  'average_price',
  'stock_option',
] as const;

const ALL = UPDATES.last | UPDATES.range | UPDATES.volume;

/** What each of the 32 flags leaves of all updates. */
const LEAVES: Readonly<Record<ConditionRules, Uint8Array>> = {
  tape: leaves(false),
  lean: leaves(true),
};

function leaves(isLean: boolean): Uint8Array {
  const table = new Uint8Array(32).fill(ALL | UPDATES.lastIfFirst);
  for (const { bit, name, last, range, volume } of SALE_CONDITIONS) {
    const setsNone = isLean && LEAN_SETS_NO_PRICE.some((leftOut) => leftOut === name);
    const setsAll = isLean && !setsNone && (last === 'first' || last === 'yes');
    table[bit] =
      (volume ? UPDATES.volume : 0) |
      (range && !setsNone ? UPDATES.range : 0) |
      ((last === 'yes' || setsAll) && !setsNone ? UPDATES.last | UPDATES.lastIfFirst : 0) |
      (last === 'first' && !setsNone ? UPDATES.lastIfFirst : 0);
  }
  return table;
}

/** What a trade of these flags may update, as bits of `UPDATES`. Flags: unsigned, 32 bits. */
// hot
export function updatesOf(flags: number, rules: ConditionRules = 'tape'): number {
  const table = LEAVES[rules];
  let left = ALL | UPDATES.lastIfFirst;
  for (let bit = 0, rest = flags >>> 0; rest !== 0; bit++, rest >>>= 1) {
    if ((rest & 1) !== 0) left &= table[bit]!;
  }
  return left;
}

/** The names of a trade's conditions. */
export function conditionsOf(flags: number): string[] {
  return SALE_CONDITIONS.filter(({ bit }) => ((flags >>> bit) & 1) === 1).map(({ name }) => name);
}

/** Auction prints and the official prices told after them: their sizes are no outliers. */
export const AUCTION_FLAGS = (1 << 6) | (1 << 7) | (1 << 8) | (1 << 24) | (1 << 26);

// What can be wrong with a record: stable codes, what each means and what is done about it.

/** One thing that can be wrong. */
export interface QualityCode {
  readonly code: string;
  /**
   * Structural faults are certain from the record and what came before it; statistical ones are
   * judged by how far a value lies from its neighbours.
   */
  readonly kind: 'structural' | 'statistical';
  /** A refused record reaches nobody but the quarantine; a marked one is taken, and counted. */
  readonly action: 'refuse' | 'mark';
  readonly text: string;
}

/**
 * The code of a record of a file whose day can't be read. It belongs to no session, so that no
 * other rule can judge it.
 */
export const BAD_DATE = {
  code: 'bad_date',
  kind: 'structural',
  action: 'refuse',
  text: 'a date or time that names no day',
} as const satisfies QualityCode;

/** Codes of ticks; the place of a code is its bit in a verdict. A code never changes its place. */
export const TICK_CODES = [
  {
    code: 'gap',
    kind: 'structural',
    action: 'mark',
    text: 'sequence numbers before this record never came',
  },
  {
    code: 'duplicate',
    kind: 'structural',
    action: 'refuse',
    text: 'the sequence number has been seen',
  },
  {
    code: 'unknown_symbol',
    kind: 'structural',
    action: 'refuse',
    text: 'nobody listed under that name',
  },
  {
    code: 'not_a_number',
    kind: 'structural',
    action: 'refuse',
    text: 'a time, price or size that is NaN or infinite',
  },
  {
    code: 'price_not_positive',
    kind: 'structural',
    action: 'refuse',
    text: 'a trade at zero or below, a quote below zero',
  },
  { code: 'size_negative', kind: 'structural', action: 'refuse', text: 'fewer than no shares' },
  {
    code: 'outside_session',
    kind: 'structural',
    action: 'refuse',
    text: 'before the first or after the last instant of the hours opened',
  },
  {
    code: 'halted',
    kind: 'structural',
    action: 'refuse',
    text: 'a trade while its symbol was halted',
  },
  { code: 'crossed_quote', kind: 'structural', action: 'refuse', text: 'the bid above the ask' },
  { code: 'locked_quote', kind: 'structural', action: 'mark', text: 'the bid equal to the ask' },
  {
    code: 'late',
    kind: 'structural',
    action: 'mark',
    text: 'more than a second behind the newest of its symbol, or that long under way',
  },
  {
    code: 'out_of_order',
    kind: 'structural',
    action: 'mark',
    text: 'behind the newest of its symbol by up to a second',
  },
  {
    code: 'stale',
    kind: 'structural',
    action: 'mark',
    text: 'the first after a minute of silence within the session',
  },
  {
    code: 'outside_price_band',
    kind: 'statistical',
    action: 'refuse',
    text: 'outside the limit-up limit-down band of the last five minutes',
  },
  {
    code: 'bad_print',
    kind: 'statistical',
    action: 'refuse',
    text: 'far from the median of the last prints, and not followed by others there',
  },
  {
    code: 'size_outlier',
    kind: 'statistical',
    action: 'mark',
    text: 'one trade, outside the auctions, of a tenth of an average day',
  },
] as const satisfies readonly QualityCode[];

/** The code of a tick. */
export type TickCode = (typeof TICK_CODES)[number]['code'];

/** The bit of a code in a verdict. */
export function bitOf(code: TickCode): number {
  return 1 << TICK_CODES.findIndex((known) => known.code === code);
}

/** Every bit whose record is refused. */
export const REFUSING_BITS = TICK_CODES.reduce(
  (bits, { action }, index) => (action === 'refuse' ? bits | (1 << index) : bits),
  0,
);

/** The codes of a verdict, in their order. */
export function codesOf(verdict: number): TickCode[] {
  return TICK_CODES.filter((_, index) => (verdict & (1 << index)) !== 0).map(({ code }) => code);
}

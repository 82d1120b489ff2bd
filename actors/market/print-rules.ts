// The rules a print must meet before it is sequenced; each "no" has a stable reason.

/** Reasons for refusing a print, by number; index 0 means accepted. */
export const PRINT_REASONS = [
  'accepted',
  'unknown_symbol',
  'not_a_number',
  'price_not_positive',
  'size_negative',
  'crossed_quote',
  'out_of_order',
  'outside_session',
  'outside_price_band',
] as const;

/** A reason's text. */
export type PrintReason = (typeof PRINT_REASONS)[number];

/** The reason of a print that came behind a later one of its row. */
export const OUT_OF_ORDER = numberOf('out_of_order');

const ACCEPTED = numberOf('accepted');
const UNKNOWN_SYMBOL = numberOf('unknown_symbol');
const NOT_A_NUMBER = numberOf('not_a_number');
const PRICE_NOT_POSITIVE = numberOf('price_not_positive');
const SIZE_NEGATIVE = numberOf('size_negative');
const CROSSED_QUOTE = numberOf('crossed_quote');
const OUTSIDE_SESSION = numberOf('outside_session');
const OUTSIDE_PRICE_BAND = numberOf('outside_price_band');

function numberOf(reason: PrintReason): number {
  return PRINT_REASONS.indexOf(reason);
}

/**
 * Widest move from a row's last price that one print may show, as a factor: 4 lets every real
 * halt-to-resume move of the sample through and stops misplaced decimals.
 */
const PRICE_BAND_FACTOR = 4;

/** The rules, and what they remember of the stream. */
export class PrintRules {
  readonly #lastUs: Float64Array;
  readonly #lastPrice: Float64Array;
  #openUs = 0;
  #closeUs = 0;

  constructor(rowCount: number) {
    this.#lastUs = new Float64Array(rowCount);
    this.#lastPrice = new Float64Array(rowCount);
  }

  /**
   * Checks one print. Returns an index into `PRINT_REASONS`. Units: microseconds of event time,
   * dollars, shares. A bid or ask of 0 means that side is absent.
   */
  // hot
  check(
    row: number,
    timeUs: number,
    price: number,
    size: number,
    bid: number,
    ask: number,
  ): number {
    if (!(row >= 0 && row < this.#lastUs.length)) return UNKNOWN_SYMBOL;
    // One test for five numbers: a NaN or an infinity anywhere makes the sum one too.
    const sum = timeUs + price + size + bid + ask;
    if (sum - sum !== 0) return NOT_A_NUMBER;
    if (price <= 0) return PRICE_NOT_POSITIVE;
    if (size < 0) return SIZE_NEGATIVE;
    if (bid < 0 || ask < 0 || (ask > 0 && bid > ask)) return CROSSED_QUOTE;
    if (timeUs < this.#openUs || timeUs > this.#closeUs) return OUTSIDE_SESSION;
    if (timeUs < this.#lastUs[row]!) return OUT_OF_ORDER;
    if (!this.isInBand(row, price)) return OUTSIDE_PRICE_BAND;
    this.#lastUs[row] = timeUs;
    this.#lastPrice[row] = price;
    return ACCEPTED;
  }

  /** Whether a price is no further from the row's last one than a single print may be. */
  // hot
  isInBand(row: number, price: number): boolean {
    const before = this.#lastPrice[row]!;
    if (before <= 0) return true;
    return price <= before * PRICE_BAND_FACTOR && price * PRICE_BAND_FACTOR >= before;
  }

  /** Opens a session: later prints must fall into it. */
  open(openUs: number, closeUs: number): void {
    this.#openUs = openUs;
    this.#closeUs = closeUs;
  }

  /** Tells the last known price of a row, after warm-up or a corporate action. */
  setLast(row: number, price: number): void {
    this.#lastPrice[row] = price;
  }
}

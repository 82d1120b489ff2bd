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

/**
 * Widest move from a row's last price that one print may show, as a factor: 4 lets every real
 * halt-to-resume move of the sample through and stops misplaced decimals.
 */
const PRICE_BAND_FACTOR = 4;

/** What the rules remember of the stream. */
export interface PrintRules {
  /**
   * Checks one print. Returns an index into `PRINT_REASONS`. Units: microseconds of event time,
   * dollars, shares. A bid or ask of 0 means that side is absent.
   */
  check(row: number, timeUs: number, price: number, size: number, bid: number, ask: number): number;
  /** Opens a session: later prints must fall into it. */
  open(openUs: number, closeUs: number): void;
  /** Tells the last known price of a row, after warm-up or a corporate action. */
  setLast(row: number, price: number): void;
  /** Time of the latest accepted print of any row. */
  latestUs(): number;
}

/** Creates the rules for so many rows. */
export function createPrintRules(rowCount: number): PrintRules {
  const lastUs = new Float64Array(rowCount);
  const lastPrice = new Float64Array(rowCount);
  let sessionOpenUs = 0;
  let sessionCloseUs = 0;
  let latestUs = 0;
  return {
    // hot
    check(row, timeUs, price, size, bid, ask) {
      if (!(row >= 0 && row < rowCount)) return 1;
      // One test for six numbers: a NaN or an infinity anywhere makes the sum one too.
      const sum = timeUs + price + size + bid + ask;
      if (sum - sum !== 0) return 2;
      if (price <= 0) return 3;
      if (size < 0) return 4;
      if (bid < 0 || ask < 0 || (ask > 0 && bid > ask)) return 5;
      if (timeUs < sessionOpenUs || timeUs > sessionCloseUs) return 7;
      if (timeUs < lastUs[row]!) return 6;
      const before = lastPrice[row]!;
      if (
        before > 0 &&
        (price > before * PRICE_BAND_FACTOR || price * PRICE_BAND_FACTOR < before)
      ) {
        return 8;
      }
      lastUs[row] = timeUs;
      lastPrice[row] = price;
      if (timeUs > latestUs) latestUs = timeUs;
      return 0;
    },
    open(openUs, closeUs) {
      sessionOpenUs = openUs;
      sessionCloseUs = closeUs;
    },
    setLast(row, price) {
      lastPrice[row] = price;
    },
    latestUs: () => latestUs,
  };
}

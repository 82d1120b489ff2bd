// Where a symbol actor's own numbers lie in its slice of the state array.

/** Slots ahead of the indicators' and the funnel's state. Prices are raw, as traded. */
export const SLOT = {
  /** Forward price factor, less one, so that zeroed memory means a factor of 1. */
  priceFactorLessOne: 0,
  /** Forward volume factor, less one. */
  volumeFactorLessOne: 1,
  previousClose: 2,
  /** 1 once the session has a print. */
  hasBar: 3,
  open: 4,
  high: 5,
  low: 6,
  close: 7,
  volume: 8,
  lastTimeUs: 9,
  /** Funnel stage at the last close. */
  stageAtClose: 10,
  bid: 11,
  ask: 12,
  arrivalUs: 13,
  sessionFraction: 14,
  /** Prints handled since the start. */
  prints: 15,
} as const;

/** Slots of `SLOT`, rounded up to whole cache lines. */
export const HEADER_SLOTS = 16;

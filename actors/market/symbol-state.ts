// Where a symbol actor's own numbers lie in its slice of the state array.

/** Slots ahead of the indicators' and the funnel's state. Prices are raw, as traded. */
export const SLOT = {
  /** Forward price factor; 0, as memory is at birth, stands for 1. */
  priceFactor: 0,
  /** Forward volume factor; 0 stands for 1. */
  volumeFactor: 1,
  /** Dollars a share gone ex since the last close; part of the price factor from this close on. */
  pendingDividend: 2,
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

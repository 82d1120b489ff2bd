// Hot-path layouts of the market's frames and of the packed records that clients send, as data.

import type { FrameLayout } from '../../engine/wire/frame.js';

/**
 * One print: a row's last price with the quote beside it.
 * Units: event time and arrival in microseconds (arrival on the process's monotonic clock),
 * prices in dollars as traded, size in shares.
 */
export const PRINT = {
  kind: 1,
  lanes: { timeUs: 1, price: 2, size: 3, bid: 4, ask: 5, sequence: 6, arrivalUs: 7 },
} as const satisfies FrameLayout;

/** A corporate action of one row, before its first print of the session it takes effect in. */
export const ACTION = {
  kind: 2,
  lanes: { timeUs: 1, split: 2, dividend: 3 },
} as const satisfies FrameLayout;

/** The start of a session. Units: date as yyyymmdd; times in microseconds of event time. */
export const SESSION_OPEN = {
  kind: 3,
  lanes: { timeUs: 1, date: 2, dayIndex: 3, openUs: 4, closeUs: 5 },
} as const satisfies FrameLayout;

/** A declared event time at which everything cross-sectional is computed. `isClose` is 0 or 1. */
export const POINT = {
  kind: 4,
  lanes: { timeUs: 1, pointIndex: 2, isClose: 3, date: 4, dayIndex: 5, sessionFraction: 6 },
} as const satisfies FrameLayout;

/**
 * A packed record inside `IngestRequest.prints` and inside a nanomsg frame: little endian,
 * 48 bytes. Prices in dollars as traded; event time in microseconds; size in shares.
 *
 * ```
 * byte 0   symbol_index u32     8  time_us f64     24  size f64     40  ask f64
 *      4   reserved u32 (0)    16  price   f64     32  bid  f64
 * ```
 */
export const PACKED_PRINT = {
  bytes: 48,
  symbolIndex: 0,
  timeUs: 8,
  price: 16,
  size: 24,
  bid: 32,
  ask: 40,
} as const;

/**
 * Head of a nanomsg frame: magic, record count, source sequence (u64 as two u32), then
 * `symbolsBytes` of comma-separated symbol names in UTF-8, padded with zeros to 8 bytes, then
 * `count` packed records.
 *
 * ```
 * byte 0  magic u32 "SLC1"    4  count u32    8  sequence low u32    12  sequence high u32
 *     16  symbolsBytes u32   20  publisher u32                       24  symbols, then records
 * ```
 *
 * Each publisher is numbered on its own: several that send to one socket, and one that begins at 1
 * again, need publisher numbers of their own. One that has none sends 0.
 */
export const PACKED_FRAME = {
  magic: 0x31434c53,
  headBytes: 24,
  count: 4,
  sequenceLow: 8,
  sequenceHigh: 12,
  symbolsBytes: 16,
  publisher: 20,
  /** Longest frame accepted: a batch of about 87,000 prints. */
  bytesMax: 4 * 1024 * 1024,
  /**
   * Longest frame that is read at all, to be refused by reason. A longer one ends its connection
   * before it is read, and shows as a gap in its publisher's numbers.
   */
  heardBytesMax: 16 * 1024 * 1024,
} as const;

/** Asks a shard for a snapshot of everything up to this frame. */
export const SNAPSHOT = {
  kind: 5,
  lanes: { timeUs: 1, id: 2 },
} as const satisfies FrameLayout;

/** What an order book says of a row, before the point that it is of; NaN where it is not known. */
export const MEASURE = {
  kind: 7,
  lanes: { timeUs: 1, column: 2, value: 3 },
} as const satisfies FrameLayout;

/**
 * Event time that has passed for every symbol: bars of time that end by then are closed. It is no
 * step of the market, and what portfolios and the funnel see does not depend on it.
 */
export const PASSED = {
  kind: 8,
  lanes: { timeUs: 1 },
} as const satisfies FrameLayout;

/**
 * A print that came behind a later one of its row: the market refuses it, and bars that are built
 * live are amended by it. Lanes as those of `PRINT`.
 */
export const LATE = { kind: 6, lanes: PRINT.lanes } as const satisfies FrameLayout;

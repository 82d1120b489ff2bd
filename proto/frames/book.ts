// Hot-path layouts of the frames that feed order books, as data.

import type { FrameLayout } from '../../engine/wire/frame.js';

/**
 * A depth event; so many level frames of the same symbol follow. `isSnapshot` is 0 or 1; ids are
 * the exchange's. Units: microseconds, event time (0 for none) and receive time.
 */
export const BOOK_EVENT = {
  kind: 16,
  lanes: { eventUs: 1, receivedUs: 2, isSnapshot: 3, previousId: 4, lastId: 5, levels: 6 },
} as const satisfies FrameLayout;

/** One level of the event before it. Side 1 for bids, -1 for asks; whole ticks and lots. */
export const BOOK_LEVEL = {
  kind: 17,
  lanes: { side: 1, priceTicks: 2, sizeLots: 3 },
} as const satisfies FrameLayout;

/** The exchange's own best prices. Units: microseconds, whole ticks and lots. */
export const BOOK_BEST = {
  kind: 18,
  lanes: { eventUs: 1, receivedUs: 2, id: 3, bid: 4, bidSize: 5, ask: 6, askSize: 7 },
} as const satisfies FrameLayout;

/** A trade; `aggressor` is 1 where the buyer took, -1 where the seller did, 0 where nobody says. */
export const BOOK_TRADE = {
  kind: 19,
  lanes: { eventUs: 1, receivedUs: 2, id: 3, priceTicks: 4, sizeLots: 5, aggressor: 6 },
} as const satisfies FrameLayout;

/** What is known of a symbol's book no longer holds: its feed broke off. Units: microseconds. */
export const BOOK_LOST = {
  kind: 20,
  lanes: { eventUs: 1, receivedUs: 2 },
} as const satisfies FrameLayout;

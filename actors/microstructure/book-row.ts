// Writes what is known of a symbol with a book into its row of the shared columns.

import { midPrice, quotedSpread } from './book-measures.js';
import { BOOK_FEATURES, LADDER_COLUMN, LADDER_LEVELS } from './features.js';
import type { SymbolBook } from './symbol-book.js';

/** Levels of the depth features. */
const DEPTH_LEVELS = 10;

/** Reads one feature of a symbol. */
type Read = (of: SymbolBook) => number;

/** Depth of a side in size; NaN while the book is out of sync. */
const depthOf =
  (side: 'bids' | 'asks'): Read =>
  ({ depth, instrument }) =>
    depth.isSynced ? depth.book[side].sumTo(DEPTH_LEVELS) / instrument.lotsPerSize : Number.NaN;

const band =
  (deviations: number): Read =>
  ({ bands }) =>
    bands.vwap + deviations * bands.deviation;

/** A number of ticks as a price. */
const priced =
  (of: Read): Read =>
  (symbol) =>
    of(symbol) / symbol.instrument.ticksPerPrice;

const READERS: Readonly<Record<(typeof BOOK_FEATURES)[number]['name'], Read>> = {
  bid: ({ quote }) => quote.bid,
  bid_size: ({ quote }) => quote.bidSize,
  ask: ({ quote }) => quote.ask,
  ask_size: ({ quote }) => quote.askSize,
  mid: ({ quote }) => midPrice(quote),
  spread: ({ quote }) => quotedSpread(quote),
  spread_bps: ({ quote }) => (quotedSpread(quote) * 10_000) / midPrice(quote),
  microprice: (of) => of.microprice,
  imbalance_1: (of) => of.imbalance1,
  imbalance_5: (of) => of.imbalance5,
  depth_bid_10: depthOf('bids'),
  depth_ask_10: depthOf('asks'),
  order_flow_10s: ({ flow }) => flow.value,
  last_price: ({ last }) => last.price,
  last_side: ({ last, trades }) => (trades > 0 ? last.side : Number.NaN),
  effective_spread_bps: ({ costs }) => costs.effectiveBps,
  realised_spread_bps: ({ costs }) => costs.realisedBps,
  price_impact_bps: ({ costs }) => costs.impactBps,
  tick_accuracy: ({ byTick }) => byTick.share,
  quote_accuracy: ({ byQuote }) => byQuote.share,
  lee_ready_accuracy: ({ byLeeReady }) => byLeeReady.share,
  traded_size: ({ profile }) => profile.total,
  vwap: ({ bands }) => bands.vwap,
  vwap_deviation: ({ bands }) => bands.deviation,
  vwap_upper_1: band(1),
  vwap_lower_1: band(-1),
  vwap_upper_2: band(2),
  vwap_lower_2: band(-2),
  point_of_control: priced(({ area }) => area?.pointOfControl ?? Number.NaN),
  value_area_low: priced(({ area }) => area?.low ?? Number.NaN),
  value_area_high: priced(({ area }) => area?.high ?? Number.NaN),
  amihud: ({ liquidity }) => liquidity.estimates.amihud,
  kyle_lambda: ({ liquidity }) => liquidity.estimates.kyleLambda,
  kyle_t: ({ liquidity }) => liquidity.estimates.kyleT,
  roll_spread_bps: ({ liquidity, quote }) =>
    (liquidity.estimates.rollSpread * 10_000) / midPrice(quote),
  vpin: ({ informed }) => informed.value,
  impact_coefficient: ({ liquidity }) => liquidity.estimates.impactCoefficient,
  impact_error: ({ liquidity }) => liquidity.estimates.impactError,
  is_synced: ({ depth }) => (depth.isSynced ? 1 : 0),
  update_id: ({ quoteId }) => (quoteId >= 0 ? quoteId : Number.NaN),
  event_time_us: ({ timeUs }) => timeUs,
  updates: ({ depth }) => depth.counters.updates,
  trades: ({ trades }) => trades,
  gaps: ({ depth }) => depth.counters.gaps,
  resyncs: ({ depth }) => depth.counters.resyncs,
};

/** The readers in the order of the columns. */
const IN_ORDER: readonly Read[] = BOOK_FEATURES.map(({ name }) => READERS[name]);

/** Writes a symbol's features and ladder from `base` on. Called within a write of the row. */
// hot
export function writeBookRow(of: SymbolBook, values: Float64Array, base: number): void {
  for (let column = 0; column < IN_ORDER.length; column++) {
    values[base + column] = IN_ORDER[column]!(of);
  }
  const { bids, asks } = of.depth.book;
  const { ticksPerPrice, lotsPerSize } = of.instrument;
  let at = base + LADDER_COLUMN;
  for (let level = 0; level < LADDER_LEVELS; level++) {
    values[at] = bids.priceAt(level) / ticksPerPrice;
    values[at + 1] = bids.sizeAt(level) / lotsPerSize;
    values[at + 2] = asks.priceAt(level) / ticksPerPrice;
    values[at + 3] = asks.sizeAt(level) / lotsPerSize;
    at += 4;
  }
}

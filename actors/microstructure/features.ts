// The catalogue of what a book and its trades tell: names, units, and where each is defined.

/** One feature of a symbol with a book; NaN until it is warm, and where there is no book. */
export interface BookFeature {
  readonly name: string;
  readonly unit: string;
  /** What must have come before it has a value. */
  readonly warmUp: string;
  readonly source: string;
}

const BOOK = 'a book in sync, or a best price told';
const TRADE = 'a trade after a quote';
const INTERVALS = '30 intervals of a second';

function feature<Name extends string>(
  name: Name,
  unit: string,
  warmUp: string,
  source: string,
): BookFeature & { readonly name: Name } {
  return { name, unit, warmUp, source };
}

/** All features, in the order of their columns. */
export const BOOK_FEATURES = [
  feature('bid', 'price', BOOK, 'best bid'),
  feature('bid_size', 'size', BOOK, 'size at the best bid'),
  feature('ask', 'price', BOOK, 'best ask'),
  feature('ask_size', 'size', BOOK, 'size at the best ask'),
  feature('mid', 'price', BOOK, 'half-way between the best prices'),
  feature('spread', 'price', BOOK, 'quoted spread; Huang and Stoll 1996'),
  feature('spread_bps', 'bps', BOOK, 'quoted spread over the middle'),
  feature('microprice', 'price', BOOK, 'Gatheral and Oomen 2010; Stoikov 2018'),
  feature('imbalance_1', '-1 to 1', BOOK, 'Cao, Hansch and Wang 2009, best level'),
  feature('imbalance_5', '-1 to 1', 'a book in sync', 'the same over five levels'),
  feature('depth_bid_10', 'size', 'a book in sync', 'sum of the best ten bids'),
  feature('depth_ask_10', 'size', 'a book in sync', 'sum of the best ten asks'),
  feature('order_flow_10s', 'size', 'two quotes', 'Cont, Kukanov and Stoikov 2014, last 10 s'),
  feature('last_price', 'price', 'a trade', 'last trade'),
  feature('last_side', '1, -1', 'a trade', "who began it: the exchange's flag, or Lee and Ready"),
  feature('effective_spread_bps', 'bps', TRADE, 'Huang and Stoll 1996, last 1,000 trades'),
  feature('realised_spread_bps', 'bps', 'a trade 5 s ago', 'the same, middle of 5 s later'),
  feature('price_impact_bps', 'bps', 'a trade 5 s ago', 'effective less realised spread'),
  feature('tick_accuracy', '0 to 1', TRADE, "tick rule against the exchange's flag"),
  feature('quote_accuracy', '0 to 1', TRADE, "quote rule against the exchange's flag"),
  feature('lee_ready_accuracy', '0 to 1', TRADE, 'Lee and Ready 1991 against the flag'),
  feature('traded_size', 'size', 'a trade', 'sum of trades'),
  feature('vwap', 'price', 'a trade', 'volume-weighted mean price'),
  feature('vwap_deviation', 'price', 'a trade', 'volume-weighted standard deviation'),
  feature('vwap_upper_1', 'price', 'a trade', 'VWAP and one deviation'),
  feature('vwap_lower_1', 'price', 'a trade', 'VWAP less one deviation'),
  feature('vwap_upper_2', 'price', 'a trade', 'VWAP and two deviations'),
  feature('vwap_lower_2', 'price', 'a trade', 'VWAP less two deviations'),
  feature('point_of_control', 'price', 'a trade', 'CBOT Market Profile 1996'),
  feature('value_area_low', 'price', 'a trade', 'the same, 70 % of volume'),
  feature('value_area_high', 'price', 'a trade', 'the same'),
  feature('amihud', 'per million', INTERVALS, 'Amihud 2002, seconds of the last five minutes'),
  feature('kyle_lambda', 'price a unit', INTERVALS, 'Kyle 1985 by least squares, the same'),
  feature('kyle_t', 't', INTERVALS, 'its t statistic'),
  feature('roll_spread_bps', 'bps', INTERVALS, 'Roll 1984, last 1,000 trades'),
  feature('vpin', '0 to 1', '50 full buckets', 'Easley, Lopez de Prado and O Hara 2012'),
  feature('impact_coefficient', 'none', INTERVALS, 'Toth et al. 2011, seconds of five minutes'),
  feature('impact_error', 'none', INTERVALS, 'its standard error'),
  feature('is_synced', '0, 1', 'none', 'whether the book follows the exchange'),
  feature('update_id', 'id', BOOK, "the exchange's id of the last quote"),
  feature('event_time_us', 'us', 'a message', "the exchange's time of the last message"),
  feature('updates', 'count', 'none', 'level changes applied'),
  feature('trades', 'count', 'none', 'trades'),
  feature('gaps', 'count', 'none', 'times sync was lost'),
  feature('resyncs', 'count', 'none', 'times a snapshot brought it back'),
] as const satisfies readonly BookFeature[];

/** Levels a side that are shown in columns. */
export const LADDER_LEVELS = 20;

/** Columns of a level. */
const LEVEL_COLUMNS = ['bid_price', 'bid_level_size', 'ask_price', 'ask_level_size'] as const;

/** First column of the ladder: level by level bid, its size, ask, its size. */
export const LADDER_COLUMN = BOOK_FEATURES.length;

/** Names of all columns of a book. */
export const BOOK_COLUMNS: readonly string[] = [
  ...BOOK_FEATURES.map(({ name }) => name),
  ...Array.from({ length: LADDER_LEVELS }, (_, level) =>
    LEVEL_COLUMNS.map((name) => `${name}_${level + 1}`),
  ).flat(),
];
